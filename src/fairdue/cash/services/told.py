"""The same money is told by several messages: intraday report, notification, statement. It is booked once.

The statement wins: what it books sets the held-back lines of an intraday report aside. A booked entry that a
notification told first is not booked again by the statement, nor the other way round. Which entry of a message is
which known one is decided one to one (docs/rules/bank-statements.md), and recorded as a fact of the known line,
so that a second import finds the same pairs and two true twins stay two.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.cash.formats import Line, LineStatus, StatementHead, StatementKind
from fairdue.cash.models import BankAccount, BankLine
from fairdue.core.findings import Finding, Severity
from fairdue.foundation.facts import NewFact, record_all
from fairdue.parties.services.accounts import blind_iban

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fairdue.foundation.context import Ctx

TOLD_AGAIN, SUPERSEDED = "bank_line.told_again", "bank_line.superseded"
_MOST_PAYMENTS = 200
"""Payments of one batch that a fact keeps."""
APART = dt.timedelta(days=10)
"""How far the day of a provisional line and the day of its booking lie apart at most."""
_KINDS = "SELECT DISTINCT format FROM bank_statement WHERE tenant_id = %s AND account_id = %s"
_KNOWN = """
SELECT s.format, b.booked_on, sum(b.amount)::bigint, b.currency, bool_or(b.state = 'held_back'),
       array_agg(b.id ORDER BY b.detail, b.id), array_agg(b.key), array_agg(b.bank_reference),
       array_agg(b.end_to_end_id), array_agg(b.payer_blind), array_agg(b.remittance)
FROM bank_line b
JOIN bank_statement s ON s.tenant_id = b.tenant_id AND s.id = b.statement_id
WHERE b.tenant_id = %s AND b.account_id = %s AND b.booked_on BETWEEN %s AND %s
  AND (s.format = ANY(%s) OR b.state = 'held_back')
