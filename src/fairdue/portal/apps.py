"""The Django application of the debtor portal."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Personal links, visits and the pages of debtors."""

    name = "fairdue.portal"
    label = "portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hang the portal into the house."""
        from fairdue.foundation.portal import Portal, register_portal
        from fairdue.portal import facts, links  # noqa: F401

        register_portal(Portal(links.links_for, links.end_links))
