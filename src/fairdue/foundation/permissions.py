"""What may be done, and which of it each role may do. Unknown means no."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """One thing that may be done; the value is the scope of API keys and the word on screens."""

    WORKLIST_VIEW = "worklist.view"
    """See the worklist, customers, items and the timeline."""
    COLLECTIONS_ACT = "collections.act"
    """Log calls, take promises, open and solve disputes, snooze, send notices."""
    WORK_ASSIGN = "worklist.assign"
    """Give lines of the worklist to others, and take theirs."""
    CADENCE_EDIT = "cadence.edit"
    """Change cadences and templates and start runs."""
    CUSTOMERS_VIEW = "customers.view"
    """See customers and their master data."""
    CUSTOMERS_EDIT = "customers.edit"
    """Change customers, contacts and addresses; merge duplicates."""
    BANK_DETAILS_PROPOSE = "bank_details.propose"
    """Propose bank details; somebody else approves."""
    BANK_DETAILS_APPROVE = "bank_details.approve"
    """Approve proposed bank details of somebody else."""
    INVOICES_VIEW = "invoices.view"
    """See orders, invoices and documents."""
    INVOICES_DRAFT = "invoices.draft"
    """Write drafts and accept orders."""
    INVOICES_ISSUE = "invoices.issue"
    """Issue invoices and credit notes and deliver them."""
    CASH_VIEW = "cash.view"
    """See bank lines, proposals and unapplied cash."""
    CASH_APPLY = "cash.apply"
    """Import statements, accept, change and reverse allocations."""
    REFUND_PROPOSE = "refund.propose"
    """Propose a refund; somebody else approves."""
    REFUND_APPROVE = "refund.approve"
    """Approve somebody else's refund."""
    WRITE_OFF = "write_off.small"
    """Write off up to the tenant's limit."""
    WRITE_OFF_APPROVE = "write_off.approve"
    """Approve somebody else's write-off above the limit."""
    LEDGER_VIEW = "ledger.view"
    """See accounts, entries and the trial balance."""
    PERIOD_CLOSE = "period.close"
    """Close and reopen periods."""
    INSURANCE_VIEW = "insurance.view"
    """See policies, limits, cover and claims."""
    INSURANCE_EDIT = "insurance.edit"
    """Change policies and limits, declare, file claims, record recoveries."""
    CREDIT_EDIT = "credit.edit"
    """Set credit limits and payment terms, place and release holds."""
    REPORTS_VIEW = "reports.view"
    """See the dashboard and reports, export them."""
    IMPORTS_RUN = "imports.run"
    """Import files and save mapping profiles."""
    SETTINGS_EDIT = "settings.edit"
    """Change creditors, series, thresholds and the tenant's settings."""
    USERS_EDIT = "users.edit"
    """Invite users, give roles, make API keys."""
    AUDIT_VIEW = "audit.view"
    """See every fact with its actor, run verify."""
    OWN_ACCOUNT = "own.account"
    """Change one's own name, password, keys and sessions."""


P = Permission
_READ = frozenset({
    P.WORKLIST_VIEW, P.CUSTOMERS_VIEW, P.INVOICES_VIEW, P.CASH_VIEW, P.LEDGER_VIEW, P.INSURANCE_VIEW,
    P.REPORTS_VIEW, P.OWN_ACCOUNT,
})  # fmt: skip
_COLLECTOR = _READ - {P.LEDGER_VIEW} | {P.COLLECTIONS_ACT, P.CUSTOMERS_EDIT}

ROLES: dict[str, frozenset[Permission]] = {
    "admin": frozenset(Permission),
    "team_lead": _COLLECTOR
    | {P.LEDGER_VIEW, P.WORK_ASSIGN, P.CADENCE_EDIT, P.CREDIT_EDIT, P.WRITE_OFF, P.WRITE_OFF_APPROVE, P.REFUND_APPROVE,
       P.BANK_DETAILS_APPROVE, P.IMPORTS_RUN},
    "collector": _COLLECTOR,
    "cash_clerk": _READ | {P.CASH_APPLY, P.REFUND_PROPOSE, P.WRITE_OFF, P.IMPORTS_RUN, P.BANK_DETAILS_PROPOSE},
    "invoicing_clerk": _READ | {P.INVOICES_DRAFT, P.INVOICES_ISSUE, P.CUSTOMERS_EDIT, P.IMPORTS_RUN},
    "credit_manager": _READ
    | {P.CREDIT_EDIT, P.INSURANCE_EDIT, P.CADENCE_EDIT, P.COLLECTIONS_ACT, P.WRITE_OFF_APPROVE,
       P.REFUND_APPROVE, P.PERIOD_CLOSE},
    "auditor": _READ | {P.AUDIT_VIEW},
    "client": _READ - {P.CASH_VIEW},
}  # fmt: skip
"""The roles that every tenant has. `client` sees one creditor only, by the weaker database role."""

ROLE_TITLES = {
    "admin": "Administrator",
    "team_lead": "Team lead",
    "collector": "Collector",
    "cash_clerk": "Cash clerk",
    "invoicing_clerk": "Invoicing clerk",
    "credit_manager": "Credit manager",
    "auditor": "Auditor",
    "client": "Client user",
}


def permissions_of(role: str, custom: frozenset[str] = frozenset()) -> frozenset[Permission]:
    """Return what `role` may do; `custom` are the stored permissions of a tenant's own role."""
    if role in ROLES:
        return ROLES[role]
    known = {permission.value: permission for permission in Permission}
    return frozenset(known[word] for word in custom if word in known)