GROUP BY s.id, s.format, b.entry, b.booked_on, b.currency
HAVING sum(b.amount) = ANY(%s)
ORDER BY min(b.entry), s.id
"""
_ANY_KNOWN = """
SELECT EXISTS (
    SELECT 1 FROM bank_line b
    JOIN bank_statement s ON s.tenant_id = b.tenant_id AND s.id = b.statement_id
    WHERE b.tenant_id = %s AND b.account_id = %s AND b.booked_on BETWEEN %s AND %s
      AND (s.format = ANY(%s) OR b.state = 'held_back')
)
"""
_OWN = "SELECT key FROM bank_line WHERE tenant_id = %s AND account_id = %s AND key = ANY(%s::text[])"
_CLAIMS = """
SELECT subject_id, payload->>'key', payload->>'kind' FROM fact
WHERE tenant_id = %s AND type = 'bank_line.told_again' AND subject_id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as one message tells it: day, signed amount in minor units, currency, and what identifies it."""

    kind: StatementKind
    day: dt.date
    amount: int
    currency: str
    booked: bool
    keys: frozenset[str]
    references: frozenset[str]
    end_to_end: frozenset[str]
    payers: frozenset[str]
    texts: frozenset[str]
    single: bool
    line: UUID | None = None


def kind_of(message: str) -> StatementKind:
    """Return what a message of this format is to the books of the bank."""
    if message.startswith(("camt.052", "MT942")) or message.endswith("intraday"):
        return StatementKind.INTRADAY
    notified = message.startswith(("camt.054", "BAI lockbox", "NACHA"))
    return StatementKind.NOTIFICATION if notified else StatementKind.STATEMENT


def agreement(one: Entry, other: Entry) -> int | None:
    """Return how well two tellings of one amount agree, None when they contradict each other."""
    if one.amount != other.amount or one.currency != other.currency or abs(one.day - other.day) > APART:
        return None
    if one.single and other.single and _contradict(one.references, other.references):
        return None
    if _contradict(one.end_to_end, other.end_to_end):
        return None
    shared = (
        4 * bool(one.references & other.references)
        + 2 * bool(one.end_to_end & other.end_to_end)
        + bool(one.payers & other.payers)
        + bool(one.texts & other.texts)
    )
    if one.booked and other.booked and one.day != other.day:
        return None
    return shared if shared or one.day == other.day else None


def _contradict(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one) and bool(other) and not one & other


def pairs(new: Sequence[Entry], known: Sequence[Entry]) -> dict[int, int]:
    """Pair entries one to one, the best agreement first; return places in `known` by places in `new`."""
    by_amount = defaultdict(list)
    for at, entry in enumerate(known):
        by_amount[entry.amount, entry.currency].append(at)
    scored = sorted(
        (-score, first, second)
        for first, entry in enumerate(new)
        for second in by_amount[entry.amount, entry.currency]
        if (score := agreement(entry, known[second])) is not None
    )
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, first, second in scored:
        if first not in found and second not in taken:
            found[first] = second
            taken.add(second)
    return found


def untold(
    ctx: Ctx, account: BankAccount, head: StatementHead, lines: Sequence[Line], statement: UUID, today: dt.date
) -> tuple[list[Line], list[Finding]]:
    """Return the lines that no other message has told; record which known lines the others tell again.

    Provisional lines that this message books are set aside. Payments of a batch that is booked as one line already are
    kept with the fact of that line and told as a finding, because nobody can take the line apart any more.
    """
    known = _known(ctx, account, head, lines)
    if not known:
        return list(lines), []
    entries = _grouped(ctx, head, lines)
    claims = _claims(ctx, [one.line for one in known if one.booked], head.kind)
    drop = _again(entries, claims)
    own = _own(ctx, account, lines)
    rest = [place for place, entry in entries.items() if place not in drop and not entry.keys & own]
    free = [one for one in known if one.booked and one.line not in claims and not one.keys & own]
    facts: list[NewFact] = []
    findings: list[Finding] = []
    for at, match in pairs([entries[place] for place in rest], free).items():
        drop.add(rest[at])
        fact = _fact(TOLD_AGAIN, account, free[match], entries[rest[at]], head, statement, today)
        if free[match].single and not entries[rest[at]].single:
            parts = [line for line in lines if line.entry == rest[at]]
            fact.payload["payments"] = [_payment(line) for line in parts[:_MOST_PAYMENTS]]
            findings.append(_late(parts))
        facts.append(fact)
    facts += _set_aside(account, [one for one in entries.values() if one.booked], known, head, today)
    record_all(ctx, facts)
    return [line for line in lines if line.entry not in drop], findings


def may_be_told(ctx: Ctx, account: BankAccount, head: StatementHead, first: dt.date, last: dt.date) -> bool:
    """Tell whether another message told anything of an account, or a provisional line waits, around these days."""
    with connection.cursor() as cursor:
        cursor.execute(_ANY_KNOWN, [ctx.tenant, account.id, *_around(first, last), _others(ctx, account, head)])
        (found,) = cursor.fetchone()
        return bool(found)


def suspected(ctx: Ctx, account: BankAccount, head: StatementHead, lines: Sequence[Line]) -> list[Line]:
    """Return the lines of entries over an amount that another message tells; no other line can be told by one."""
    known = {(one.amount, one.currency) for one in _known(ctx, account, head, lines)}
    if not known:
        return []
    sums: dict[int, int] = defaultdict(int)
    for line in lines:
        sums[line.entry] += line.amount
    return [line for line in lines if (sums[line.entry], line.currency) in known]


def _payment(line: Line) -> dict[str, object]:
    """Return what one payment of a batch tells, as a fact may hold it."""
    return {
        "amount": {"minor": line.amount, "currency": line.currency}, "payer": line.party.name,
        "remittance": list(line.remittance), "references": [one.value for one in line.references],
        "documents": [one.number for one in line.documents], "end_to_end_id": line.end_to_end_id,
    }  # fmt: skip


def _late(parts: Sequence[Line]) -> Finding:
    first = parts[0]
    path = f"entry {first.entry}, line {first.source_line}"
    said = (
        f"{path.capitalize()}: the {len(parts)} payments of this entry come after the statement, which booked it as "
        "one line; they are told with that line."
    )
    return Finding("statement.late_details", path, said, Severity.WARNING)


def _again(entries: dict[int, Entry], claims: dict[UUID, set[str]]) -> set[int]:
    """Return the entries that this or an equal message told again before."""
    told = {key for keys in claims.values() for key in keys}
    return {place for place, entry in entries.items() if entry.keys & told}


def _own(ctx: Ctx, account: BankAccount, lines: Sequence[Line]) -> set[str]:
    """Return the keys under which lines of this message were booked before."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [ctx.tenant, account.id, [line.key for line in lines]])
        return {row[0] for row in cursor.fetchall()}


