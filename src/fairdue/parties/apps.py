"""The Django application of the parties room."""

from importlib.util import find_spec

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Creditors, debtors and all that is known about them."""

    name = "fairdue.parties"
    label = "parties"

    def ready(self) -> None:
        """Import what registers itself."""
        for module in ("facts", "services.accounts", "imports", "consumers", "jobs"):
            if find_spec(f"fairdue.parties.{module}"):
                __import__(f"fairdue.parties.{module}")
