"""The facts that the heart records."""

from fairdue.foundation.facts import FactType, declare

declare(
    FactType("open_item.opened", "{kind} {number} of {amount} opened, due {due_on}", "invoices"),
    FactType("open_item.changed", "{number} changed: {changes}", "invoices"),
    FactType("credit.recorded", "{kind} {number} of {amount} recorded", "payments"),
    FactType("credit.assigned", "{number} put on account of the customer", "payments"),
    FactType("credit.restored", "{amount} of {number} brought back: {reason}", "payments"),
    FactType("credit.withdrawn", "{amount} of {number} withdrawn: {reason}", "payments"),
    FactType("item.allocated", "{amount} applied to {number}", "payments"),
    FactType("item.discounted", "Discount of {amount} on {number}", "payments"),
    FactType("item.written_off", "{amount} of {number} written off: {reason}", "payments"),
    FactType("item.settled", "{number} settled", "payments"),
    FactType("allocation.reversed", "{amount} taken off {number} again: {reason}", "payments"),
    FactType("hold.placed", "Hold placed: {reason}", "collections"),
    FactType("hold.released", "Hold released: {reason}", "collections"),
    FactType("period.closed", "Period {month} closed", "ledger"),
    FactType("period.reopened", "Period {month} reopened: {reason}", "ledger"),
)
