"""Matching runs: SQL narrows, the core decides, SQL writes; what is sure enough is posted at once."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Upper

from fairdue.cash.bankrules.running import hits_of, match_ruled
from fairdue.cash.bulk import index_missing, values
from fairdue.cash.models import BankLine, CashProposal, CashRefusal
from fairdue.cash.remittances.evidence import payments_of
from fairdue.cash.services.applying import post_sure
from fairdue.cash.services.candidates import Candidates, load_payers
from fairdue.cash.services.settings import in_shadow, policy_of
from fairdue.core.bankrules import RuledPayers
from fairdue.core.findings import refuse
from fairdue.core.matching import Ledger
from fairdue.foundation import clock
from fairdue.foundation.arrays import columns
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.patience import wait_for_others
from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fairdue.cash.bankrules.running import Ruled
    from fairdue.core.matching import Allocation, Deduction, Evidence, Ledger, Proposal
    from fairdue.foundation.context import Ctx

CHUNK = 500
"""Lines of one run: one transaction, one job."""
WAITING = (BankLine.State.RECEIVED, BankLine.State.PROPOSED)
_COLUMNS = (
    ("id", "uuid"), ("creditor_id", "uuid"), ("line_id", "uuid"), ("source", "text"), ("step", "text"),
    ("confidence", "int"), ("reason", "text"), ("arithmetic", "text"), ("allocations", "jsonb"),
    ("on_account", "bigint"), ("debtor_id", "uuid"), ("evidence", "jsonb"), ("deductions", "jsonb"),
    ("alternatives", "jsonb"), ("fingerprint", "text"), ("automatic", "bool"), ("state", "text"),
    ("decided_by", "text"), ("decided_at", "timestamptz"), ("grade", "text"), ("shadow", "bool"), ("rule_id", "uuid"),
)  # fmt: skip
_INSERT = (
    f"INSERT INTO cash_proposal (tenant_id, {', '.join(name for name, _ in _COLUMNS)}) "
    f"SELECT %s, p.* FROM unnest({', '.join(f'%s::{kind}[]' for _, kind in _COLUMNS)}) AS p"
)


@command("cash.run_matching", Permission.CASH_APPLY)
def run_matching(
    ctx: Ctx, *, creditor: UUID, today: date, lines: Sequence[UUID] | None = None, most: int = CHUNK,
    post: bool | None = None, indexed: bool = False, key: str | None = None,
) -> int:  # fmt: skip
    """Propose for the waiting lines of a creditor (at most `most`, or the given ones) and post what is sure.

    `post` is False for a run that only proposes; where it is left out, a creditor in shadow mode only proposes.
    `indexed` says that a run just before this one has caught up with the keys of items. Returns how many lines got a
    proposal. Proposals that nobody has decided are replaced.

    Several runs of one creditor may be at work at once: each has lines of its own, and of two that want one item the
    second waits for the first and decides anew.
    """
    del key
    chosen = _waiting(creditor, lines, most)
    if not chosen:
        return 0
    if lines is None:
        wait_for_others()
    if not indexed:
        index_missing(ctx, creditor)
    payments = payments_of(ctx, creditor, chosen, today)
    hits = hits_of(creditor, payments)
    payers = RuledPayers(load_payers(ctx, creditor, payments), hits)
    policy, refused = policy_of(ctx, creditor), _refusals(chosen)
    shadow = in_shadow(ctx, today, creditor) if post is None else not post
    moved = True
    while moved:
        candidates = Candidates(ctx, creditor, payments, payers)
        ledger, ruled = candidates.ask(lambda few: match_ruled(payments, few, payers, policy, refused, hits))
        sure = [] if shadow else [one for one in ruled.proposals if one.automatic]
        moved = _moved(ctx, sure, ledger)
    found = ruled.proposals
    written = _write(ctx, creditor, ruled, {one.payment for one in sure}, shadow=shadow)
    _mark(found, written, sure)
    record_all(ctx, [_proposed(creditor, one, ledger, today) for one in found if one.allocations])
    locked = {str(line.id): line for line in chosen}
    post_sure(ctx, [(written[one.payment], locked[one.payment], one) for one in sure], today)
    return len(found)


@command("cash.match_again", Permission.CASH_APPLY)
def match_again(ctx: Ctx, *, creditor: UUID, today: date, key: str | None = None) -> int:
    """Let every undecided line be matched anew, because items have opened since; returns how many."""
    del today, key
    index_missing(ctx, creditor, everything=True)
    waiting = BankLine.objects.filter(creditor_id=creditor, state=BankLine.State.PROPOSED)
    return int(waiting.update(state=BankLine.State.RECEIVED))


def _moved(ctx: Ctx, sure: Sequence[Proposal], ledger: Ledger) -> bool:
    """Lock what is to be posted; tell whether another run took some of it since it was read: then all is decided anew.

    Items come before credit notes, each by id, as the heart locks them. What was locked is let go before all is decided
    anew, so that no two runs wait for each other in a circle.
    """
    parts = {part.item: ledger.items[part.item] for one in sure for part in one.allocations}
    with transaction.atomic():
        for name, sign in (("lock_items", 1), ("lock_notes", -1)):
            read = {id_: sign * item.residual for id_, item in parts.items() if sign * item.residual > 0}
            if read and dict(values(ctx, name, ids=list(read))) != read:
                transaction.set_rollback(True)
                return True
    return False


def _waiting(creditor: UUID, lines: Sequence[UUID] | None, most: int) -> list[BankLine]:
    """Lock the lines: those that were asked for, else the oldest without a proposal; others' locks are left out.

    The payments of a day come by payer, so that a chunk touches few customers and sees all that each of them paid.
    """
    waiting = BankLine.objects.filter(creditor_id=creditor).order_by("booked_on", Upper("payer_name"), "id")
    if lines is None:
        chosen = waiting.filter(state=BankLine.State.RECEIVED, amount__gt=0)[:most]
    else:
        chosen = waiting.filter(state__in=WAITING, id__in=list(lines))
    return list(chosen.select_for_update(skip_locked=True))


def _refusals(lines: Sequence[BankLine]) -> frozenset[tuple[str, str]]:
    found = CashRefusal.objects.filter(line_id__in=[line.id for line in lines]).values_list("line_id", "fingerprint")
    return frozenset((str(line), fingerprint) for line, fingerprint in found)


def _write(ctx: Ctx, creditor: UUID, ruled: Ruled, posted: set[str], *, shadow: bool) -> dict[str, UUID]:
    """Replace the open proposals of the lines; return the new ids by line. Those of `posted` lines are accepted."""
    found = ruled.proposals
    lines = [UUID(one.payment) for one in found]
    CashProposal.objects.filter(line_id__in=lines, state="open").update(state=CashProposal.State.SUPERSEDED)
    accepted = (CashProposal.State.ACCEPTED, ctx.actor, clock.now())
    made = [
        (*_row(creditor, one), *(accepted if one.payment in posted else _OPEN), one.grade, shadow,
         ruled.rules.get(one.payment))
        for one in found
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [ctx.tenant, *columns(made)])
    return {one.payment: row[0] for one, row in zip(found, made, strict=True)}


_OPEN = (CashProposal.State.OPEN, "", None)


def _row(creditor: UUID, one: Proposal) -> tuple[Any, ...]:
    return (
        uuid7(), creditor, UUID(one.payment), one.source.value, one.step.value, one.confidence, one.reason,
        one.arithmetic[:300], _json([_plain(part) for part in one.allocations]), one.on_account,
        UUID(one.debtor) if one.debtor else None, _json([_plain(part) for part in one.evidence]),
        _json([_plain(part) for part in one.deductions]), _json([_alternative(other) for other in one.alternatives]),
        one.fingerprint, one.automatic,
    )  # fmt: skip


def _plain(part: Allocation | Evidence | Deduction) -> dict[str, Any]:
    """Return the fields of a flat value; `dataclasses.asdict` copies each of them deeply."""
    return {name: getattr(part, name) for name in part.__slots__}


def _alternative(one: Proposal) -> dict[str, Any]:
    return {
        "rule": one.rule, "confidence": one.confidence, "reason": one.reason, "arithmetic": one.arithmetic,
        "allocations": [_plain(part) for part in one.allocations], "on_account": one.on_account,
        "debtor": one.debtor, "fingerprint": one.fingerprint,
    }  # fmt: skip


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _mark(found: Sequence[Proposal], written: Mapping[str, UUID], posted: Sequence[Proposal]) -> None:
    """Say which lines have a proposal to look at; those that are posted at once get their state with that."""
    waiting = written.keys() - {one.payment for one in posted}
    lines = [UUID(one.payment) for one in found if one.payment in waiting]
    if lines:
        BankLine.objects.filter(id__in=lines).update(state=BankLine.State.PROPOSED)


def _proposed(creditor: UUID, one: Proposal, ledger: Ledger, today: date) -> NewFact:
    items = [ledger.items[part.item] for part in one.allocations]
    payload = {
        "amount": {"minor": sum(part.amount for part in one.allocations), "currency": items[0].currency},
        "items": ", ".join(item.number for item in items), "item_ids": [item.id for item in items],
        "reason": one.reason, "confidence": one.confidence, "automatic": one.automatic,
    }  # fmt: skip
    return NewFact("cash.proposed", today, UUID(one.payment), creditor, UUID(items[0].debtor), payload)


@command("cash.refuse_proposal", Permission.CASH_APPLY)
def refuse_proposal(ctx: Ctx, *, proposal: UUID, today: date, key: str | None = None) -> UUID:
    """Refuse a proposal for good and propose the next best; returns the line."""
    del key
    row = CashProposal.objects.select_for_update().filter(id=proposal).first()
    if row is None or row.state != CashProposal.State.OPEN:
        raise refuse("cash.proposal_closed", "proposal", "This proposal is decided already.")
    row.state, row.decided_by, row.decided_at = CashProposal.State.REFUSED, ctx.actor, clock.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
    CashRefusal.objects.create(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, line_id=row.line_id, fingerprint=row.fingerprint,
        refused_by=ctx.actor,
    )  # fmt: skip
    record(ctx, NewFact("cash.refused", today, row.line_id, row.creditor_id, row.debtor_id, {"reason": row.reason}))
    run_matching(ctx, creditor=row.creditor_id, lines=[row.line_id], today=today)
    return UUID(str(row.line_id))
