"""Issuing: findings first, then the number, then invoice, open item, journal and facts in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.findings import Finding, RefusedError, errors, refuse
from fairdue.core.invoice.model import DocumentType
from fairdue.core.invoice.terms import discount_until
from fairdue.core.invoice.totals import Totals, totals
from fairdue.core.invoice.wire import to_wire
from fairdue.core.ledger import AccountRole
from fairdue.foundation.arrays import columns
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import masterdata
from fairdue.invoicing.addressing import doubtful
from fairdue.invoicing.composing import compose, numbered
from fairdue.invoicing.models import Draft, Series
from fairdue.invoicing.prepaid import Claim, claimed_by, lacking, not_covered
from fairdue.invoicing.services.correcting import amendable, reverse_replaced
from fairdue.invoicing.services.finals import Settled, keep_settlements, settled_by
from fairdue.invoicing.services.series import draw
from fairdue.receivables import selectors as heart
from fairdue.receivables import services as receivables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.core.invoice.model import Invoice
    from fairdue.foundation.context import Ctx

KINDS = {
    DocumentType.INVOICE: Series.Kind.INVOICE,
    DocumentType.CORRECTED: Series.Kind.CORRECTED,
    DocumentType.PREPAYMENT: Series.Kind.PREPAYMENT,
    DocumentType.SELF_BILLED: Series.Kind.SELF_BILLED,
    DocumentType.CREDIT_NOTE: Series.Kind.CREDIT_NOTE,
}
"""The series of each type; a creditor without one of its own numbers the type among its invoices."""
COLUMNS = (
    ("id", "uuid"), ("creditor_id", "uuid"), ("debtor_id", "uuid"), ("series_id", "uuid"), ("period", "text"),
    ("counter", "int"), ("number", "text"), ("type", "text"), ("issued_on", "date"), ("due_on", "date"),
    ("currency", "text"), ("net", "bigint"), ("tax", "bigint"), ("gross", "bigint"), ("payable", "bigint"),
    ("order_id", "uuid"), ("draft_id", "uuid"), ("preceding_id", "uuid"), ("content", "text"), ("sha256", "text"),
)  # fmt: skip
_INSERT = (
    f"WITH issued AS (INSERT INTO invoice (tenant_id, {', '.join(name for name, _ in COLUMNS)}, delivery) "
    f"SELECT %s, {', '.join('i.content::jsonb' if name == 'content' else f'i.{name}' for name, _ in COLUMNS)}, 'none' "
    f"FROM unnest({', '.join(f'%s::{kind}[]' for _, kind in COLUMNS)}) "
    f"AS i({', '.join(name for name, _ in COLUMNS)}) RETURNING id, draft_id) "
    "UPDATE invoice_draft d SET state = 'issued', invoice_id = i.id FROM issued i "
    "WHERE d.tenant_id = %s AND d.id = i.draft_id"
)
_LOCK = "SELECT * FROM invoice_draft WHERE tenant_id = %s AND id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE"


@dataclass(frozen=True, slots=True)
class Ready:
    """A document ready to be numbered."""

    creditor: UUID
    debtor: UUID
    invoice: Invoice
    totals: Totals
    id: UUID
    order: UUID | None = None
    draft: UUID | None = None
    preceding: UUID | None = None
    settles: tuple[Settled, ...] = ()
    """The prepayment invoices that a final invoice deducts."""

    @property
    def owed(self) -> int:
        """What becomes the open item: all but split VAT and what prepayment invoices have claimed."""
        whole = self.totals.gross + self.invoice.rounding - self.totals.split_tax
        return whole - sum(one.gross for one in self.settles)


@dataclass(frozen=True, slots=True)
class Preview:
    """What issuing a draft today would give: the total and every finding, and whether it may be issued."""

    draft: UUID
    debtor: UUID
    debtor_name: str
    currency: str
    gross: int | None
    due_on: date | None
    findings: tuple[Finding, ...]

    @property
    def refused(self) -> bool:
        """Whether an error stands against it."""
        return bool(errors(self.findings))


def _composed(ctx: Ctx, rows: Sequence[Draft], today: date) -> list[tuple[Draft, Invoice | None, tuple[Finding, ...]]]:
    sellers = masterdata.sellers(ctx, [row.creditor_id for row in rows])
    buyers = masterdata.buyers(ctx, [row.debtor_id for row in rows])
    doubts = doubtful([(sellers[row.creditor_id], buyers[row.debtor_id]) for row in rows], today)
    done = []
    for row, doubt in zip(rows, doubts, strict=True):
        seller, buyer = sellers[row.creditor_id], buyers[row.debtor_id]
        invoice, findings = compose(row.content, row.currency, row.term, seller, buyer, today)
        done.append((row, invoice, (*findings, *doubt)))
    short = lacking(ctx, _claims(done))
    return [
        (row, invoice, (*findings, one) if one else findings)
        for (row, invoice, findings), one in zip(done, short, strict=True)
    ]


def _claims(done: Sequence[tuple[Draft, Invoice | None, tuple[Finding, ...]]]) -> list[Claim | None]:
    """Return what each draft says is paid already beyond the prepayment invoices that it deducts."""
    gross = claimed_by(one for row, _, _ in done for one in row.settles or ())
    return [
        Claim(row.creditor_id, row.debtor_id, row.currency,
              invoice.prepaid - sum(gross.get(UUID(one), 0) for one in row.settles or ()))
        if invoice is not None and invoice.prepaid and not invoice.type.is_credit else None
        for row, invoice, _ in done
    ]  # fmt: skip


def preview_issue(ctx: Ctx, *, drafts: Sequence[UUID], today: date) -> list[Preview]:
    """Return what issuing these drafts today would give, in their order; changes nothing."""
    found = {row.id: row for row in Draft.objects.filter(id__in=drafts, state=Draft.State.OPEN)}
    rows = [found[one] for one in drafts if one in found]
    composed = _composed(ctx, rows, today)
    unread = masterdata.buyers(ctx, [row.debtor_id for row, invoice, _ in composed if invoice is None])
    return [
        Preview(
            row.id, row.debtor_id, invoice.buyer.name if invoice else unread[row.debtor_id].party.name, row.currency,
            totals(invoice).gross if invoice and not errors(findings) else row.gross,
            invoice.terms.due if invoice else None, findings,
        )
        for row, invoice, findings in composed
    ]  # fmt: skip


@command("invoicing.issue_invoices", Permission.INVOICES_ISSUE)
def issue_invoices(ctx: Ctx, *, drafts: Sequence[UUID], today: date, key: str | None = None) -> list[UUID]:
    """Issue open drafts: number, freeze, open the item, post; returns the invoices in order. All or nothing.

    Any error in any draft refuses before a number is drawn; the findings name draft and field.
    """
    del key
    return _issue_drafts(ctx, drafts, today)


def _issue_drafts(ctx: Ctx, drafts: Sequence[UUID], today: date) -> list[UUID]:
    locked = {row.id: row for row in Draft.objects.raw(_LOCK, [ctx.tenant, list(drafts)])}
    rows = [locked[one] for one in drafts if one in locked and locked[one].state == Draft.State.OPEN]
    if len(rows) < len(drafts) or len(set(drafts)) < len(drafts):
        raise refuse("draft.closed", "drafts", "One of these drafts is issued or discarded already, or named twice.")
    composed = _composed(ctx, rows, today)
    found = [
        replace(finding, path=f"drafts[{index}].{finding.path}")
        for index, (_, _, findings) in enumerate(composed)
        for finding in errors(findings)
    ]
    if found:
        raise RefusedError(*found)
    ready = [_ready(ctx, row, invoice) for row, invoice, _ in composed if invoice is not None]
    replaced = {one.preceding: amendable(ctx, one.preceding, one.invoice.currency) for one in ready if one.preceding}
    done = issue(ctx, ready, today)
    for one in ready:
        if one.settles:
            keep_settlements(ctx, one.creditor, one.id, one.settles)
        if one.preceding:
            reverse_replaced(ctx, replaced[one.preceding], one.id, today)
    return done


def _ready(ctx: Ctx, row: Draft, invoice: Invoice) -> Ready:
    sums = totals(invoice)
    settled = settled_by(ctx, row, invoice, sums.net, sums.tax) if row.settles else ()
    return Ready(row.creditor_id, row.debtor_id, invoice, sums, uuid7(), row.order_id, row.id, row.amends_id, settled)


@command("invoicing.issue_invoice", Permission.INVOICES_ISSUE)
def issue_invoice(ctx: Ctx, *, draft: UUID, today: date, key: str | None = None) -> UUID:
    """Issue one open draft and return its invoice."""
    del key
    return _issue_drafts(ctx, [draft], today)[0]


def issue(ctx: Ctx, ready: Sequence[Ready], today: date) -> list[UUID]:
    """Give checked documents their numbers, freeze and post them; inside the caller's transaction."""
    by_kind: dict[str, list[Ready]] = {kind: [] for kind in KINDS.values()}
    for one in ready:
        by_kind[KINDS[one.invoice.type]].append(one)
    done = [row for kind, group in by_kind.items() for row in _numbered(ctx, group, kind, today)]
    rows = [row for _, row in done]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [ctx.tenant, *columns(rows), ctx.tenant])
    items = [_item(one) for one, _ in done if not one.invoice.type.is_credit and one.owed > 0]
    if items:
        receivables.open_within(ctx, items, today)
    credits_ = [_credit(one, today) for one, _ in done if one.invoice.type.is_credit and one.totals.gross > 0]
    if credits_:
        receivables.record_credits(ctx, credits_=credits_, today=today)
    _use_prepayments(ctx, [one for one, _ in done], today)
    record_all(ctx, [_fact(one, row[-1], today) for one, row in done])
    return [one.id for one in ready]


