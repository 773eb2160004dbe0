"""The Django application of the cash room."""

from django.apps import AppConfig


class CashConfig(AppConfig):
    """Bank statements, matching runs, unapplied cash and refunds."""

    name = "fairdue.cash"
    label = "cash"

    def ready(self) -> None:
        """Import what registers itself."""
        from fairdue.cash import consumers, facts, four_eyes, imports, jobs, merging, statement_queue, verifying  # noqa: F401
        from fairdue.cash.account import consumers as met  # noqa: F401
        from fairdue.cash.bankrules import facts as ruled  # noqa: F401
        from fairdue.cash.directdebit import announcing  # noqa: F401
        from fairdue.cash.directdebit import consumers as debits  # noqa: F401
        from fairdue.cash.directdebit import facts as ordered  # noqa: F401
        from fairdue.cash.refunding import consumers as paid_back  # noqa: F401
        from fairdue.cash.returns import consumers as answers  # noqa: F401
        from fairdue.cash.returns import facts as told  # noqa: F401
        from fairdue.cash.returns import recalls  # noqa: F401
