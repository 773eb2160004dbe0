"""The Django application of the foundation room."""

from django.apps import AppConfig


class FoundationConfig(AppConfig):
    """Registers the database checks."""

    name = "fairdue.foundation"
    label = "foundation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Import what registers itself."""
        from fairdue.foundation import approvals, checks, verifications, verify_foundation  # noqa: F401
        from fairdue.foundation.accounts import facts as account_facts  # noqa: F401
        from fairdue.foundation.doctor import base, host, work  # noqa: F401
        from fairdue.foundation.facts import sealing, witness  # noqa: F401
        from fairdue.foundation.mail import sending  # noqa: F401