def _numbered(ctx: Ctx, ready: Sequence[Ready], kind: str, today: date) -> list[tuple[Ready, tuple[Any, ...]]]:
    by_creditor: dict[UUID, list[Ready]] = defaultdict(list)
    for one in ready:
        by_creditor[one.creditor].append(one)
    done: list[tuple[Ready, tuple[Any, ...]]] = []
    for creditor in sorted(by_creditor):
        group = by_creditor[creditor]
        drawn = draw(ctx, creditor, kind, today, len(group))
        for one, counter, number in zip(group, drawn.counters, drawn.numbers, strict=True):
            final = replace(one, invoice=numbered(one.invoice, number))
            done.append((final, _row(final, drawn.series, drawn.period, counter, today)))
    return done


def canonical(content: dict[str, Any]) -> str:
    """Return the content as sorted, compact JSON: what its hash is taken of."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _row(one: Ready, series: UUID, period: str, counter: int, today: date) -> tuple[Any, ...]:
    invoice, sums = one.invoice, one.totals
    text = canonical(to_wire(invoice))
    return (
        one.id, one.creditor, one.debtor, series, period, counter, invoice.number, invoice.type.value, today,
        invoice.terms.due or today, invoice.currency, sums.net, sums.tax, sums.gross, sums.payable, one.order,
        one.draft, one.preceding, text, hashlib.sha256(text.encode()).hexdigest(),
    )  # fmt: skip


def _contra(one: Ready) -> tuple[tuple[AccountRole, int], ...]:
    net = one.totals.net + one.invoice.rounding - sum(part.net for part in one.settles)
    tax = one.totals.tax - one.totals.split_tax - sum(part.tax for part in one.settles)
    parts = ((AccountRole.REVENUE, net), (AccountRole.TAX, tax))
    return tuple(part for part in parts if part[1])


def _item(one: Ready) -> receivables.OpenItemDraft:
    invoice, terms = one.invoice, one.invoice.terms
    early = terms.early[0] if terms.early else None
    issued = invoice.issued
    assert issued is not None
    return receivables.OpenItemDraft(
        creditor=one.creditor, debtor=one.debtor, kind="invoice", number=invoice.number, currency=invoice.currency,
        amount=one.owed, net_amount=one.totals.net - sum(part.net for part in one.settles), issued_on=issued,
        due_on=terms.due or issued, contra=_contra(one),
        delivered_on=invoice.delivery.day if invoice.delivery else None,
        reference=invoice.payment.reference if invoice.payment else "", order_number=invoice.references.order,
        discount_percent=early.percent if early else None,
        discount_until=discount_until(issued, early.days) if early else None, id=one.id,
    )  # fmt: skip


def _credit(one: Ready, today: date) -> receivables.CreditDraft:
    return receivables.CreditDraft(
        one.creditor, one.debtor, "credit_note", one.invoice.number, one.invoice.currency,
        one.owed, today, _contra(one), source=one.id, id=one.id,
    )  # fmt: skip


def _use_prepayments(ctx: Ctx, done: Sequence[Ready], today: date) -> None:
    """Apply money on account to invoices that say it is paid already; refuse where there is too little."""
    lines: list[receivables.Applied] = []
    for one in done:
        claimed = sum(part.gross for part in one.settles)
        wanted = 0 if one.invoice.type.is_credit else one.invoice.prepaid - claimed
        if not wanted:
            continue
        for credit in heart.credits_(ctx, debtors=[one.debtor], creditor=one.creditor):
            used = min(wanted, credit.unapplied) if credit.currency == one.invoice.currency else 0
            if used > 0:
                lines.append(receivables.Applied(one.id, used, credit.id, reason="prepayment on the invoice"))
                wanted -= used
        if wanted:
            raise RefusedError(not_covered(wanted, one.invoice.currency))
    if lines:
        receivables.allocate(ctx, lines=lines, effective_on=today, today=today)


def _fact(one: Ready, digest: str, today: date) -> NewFact:
    invoice = one.invoice
    payload = {
        "number": invoice.number, "type": invoice.type.value,
        "amount": {"minor": one.totals.gross, "currency": invoice.currency},
        "net": {"minor": one.totals.net, "currency": invoice.currency},
        "payable": {"minor": one.totals.payable, "currency": invoice.currency},
        "due_on": (invoice.terms.due or today).isoformat(), "sha256": digest,
        "draft": str(one.draft or ""),
    }  # fmt: skip
    if invoice.type.is_credit:
        payload["preceding"] = invoice.preceding[0].number if invoice.preceding else ""
    name = "credit_note.issued" if invoice.type.is_credit else "invoice.issued"
    return NewFact(name, today, one.id, one.creditor, one.debtor, payload)
