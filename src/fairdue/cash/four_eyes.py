"""Steps of the cash room that a second person approves: refunds and recalls register themselves here."""

from fairdue.cash.refunding.tasks import carry_out_refund
from fairdue.cash.returns.recalls import agree_to_recall

__all__ = ["agree_to_recall", "carry_out_refund"]
