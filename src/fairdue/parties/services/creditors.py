"""Creditors: the legal entities that issue invoices."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from fairdue.core.findings import Finding, RefusedError, errors, refuse
from fairdue.foundation.approvals import approval, propose
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.parties.models import Creditor
from fairdue.parties.validation import check_bic, check_currency, check_email, check_iban, check_vat, one_line
from fairdue.parties.validation.money import masked

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class CreditorDraft:
    """A creditor about to be created. `receivables.open_books` gives it its chart of accounts afterwards."""

    code: str
    name: str
    country: str
    currency: str
    language: str = "en"
    street: str = ""
    postcode: str = ""
    city: str = ""
    email: str = ""
    phone: str = ""
    vat_id: str = ""
    register_id: str = ""
    iban: str = ""
    bic: str = ""
    legal: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    id: UUID = field(default_factory=uuid7)


def _findings(draft: CreditorDraft) -> tuple[Finding, ...]:
    found = check_currency(draft.currency).findings
    for value, check in (
        (draft.vat_id, lambda text: check_vat(text, draft.country)),
        (draft.email, check_email),
        (draft.iban, check_iban),
        (draft.bic, check_bic),
    ):
        found += check(value).findings if value else ()
    for name in ("code", "name", "country"):
        if not getattr(draft, name).strip():
            found += (Finding("creditor.missing", name, f"The {name} is missing."),)
    return found


def _on_one_line(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with every text on one line: they go into the heads of messages."""
    return {name: one_line(value) if isinstance(value, str) else value for name, value in values.items()}


@command("parties.create_creditor", Permission.SETTINGS_EDIT)
def create_creditor(ctx: Ctx, *, draft: CreditorDraft, today: date, key: str | None = None) -> UUID:
    """Create a creditor; refuses wrong numbers and a code that is used."""
    del key
    draft = replace(draft, **_on_one_line({name: getattr(draft, name) for name in CreditorDraft.__dataclass_fields__}))
    bad = errors(_findings(draft))
    if bad:
        raise RefusedError(*bad)
    try:
        with transaction.atomic():
            Creditor.objects.create(tenant_id=ctx.tenant, **asdict(draft))
    except IntegrityError as error:
        raise refuse("creditor.code", "code", f"The code {draft.code} is used by another creditor.") from error
    payload = {"name": draft.name, "code": draft.code, "paid_to": paid_to_digest(draft.iban, draft.bic)}
    record(ctx, NewFact("creditor.created", today, draft.id, draft.id, None, payload))
    return draft.id


def paid_to_digest(iban: str, bic: str) -> str:
    """Return the SHA-256 of where customers pay to: facts tell it, and never a whole IBAN."""
    return sha256(f"{iban} {bic}".encode()).hexdigest()


FROZEN = frozenset({"id", "currency", "tenant_id", "code"})
PAID_TO = ("iban", "bic")
"""Where customers pay to: the first is set with the client, another one needs a second person."""


@command("parties.change_creditor", Permission.SETTINGS_EDIT)
def change_creditor(ctx: Ctx, *, creditor: UUID, changes: dict[str, Any], today: date, key: str | None = None) -> UUID:
    """Change a creditor's particulars; its currency and code stand for ever.

    Another account to be paid to is proposed to a second person and stands only when that one approves.
    """
    del key
    known = set(CreditorDraft.__dataclass_fields__) - FROZEN
    if changes.keys() - known:
        raise refuse("creditor.frozen", min(changes.keys() - known), "This cannot be changed.")
    row = Creditor.objects.select_for_update().get(id=creditor)
    changed = {name: value for name, value in _on_one_line(changes).items() if getattr(row, name) != value}
    whole = {name: getattr(row, name) for name in CreditorDraft.__dataclass_fields__}
    bad = errors(_findings(CreditorDraft(**whole | changed)))
    if bad:
        raise RefusedError(*bad)
    moved = {name: changed.pop(name) for name in PAID_TO if row.iban and name in changed}
    if moved:
        _propose_account(ctx, row, moved, today)
    if changed:
        _write(ctx, row, changed, today)
    return creditor


def _propose_account(ctx: Ctx, row: Creditor, moved: dict[str, str], today: date) -> None:
    after = moved.get("iban", row.iban)
    title = f"{row.name} is paid to {masked(after) or 'no account'} instead of {masked(row.iban)}"
    payload = {"creditor": str(row.id), "before": row.iban, "changes": moved}
    propose(ctx, kind="creditor_account", subject=row.id, title=title, payload=payload, today=today, creditor=row.id)


@approval("creditor_account", Permission.BANK_DETAILS_APPROVE)
def carry_out_creditor_account(ctx: Ctx, payload: dict[str, Any], today: date) -> object:
    """Let a creditor be paid to the account that was proposed."""
    row = Creditor.objects.select_for_update().get(id=UUID(str(payload["creditor"])))
    if row.iban != payload["before"]:
        raise refuse("account.changed", "iban", "The account was changed meanwhile; propose it again.")
    _write(ctx, row, {name: str(payload["changes"][name]) for name in PAID_TO if name in payload["changes"]}, today)
    return row.id


def _write(ctx: Ctx, row: Creditor, changed: dict[str, Any], today: date) -> None:
    payload = {"name": changed.get("name", row.name), "changes": ", ".join(sorted(changed))}
    if "iban" in changed:
        payload["account"] = f"{masked(row.iban)} → {masked(changed['iban'])}"
    for name, value in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    payload["paid_to"] = paid_to_digest(row.iban, row.bic)
    record(ctx, NewFact("creditor.changed", today, row.id, row.id, None, payload))
