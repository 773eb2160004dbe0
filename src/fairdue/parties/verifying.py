"""What facts tell of the accounts to which money goes."""

from __future__ import annotations

from fairdue.foundation.facts.witness import CUSTOMER, witness

_TOLD = ("debtor.account_known", "debtor.account_proposed", "debtor.account_approved", "debtor.account_retired")

witness(
    "creditor", "creditor.created", "creditor.changed", figures={},
    also="coalesce(f.payload ->> 'paid_to', '') IN"
    " ('', encode(sha256(convert_to(t.iban || ' ' || t.bic, 'UTF8')), 'hex'))",
    last_of=("creditor.created", "creditor.changed"),
    only="EXISTS (SELECT FROM fact c WHERE c.tenant_id = t.tenant_id AND c.subject_id = t.id"
    " AND c.type IN ('creditor.created', 'creditor.changed'))",
)  # fmt: skip
witness("debtor_account", *_TOLD, figures={**CUSTOMER, "masked": "masked"})
witness("debtor_account", "debtor.account_approved", figures={}, only="t.state = 'approved'", last_of=_TOLD)
