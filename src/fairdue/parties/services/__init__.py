"""The door in: commands on creditors and debtors."""

from fairdue.parties.drafts import DebtorDraft, check_draft
from fairdue.parties.services.accounts import (
    know_accounts,
    propose_account,
    retire_account,
    reveal_account,
)
from fairdue.parties.services.creditors import CreditorDraft, change_creditor, create_creditor
from fairdue.parties.services.debtors import change_debtor, create_debtors, upsert_debtors
from fairdue.parties.services.details import (
    add_address,
    add_contact,
    change_contact,
    know_identifiers,
    remove_address,
    remove_contact,
    remove_identifier,
    set_identifier,
)
from fairdue.parties.services.mailkeys import (
    keep_mail_check,
    make_mail_key,
    retire_mail_key,
    set_sender,
    use_mail_key,
)
from fairdue.parties.services.merging import decide_not_duplicate, merge_debtors
from fairdue.parties.services.verifying import (
    confirm_value,
    keep_evidence,
    look_at,
    note_delivery,
    verify_value,
)
from fairdue.parties.services.wishes import set_delivery_wish

__all__ = [
    "CreditorDraft",
    "DebtorDraft",
    "add_address",
    "add_contact",
    "change_contact",
    "change_creditor",
    "change_debtor",
    "check_draft",
    "confirm_value",
    "create_creditor",
    "create_debtors",
    "decide_not_duplicate",
    "keep_evidence",
    "keep_mail_check",
    "know_accounts",
    "know_identifiers",
    "look_at",
    "make_mail_key",
    "merge_debtors",
    "note_delivery",
    "propose_account",
    "remove_address",
    "remove_contact",
    "remove_identifier",
    "retire_account",
    "retire_mail_key",
    "reveal_account",
    "set_delivery_wish",
    "set_identifier",
    "set_sender",
    "upsert_debtors",
    "use_mail_key",
    "verify_value",
]
