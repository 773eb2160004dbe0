"""Refunds as a door of the room's services."""

from fairdue.cash.refunding.tasks import dismiss_refund, open_refund, propose_refund

__all__ = ["dismiss_refund", "open_refund", "propose_refund"]
