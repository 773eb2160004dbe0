"""The facts that direct debits record."""

from fairdue.foundation.facts import FactType, declare

declare(
    FactType("mandate.added", "Mandate {reference} signed", "payments"),
    FactType("mandate.stopped", "Mandate {reference} stopped: {reason}", "payments"),
    FactType("mandate.released", "Mandate {reference} released", "payments"),
    FactType("mandate.cancelled", "Mandate {reference} taken back: {reason}", "payments"),
    FactType("debit_run.made", "{count} direct debits of {amount} ordered for {collect_on}", "payments"),
    FactType("debit_run.cancelled", "Direct debits of {collect_on} cancelled: {reason}", "payments"),
    FactType("debit.ordered", "Direct debit of {amount} on {collect_on} ordered", "payments"),
    FactType("debit.rejected", "Direct debit of {amount} rejected: {code} {reason}", "payments"),
    FactType("debit.planned", "Direct debit of {amount} planned for {collect_on}", "payments"),
)
