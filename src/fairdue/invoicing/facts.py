"""The facts that invoicing records."""

from fairdue.foundation.facts import FactType, declare

declare(
    FactType("order.accepted", "Order {number} accepted", "invoices"),
    FactType("order.closed", "Order {number} closed: {reason}", "invoices"),
    FactType("series.opened", "Number series {pattern} opened", "master data"),
    FactType("draft.written", "Draft written", "invoices"),
    FactType("draft.discarded", "Draft discarded: {reason}", "invoices"),
    FactType("invoice.issued", "Invoice {number} issued for {amount}, due {due_on}", "invoices"),
    FactType("credit_note.issued", "Credit note {number} issued for {amount} on {preceding}", "invoices"),
    FactType("document.rendered", "{number} written as {format}: {state}", "invoices"),
    FactType("invoice.delivered", "{number} delivered to {recipient} by {channel}", "invoices"),
    FactType("delivery.failed", "{number} could not be delivered: {reason}", "invoices"),
)