def _set_aside(
    account: BankAccount, new: Sequence[Entry], known: Iterable[Entry], head: StatementHead, today: dt.date
) -> list[NewFact]:
    """Set aside the provisional lines that these entries book."""
    waiting = [one for one in known if not one.booked]
    found = pairs(new, waiting)
    gone = [(new[at], waiting[match]) for at, match in found.items()]
    BankLine.objects.filter(id__in=[old.line for _, old in gone], state=BankLine.State.HELD_BACK).update(
        state=BankLine.State.NOT_RECEIVABLE
    )
    return [_fact(SUPERSEDED, account, old, entry, head, None, today) for entry, old in gone]


def _fact(
    name: str, account: BankAccount, known: Entry, entry: Entry, head: StatementHead, by: UUID | None, today: dt.date
) -> NewFact:
    payload = {"key": min(entry.keys), "kind": head.kind.value, "format": head.format, "statement": by}
    return NewFact(name, today, known.line, account.creditor_id, None, payload)


def _grouped(ctx: Ctx, head: StatementHead, lines: Sequence[Line]) -> dict[int, Entry]:
    """Return the entries of a message by their ordinal."""
    by_entry: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_entry[line.entry].append(line)
    return {ordinal: _entry(ctx, head.kind, parts) for ordinal, parts in by_entry.items()}


def _entry(ctx: Ctx, kind: StatementKind, parts: list[Line]) -> Entry:
    first = parts[0]
    return Entry(
        kind=kind,
        day=first.booked_on,
        amount=sum(line.amount for line in parts),
        currency=first.currency,
        booked=first.status is LineStatus.BOOKED,
        keys=frozenset(line.key for line in parts),
        references=_words([line.bank_reference[:80] for line in parts] + [first.entry_reference[:80]]),
        end_to_end=_words(line.end_to_end_id[:80] for line in parts),
        payers=frozenset(blind_iban(ctx, line.party.account) for line in parts if line.party.account),
        texts=_words(" ".join(line.remittance) for line in parts),
        single=len(parts) == 1,
    )


def _words(values: Iterable[str]) -> frozenset[str]:
    return frozenset("".join(value.split()) for value in values) - {""}


def _known(ctx: Ctx, account: BankAccount, head: StatementHead, lines: Sequence[Line]) -> list[Entry]:
    """Return the entries of other messages, and all provisional ones, that may be the same money."""
    if not lines:
        return []
    sums: dict[int, int] = defaultdict(int)
    for line in lines:
        sums[line.entry] += line.amount
    days = [line.booked_on for line in lines]
    with connection.cursor() as cursor:
        others = _others(ctx, account, head)
        window = _around(min(days), max(days))
        cursor.execute(_KNOWN, [ctx.tenant, account.id, *window, others, list(set(sums.values()))])
        return [_of_row(row) for row in cursor.fetchall()]


def _around(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the first and the last day on which another message may have told what is booked between two days."""
    return [first - APART, last + APART]


def _others(ctx: Ctx, account: BankAccount, head: StatementHead) -> list[str]:
    """Return the formats of an account's messages that are of another kind."""
    with connection.cursor() as cursor:
        cursor.execute(_KINDS, [ctx.tenant, account.id])
        return [row[0] for row in cursor.fetchall() if kind_of(row[0]) is not head.kind]


def _of_row(row: tuple[Any, ...]) -> Entry:
    """Return the entry of a row of `_KNOWN`."""
    message, day, amount, currency, held, ids, keys, references, end_to_end, payers, texts = row
    return Entry(
        kind=kind_of(message),
        day=day,
        amount=amount,
        currency=currency,
        booked=not held,
        keys=frozenset(keys),
        references=_words(references),
        end_to_end=_words(end_to_end),
        payers=frozenset(payers) - {""},
        texts=_words(texts),
        single=len(ids) == 1,
        line=ids[0],
    )


def _claims(ctx: Ctx, lines: Sequence[UUID | None], kind: StatementKind) -> dict[UUID, set[str]]:
    """Return the keys under which messages of this kind told the lines again."""
    found: dict[UUID, set[str]] = defaultdict(set)
    if lines:
        with connection.cursor() as cursor:
            cursor.execute(_CLAIMS, [ctx.tenant, list(lines)])
            for line, key, said in cursor.fetchall():
                if said == kind.value:
                    found[line].add(key)
    return found
