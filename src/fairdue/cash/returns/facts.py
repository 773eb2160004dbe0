"""The facts that returned money records."""

from fairdue.foundation.facts import FactType, declare

declare(
    FactType("payment.returned", "{amount} went back: {code} {reason}", "payments"),
    FactType("payment.recall_asked", "The bank of {payer} asks for {amount} back: {reason}", "payments"),
    FactType("payment.recall_refused", "{amount} does not go back: {reason}", "payments"),
    FactType("payment.recall_agreed", "{amount} may go back: {code} {reason}", "payments"),
    FactType("payment.return_undone", "{amount} did not go back after all: {reason}", "payments"),
)
