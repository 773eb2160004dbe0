"""Take advices in, once however often, and have their payments matched anew; links by hand."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.bulk import index_missing
from fairdue.cash.formats.remittance import read_remittance
from fairdue.cash.models import BankLine, Remittance, RemittanceLine
from fairdue.cash.remittances.linking import link, linked
from fairdue.cash.services.matching import WAITING, run_matching
from fairdue.core.findings import Finding, Severity, refuse
from fairdue.foundation.commands import command
from fairdue.foundation.crypto import encrypt
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.files import load
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.parties.services.accounts import blind_iban
from fairdue.parties.validation.money import masked

if TYPE_CHECKING:
    from fairdue.cash.formats.remittance import Remittance as Read
    from fairdue.cash.formats.remittance import RemittanceLine as ReadLine
    from fairdue.foundation.context import Ctx

COLUMN = "remittance.payer_sealed"
_MOST_KEPT_FINDINGS = 200
_MOST_MATCHED = 500


@command("cash.import_remittances", Permission.CASH_APPLY)
def import_remittances(ctx: Ctx, *, file: UUID, creditor: UUID, today: date, key: str | None = None) -> list[UUID]:
    """Import the advices of a stored file, link those whose payment is there, and match that payment anew.

    The same bytes again change nothing and answer the same advices. Refuses what no reader knows; what does not
    add up comes in with its findings, and no machine posts by it.
    """
    del key
    if parties.creditor(ctx, creditor) is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    stored, content = load(ctx, file)
    known = Remittance.objects.filter(creditor_id=creditor, sha256=stored.sha256).order_by("ordinal")
    found = list(known.values_list("id", flat=True))
    if found:
        return found
    advices = read_remittance(content, stored.name)
    rows = [_row(ctx, one, at, (creditor, stored.id, stored.sha256), today) for at, one in enumerate(advices, start=1)]
    Remittance.objects.bulk_create(rows)
    pairs = list(zip(rows, advices, strict=True))
    RemittanceLine.objects.bulk_create(
        _line(ctx, row, line, at) for row, one in pairs for at, line in enumerate(one.lines, start=1)
    )
    record_all(ctx, [_imported(row, len(one.lines), today) for row, one in pairs])
    _match_linked(ctx, creditor, today)
    return [row.id for row in rows]


def _match_linked(ctx: Ctx, creditor: UUID, today: date) -> None:
    """Link what waits, and let the lines that got an advice and are undecided be matched anew."""
    index_missing(ctx, creditor)
    lines = [one for one, state in link(ctx, creditor, today).items() if state in WAITING]
    for start in range(0, len(lines), _MOST_MATCHED):
        run_matching(ctx, creditor=creditor, lines=lines[start : start + _MOST_MATCHED], today=today)


def _row(ctx: Ctx, one: Read, ordinal: int, source: tuple[UUID, UUID, str], today: date) -> Remittance:
    creditor, file, sha256 = source
    fresh, account = uuid7(), one.payer.account
    nets = [line.net for line in one.lines if line.net is not None]
    summed = sum(nets) if nets and len(nets) == len(one.lines) else None
    return Remittance(
        tenant_id=ctx.tenant, id=fresh, creditor_id=creditor, file_id=file, sha256=sha256, ordinal=ordinal,
        format=one.format[:30], payer_name=_plain(one.payer.name)[:200],
        payer_sealed=encrypt(account, tenant=ctx.tenant, column=COLUMN, row=fresh) if account else None,
        payer_blind=blind_iban(ctx, account) if account else "", payer_masked=masked(account) if account else "",
        paid_on=one.paid_on, currency=one.currency[:3], total=one.total,
        amount=summed if one.total is None else one.total, reference=_plain(one.reference)[:80],
        text=_plain(one.text), complete=one.complete,
        findings=[asdict(finding) for finding in (*one.findings, *_nothing(one))[:_MOST_KEPT_FINDINGS]],
        imported_by=ctx.actor, imported_on=today,
    )  # fmt: skip


def _nothing(one: Read) -> list[Finding]:
    """Return the finding that an advice names no document, so that it is not taken for one that was read."""
    if one.lines:
        return []
    return [Finding("remittance.no_documents", "advice", "No document was found in this advice.", Severity.WARNING)]


def _plain(text: str) -> str:
    return text.replace("\0", "")


def _line(ctx: Ctx, row: Remittance, one: ReadLine, position: int) -> RemittanceLine:
    return RemittanceLine(
        tenant_id=ctx.tenant, id=uuid7(), creditor_id=row.creditor_id, remittance_id=row.id, position=position,
        place=one.place[:80], number=_plain(one.number)[:120], kind=one.kind[:20], gross=one.gross,
        discount=one.discount, adjustment=one.adjustment, net=one.net, reason=_plain(one.reason)[:200],
        issued_on=one.issued_on,
    )  # fmt: skip


def _imported(row: Remittance, documents: int, today: date) -> NewFact:
    payload = {"payer": row.payer_name or "an unknown payer", "documents": documents, "format": row.format}
    return NewFact("remittance.imported", today, row.id, row.creditor_id, None, payload)


@command("cash.link_remittance", Permission.CASH_APPLY)
def link_remittance(ctx: Ctx, *, remittance: UUID, line: UUID | None, today: date, key: str | None = None) -> UUID:
    """Link an advice to a payment by hand, or take it away (`line` None); the payment is matched anew.

    Refuses a line of another creditor or currency, money that went out, and a line that has an advice.
    """
    del key
    row = Remittance.objects.select_for_update().filter(id=remittance).first()
    if row is None:
        raise refuse("remittance.unknown", "remittance", "There is no such advice.")
    before = row.line_id
    if line is not None:
        _check(row, line)
    row.state = Remittance.State.SET_ASIDE if line is None else Remittance.State.LINKED
    row.line_id, row.link, row.linked_by = line, "person" if line else "", ctx.actor
    row.save(update_fields=["state", "line_id", "link", "linked_by"])
    payload = {"payer": row.payer_name or "an unknown payer", "line": str(before)}
    record(
        ctx,
        linked(row, today) if line else NewFact("remittance.unlinked", today, row.id, row.creditor_id, None, payload),
    )
    again = [one for one in {before, line} if one is not None]
    run_matching(ctx, creditor=row.creditor_id, lines=again, today=today)
    return UUID(str(row.id))


def _check(row: Remittance, line: UUID) -> None:
    found = BankLine.objects.filter(id=line, creditor_id=row.creditor_id, amount__gt=0).first()
    if found is None:
        raise refuse("remittance.line", "line", "This creditor has no such payment.")
    if row.currency not in {"", found.currency}:
        said = f"The advice is in {row.currency}, the payment in {found.currency}."
        raise refuse("remittance.currency", "line", said)
    if Remittance.objects.filter(line_id=line).exclude(id=row.id).exists():
        raise refuse("remittance.taken", "line", "This payment has an advice already.")
