"""What many countries share: the fixed sum of the directive, the usual contents, the usual effects."""

from __future__ import annotations

from datetime import date

from fairdue.core.law.regime import Effect, EventKind, LumpSum

DIRECTIVE = "Directive 2011/7/EU"
SINCE_2013 = date(2013, 3, 16)

CONTENTS_BASIC = (
    "creditor",
    "debtor",
    "invoices",
    "open_amounts",
    "total",
    "reply_date",
    "payment_means",
    "consequence",
)
CONTENTS_BUSINESS = (*CONTENTS_BASIC, "interest_computation", "legal_basis", "lump_sum", "dispute_channel")

CIVIL_EFFECTS = {
    EventKind.ACKNOWLEDGMENT: Effect.RESTARTS,
    EventKind.PART_PAYMENT: Effect.RESTARTS,
    EventKind.REMINDER: Effect.NONE,
    EventKind.WRITTEN_NOTICE: Effect.NONE,
    EventKind.COURT_ACTION: Effect.RESTARTS,
    EventKind.NEGOTIATION: Effect.NONE,
}
"""Acknowledgment and court interrupt, letters do not."""

NOTICE_EFFECTS = {**CIVIL_EFFECTS, EventKind.WRITTEN_NOTICE: Effect.RESTARTS}
"""As above, and a formal written demand interrupts too."""


def flat(currency: str, minor: int, article: str, *, confirmed: bool, notes: tuple[str, ...] = ()) -> LumpSum:
    """Return a fixed sum that does not depend on the principal."""
    return LumpSum(currency, ((None, minor),), currency, SINCE_2013, (article,), confirmed, notes)
