"""Bringing the rows of a debtor file in.

A typing error in a VAT number must not keep a customer (and every item he owes) out of the books: what
the checks of master data say is a warning by row and field, and the value is kept as it was given.
Numbers of parents may point to rows of the same file or to stored customers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fairdue.core.findings import Severity
from fairdue.foundation.permissions import Permission
from fairdue.foundation.tabular.findings import RowFinding
from fairdue.foundation.tabular.formats import DEBTORS, DebtorRow
from fairdue.foundation.tabular.registry import ImportKind, Outcome
from fairdue.parties import selectors
from fairdue.parties.drafts import DebtorDraft, check_draft
from fairdue.parties.models import Creditor, Debtor
from fairdue.parties.services import know_identifiers, upsert_debtors
from fairdue.parties.services.debtors import CREDIT_FIELDS, changes_between, draft_of
from fairdue.parties.services.details import IdentifierDraft

if TYPE_CHECKING:
    from uuid import UUID

    from fairdue.foundation.context import Ctx
    from fairdue.foundation.tabular.registry import ImportScope, NumberedRows

_TEXTS = (
    "name", "country", "street", "postcode", "city", "region", "language", "email", "phone", "vat_id", "mandate_id",
    "currency",
)  # fmt: skip
_NUMBERS = ("payment_terms_days", "discount_percent", "discount_days", "credit_limit")
_IDENTIFIERS = {"register_id": "register", "eori": "eori", "peppol_id": "peppol", "lei": "lei"}


def _draft(row: DebtorRow, base: DebtorDraft, scope: ImportScope) -> DebtorDraft:
    """Return the draft: what the file says, and what was known where the file says nothing."""
    given: dict[str, Any] = {name: getattr(row, name) for name in _TEXTS if getattr(row, name)}
    given |= {name: getattr(row, name) for name in _NUMBERS if getattr(row, name) is not None}
    return replace(base, kind=row.kind, source=scope.source, ibans=row.ibans, **given)


def _kept(ctx: Ctx, number: int, draft: DebtorDraft, base: DebtorDraft) -> tuple[DebtorDraft, list[RowFinding]]:
    """Return the draft without the changes to a stored customer that the importer may not make by hand.

    The same permissions as in `change_debtor` count: terms and limit need `credit.edit`, the rest
    `customers.edit`. Each field that stays as it was is a finding.
    """
    if not base.name:  # a new customer
        return draft, []
    findings, back = [], {}
    for name, (old, new) in changes_between(base, draft).items():
        needed = Permission.CREDIT_EDIT if name in CREDIT_FIELDS else Permission.CUSTOMERS_EDIT
        if ctx.may(needed):
            continue
        back[name] = old
        sentence = f"Stays as it was: changing it needs \u201c{needed.value}\u201d, which you do not have."
        shown = "" if new is None else str(new)
        findings.append(RowFinding(number, name, shown, "debtor.not_allowed", sentence, Severity.WARNING))
    return replace(draft, **back), findings


def _bases(rows: NumberedRows, scope: ImportScope) -> dict[str, DebtorDraft]:
    """Return per customer number the stored customer, or an empty one in the creditor's language and currency."""
    home = Creditor.objects.get(id=scope.creditor)
    stored = {
        row.external_id: draft_of(row)
        for row in Debtor.objects.filter(
            creditor_id=scope.creditor, external_id__in=[row.external_id for _, row in rows]
        )
    }
    empty = DebtorDraft(scope.creditor, "", "", language=home.language, currency=home.currency, country=home.country)
    return {
        row.external_id: stored.get(row.external_id)
        or replace(empty, external_id=row.external_id, id=DebtorDraft(scope.creditor, "", "").id)
        for _, row in rows
    }


def _parents(
    ctx: Ctx, rows: NumberedRows, drafts: dict[str, DebtorDraft], scope: ImportScope
) -> tuple[dict[str, UUID], list[RowFinding]]:
    """Return customer number → parent's id, and findings for numbers that nobody has."""
    wanted = {row.parent_external_id for _, row in rows if row.parent_external_id}
    known = selectors.debtors_by_external_id(ctx, scope.creditor, wanted - drafts.keys())
    known |= {number: draft.id for number, draft in drafts.items() if number in wanted}
    found = {r.external_id: known[r.parent_external_id] for _, r in rows if r.parent_external_id in known}
    missing = [
        RowFinding(
            number, "parent_external_id", row.parent_external_id, "debtor.unknown_parent",
            "Is no customer of this creditor, neither in the file nor in the books.",
        )
        for number, row in rows
        if row.parent_external_id and row.parent_external_id not in known
    ]  # fmt: skip
    return found, missing


