"""The facts that the parties room records."""

from fairdue.foundation.facts import FactType, declare

declare(
    FactType("creditor.created", "Creditor {name} created", "master data"),
    FactType("creditor.changed", "Creditor {name} changed: {changes}", "master data"),
    FactType("debtor.created", "Customer {name} created", "master data"),
    FactType("debtor.changed", "Master data changed: {changes}", "master data"),
    FactType("debtor.merged", "{merged_name} ({merged_number}) merged into {name}", "master data"),
    FactType("debtor.not_duplicate", "{name} and {other} are not the same", "master data"),
    FactType("debtor.contact_added", "Contact {name} added ({role})", "master data"),
    FactType("debtor.contact_changed", "Contact {name} changed: {changes}", "master data"),
    FactType("debtor.contact_removed", "Contact {name} removed", "master data"),
    FactType("debtor.address_added", "Address ({kind}) added: {address}", "master data"),
    FactType("debtor.address_removed", "Address ({kind}) removed: {address}", "master data"),
    FactType("debtor.verified", "{what} is {state}: {source}", "master data"),
    FactType("debtor.identifier_set", "{scheme} number {value} recorded", "master data"),
    FactType("debtor.identifier_removed", "{scheme} number {value} removed", "master data"),
    FactType("debtor.account_known", "Pays from {masked} ({source})", "master data"),
    FactType("debtor.account_proposed", "Bank account {masked} proposed", "master data"),
    FactType("debtor.account_approved", "Bank account {masked} approved", "master data"),
    FactType("debtor.account_retired", "Bank account {masked} retired: {reason}", "master data"),
    FactType("import.done", "{file}: {created} new, {changed} changed, {refused} refused", "imports"),
    FactType("import.refused", "{file} refused: {refused} rows with problems", "imports"),
)
