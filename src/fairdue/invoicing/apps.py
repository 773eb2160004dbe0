"""The Django application of the invoicing room."""

from django.apps import AppConfig


class InvoicingConfig(AppConfig):
    """Orders, drafts, numbers, issued invoices, documents and their delivery."""

    name = "fairdue.invoicing"
    label = "invoicing"

    def ready(self) -> None:
        """Import what registers itself."""
        from fairdue.invoicing import consumers, examining, facts, imports, jobs, merging, verifying  # noqa: F401
        from fairdue.invoicing.channels import email, handing  # noqa: F401