def _circles(parents: dict[str, UUID], drafts: dict[str, DebtorDraft]) -> set[str]:
    """Return the customer numbers that are their own ancestors by the file."""
    number_of = {draft.id: number for number, draft in drafts.items()}
    bad = set()
    for start in parents:
        seen: set[str] = set()
        at: str | None = start
        while at is not None and at not in seen:
            seen.add(at)
            above = parents.get(at)
            at = number_of.get(above) if above else None
        if at == start:
            bad.add(start)
    return bad


def _warned(number: int, draft: DebtorDraft) -> tuple[DebtorDraft, list[RowFinding]]:
    """Return the draft in its stored form and what is doubtful about it."""
    checked, found = check_draft(draft)
    warnings = [
        RowFinding(number, item.path, _shown(checked, item.path), item.code, item.message, Severity.WARNING)
        for item in found
    ]
    return checked, warnings


def _shown(draft: DebtorDraft, path: str) -> str:
    """Return the value for the finding; accounts are never shown."""
    return "" if path.startswith("ibans") else str(getattr(draft, path, "") or "")


def apply_debtors(ctx: Ctx, scope: ImportScope, rows: NumberedRows) -> Outcome:
    """Create or change the customers of the rows by their number; set-based."""
    bases = _bases(rows, scope)
    drafts = {row.external_id: _draft(row, bases[row.external_id], scope) for _, row in rows}
    parents, findings = _parents(ctx, rows, drafts, scope)
    stored = {number: base.parent for number, base in bases.items() if base.parent}
    circles = _circles(stored | parents, drafts)
    findings += [
        RowFinding(number, "parent_external_id", row.parent_external_id, "debtor.circle", "Closes a circle of parents.")
        for number, row in rows
        if row.external_id in circles
    ]
    refused = {item.row for item in findings}
    good = []
    for number, row in rows:
        if number not in refused:
            draft = drafts[row.external_id]
            if row.external_id in parents:
                draft = replace(draft, parent=parents[row.external_id], parent_pays=True)
            checked, warnings = _warned(number, draft)
            checked, kept = _kept(ctx, number, checked, bases[row.external_id])
            findings += warnings + kept
            good.append(checked)
    good, orphans = _without_lost_parents(good, {drafts[r.external_id].id for n, r in rows if n in refused})
    lines = {row.external_id: number for number, row in rows}
    findings += [
        RowFinding(
            lines[draft.external_id], "parent_external_id", "", "debtor.unknown_parent", "Its parent is refused."
        )
        for draft in orphans
    ]
    created, changed, same = upsert_debtors(ctx, debtors=good, today=scope.today)
    _identifiers(ctx, scope, rows, {draft.external_id: draft.id for draft in good})
    return Outcome(created, changed, same, tuple(findings))


def _without_lost_parents(good: list[DebtorDraft], lost: set[UUID]) -> tuple[list[DebtorDraft], list[DebtorDraft]]:
    """Return the drafts whose parents go in too, and those whose parent (or its parent) is refused."""
    orphans: list[DebtorDraft] = []
    while True:
        fallen = [draft for draft in good if draft.parent in lost]
        if not fallen:
            return good, orphans
        orphans += fallen
        lost = {draft.id for draft in fallen}
        good = [draft for draft in good if draft.id not in lost]


def _identifiers(ctx: Ctx, scope: ImportScope, rows: NumberedRows, ids: dict[str, UUID]) -> None:
    drafts = [
        IdentifierDraft(scope.creditor, ids[row.external_id], scheme, getattr(row, column))
        for _, row in rows
        if row.external_id in ids
        for column, scheme in _IDENTIFIERS.items()
        if getattr(row, column)
    ]
    know_identifiers(ctx, identifiers=drafts, today=scope.today)


KIND = ImportKind("debtors", "Customers", DEBTORS, apply_debtors, order=10)
