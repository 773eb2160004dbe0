"""The facts that invoicing records."""

from fairdue.foundation.facts import FactType, declare

declare(
    FactType("order.accepted", "Order {number} accepted", "invoices"),
    FactType("order.closed", "Order {number} closed: {reason}", "invoices"),
    FactType("series.opened", "Number series {pattern} opened", "master data"),
    FactType("draft.written", "Draft written", "invoices"),
    FactType("draft.discarded", "Draft discarded: {reason}", "invoices"),
    FactType("issue_run.started", "Bulk run of {count} drafts started", "invoices"),
    FactType("issue_run.ended", "Bulk run ended: {issued} issued, {refused} refused", "invoices"),
    FactType("issue_run.cancelled", "Bulk run cancelled: {count} drafts stay open", "invoices"),
    FactType("invoice.issued", "Invoice {number} issued for {amount}, due {due_on}", "invoices"),
    FactType("credit_note.issued", "Credit note {number} issued for {amount} on {preceding}", "invoices"),
    FactType("document.rendered", "{number} written as {format}: {state}", "invoices"),
    FactType("invoice.delivered", "{number} delivered to {recipient} by {channel}", "invoices"),
    FactType("document.refused", "{number} cannot be written as {format}: {reason}", "invoices"),
    FactType("document.failed", "{number} could not be written as {format}: {reason}", "invoices"),
    FactType("document.retried", "{number} is written as {format} once more", "invoices"),
    FactType("number.voided", "Number {number} voided: {reason}", "invoices"),
    FactType("plan.started", "Recurring invoice “{name}” started, every {every}", "invoices"),
    FactType("plan.changed", "Recurring invoice “{name}” {state}: {reason}", "invoices"),
    FactType("plan.drafted", "Recurring invoice “{name}” drafted for {from} to {to}", "invoices"),
    FactType("delivery.handed_over", "{number} handed over to {channel} as {reference}", "invoices"),
    FactType("print_batch.made", "{count} invoices bound for the print shop", "invoices"),
    FactType("invoice.opened", "The customer opened {number} ({source})", "invoices"),
    FactType("invoice.rejected", "{number} was rejected by {source}: {reason}", "invoices"),
    FactType("invoice.refused", "The customer refuses {number} ({source}): {reason}", "invoices"),
    FactType("invoice.approved", "The customer approved {number} ({source})", "invoices"),
    FactType("invoice.payment_announced", "The customer says {number} is paid ({source})", "invoices"),
    FactType("rule_pack.imported", "Official rules {name} {version} imported, SHA-256 {sha256}", "invoices"),
    FactType("delivery.failed", "{number} could not be delivered: {reason}", "invoices"),
)
