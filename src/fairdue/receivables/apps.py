"""The Django application of the receivables room."""

from django.apps import AppConfig


class ReceivablesConfig(AppConfig):
    """Open items, holds, allocations and the journal."""

    name = "fairdue.receivables"
    label = "receivables"

    def ready(self) -> None:
        """Import what registers itself."""
        from fairdue.receivables import facts, four_eyes, imports, moving, verifying  # noqa: F401
