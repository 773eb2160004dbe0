"""The facts that the cash room records."""

from fairdue.foundation.facts import FactType, declare

declare(
    FactType("bank_account.added", "Bank account {name} added", "payments"),
    FactType("bank_statement.imported", "Statement of {account} imported: {lines} new lines", "payments"),
    FactType("bank_line.received", "{amount} received from {payer}", "payments"),
    FactType("bank_line.told_again", "The bank told it again in a {kind} ({format})", "payments"),
    FactType("bank_line.superseded", "Booked by a {kind} ({format}); no longer provisional", "payments"),
    FactType("cash.proposed", "{amount} proposed for {items}: {reason}", "payments"),
    FactType("cash.allocated", "{amount} applied to {items}", "payments"),
    FactType("cash.put_on_account", "{amount} put on account", "payments"),
    FactType("cash.refused", "Proposal refused: {reason}", "payments"),
    FactType("cash.reversed", "{amount} taken back: {reason}", "payments"),
    FactType("cash.set_aside", "{amount} is no receivable: {reason}", "payments"),
    FactType("cash.deduction_recorded", "{amount} kept back on {number}: {reason}", "payments"),
    FactType("cash.rule_switched", "Rule {signature} switched {word}", "payments"),
    FactType("cash.policy_set", "Settings of posting changed: {changed}", "payments"),
    FactType("deduction_code.set", "Code {code} means {reason}: {treatment}", "payments"),
    FactType("deduction_code.removed", "Code {code} removed", "payments"),
    FactType("cash.deduction_withdrawn", "{amount} on {number} is not kept back any more", "payments"),
    FactType("refund.opened", "{amount} should go back: {reason}", "payments"),
    FactType("refund.dismissed", "{amount} stays: {reason}", "payments"),
    FactType("refund.ordered", "{amount} ordered from the bank in file {reference}", "payments"),
    FactType("cash.use_proposed", "{amount} on account proposed for {items}: {reason}", "payments"),
    FactType("cash.use_accepted", "{amount} on account applied to {items}", "payments"),
    FactType("cash.use_refused", "Money on account is not used for {items}", "payments"),
    FactType("cash.use_reversed", "{amount} is on account again: {reason}", "payments"),
    FactType("cash.refund_paid", "{amount} paid back: {reason}", "payments"),
    FactType("remittance.imported", "Advice of {payer} imported: {documents} documents", "payments"),
    FactType("remittance.linked", "Advice of {payer} linked to its payment by {by}", "payments"),
    FactType("remittance.unlinked", "Advice of {payer} taken from its payment", "payments"),
)
