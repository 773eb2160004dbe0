"""The Django application of the parties room."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Creditors, debtors and all that is known about them."""

    name = "fairdue.parties"
    label = "parties"

    def ready(self) -> None:
        """Import what registers itself."""
        from fairdue.parties import facts, import_queue, imports, look_queue, verifying  # noqa: F401
        from fairdue.parties.services import accounts, mailkeys  # noqa: F401
