"""Import bank files: whole or not at all, once however often, in bounded memory.

A long file is read twice: once to prove it (heads, sums, findings; no line is kept), then to write its lines in chunks
within one transaction, so that nothing of a file is visible that was not proven. Where another message told anything of
the account in these days, it is read once more for that. The lines of a short file are kept.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.formats import Line, StatementHead, StatementTail, read
from fairdue.cash.formats.accounts import forms as account_forms
from fairdue.cash.models import BankAccount, BankStatement
from fairdue.cash.services.accounts import add_bank_account
from fairdue.cash.services.lines import write_lines
from fairdue.cash.services.told import may_be_told, suspected, untold
from fairdue.core.findings import Finding, RefusedError, Severity, refuse
from fairdue.core.money import Money, minor_digits
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.figures import day_text
from fairdue.foundation.files import load_place
from fairdue.foundation.ids import uuid7
from fairdue.foundation.patience import be_patient
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from fairdue.cash.formats import Event
    from fairdue.foundation.context import Ctx

CHUNK = 2_000
"""Lines that are written by one statement."""
MOST_HELD = 20_000
"""A statement with more lines is never held as a whole."""
LARGE = 5_000_000
"""Bytes of a file that may take longer to be proven than a transaction may be idle."""
_MOST_KEPT_FINDINGS = 200
_HUNDREDTHS = 2
_LOOKED_BACK = 400
"""Statements of an account that may close with the balance that another opens with."""


@dataclass(slots=True)
class _Read:
    """A statement that was proven: its head and tail, how many lines in which currencies, and what was found."""

    head: StatementHead
    lines: int = 0
    currencies: set[str] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    """On which its lines are booked."""
    findings: list[Finding] = field(default_factory=list)
    held: list[Line] = field(default_factory=list)
    """Its lines, where the file as a whole has few."""
    tail: StatementTail | None = None
    id: UUID = field(default_factory=uuid7)


@command("cash.import_statements", Permission.CASH_APPLY)
def import_statements(
    ctx: Ctx,
    *,
    file: UUID,
    today: date,
    creditor: UUID | None = None,
    take_findings: bool = False,
    format_code: str = "",
    key: str | None = None,
) -> list[UUID]:
    """Import a stored bank file and return its statements.

    Lines that are known already change nothing. A statement that does not add up or has an entry that
    cannot be read is refused with every finding, unless `take_findings` says that a person has seen them.
    `creditor` is needed for accounts that are not known yet and no creditor names as his own.
    """
    del key
    stored, place = load_place(ctx, file)
    if stored.size > LARGE:
        be_patient()
    opened = _File(stored.id, place, format_code)
    read_in = _read(opened)
    wrong = [one for statement in read_in for one in statement.findings if one.severity is Severity.ERROR]
    if wrong and not take_findings:
        raise RefusedError(*(one for statement in read_in for one in statement.findings))
    accounts = [_account(ctx, statement, creditor, today) for statement in read_in]
    if not take_findings:
        for statement, account in zip(read_in, accounts, strict=True):
            _refuse_in_another_format(statement, account)
    return _write_all(ctx, opened, read_in, accounts, today)


@dataclass(frozen=True, slots=True)
class _File:
    """A stored file with the place of its bytes, which are never held as a whole."""

    id: UUID
    place: Path
    format_code: str

    def events(self) -> Iterator[Event]:
        """Yield what the file tells, read anew."""
        with self.place.open("rb") as stream:
            yield from read(stream, self.format_code)

    def statements(self) -> Iterator[Iterator[Line]]:
        """Yield the lines of each statement; those of one are used up before the next is asked for."""
        events = self.events()
        while any(isinstance(event, StatementHead) for event in events):
            yield _lines(events)


def _lines(events: Iterator[Event]) -> Iterator[Line]:
    """Yield the lines up to the end of the statement."""
    for event in events:
        if isinstance(event, StatementTail):
            return
        if isinstance(event, Line):
            yield event


def _read(file: _File) -> list[_Read]:
    """Return the statements of a file, each with what was found; lines are kept of a short file only."""
    done: list[_Read] = []
    room = MOST_HELD
    for event in file.events():
        if isinstance(event, StatementHead):
            done.append(_Read(event))
        elif isinstance(event, Finding):
            done[-1].findings.append(event)
        elif isinstance(event, Line):
            done[-1].lines += 1
            done[-1].currencies.add(event.currency)
            done[-1].days.add(event.booked_on)
            room -= 1
            if room >= 0:
                done[-1].held.append(event)
            elif room == -1:
                _forget(done)
        else:
            done[-1].tail = event
    return done


def _forget(statements: Sequence[_Read]) -> None:
    """Let go of the lines of a file that turned out to be long; it is read again to be written."""
    for one in statements:
        one.held.clear()


def _account(ctx: Ctx, statement: _Read, creditor: UUID | None, today: date) -> BankAccount:
    """Return the account of a statement; an unknown one is added for the creditor whom it belongs to.

    A file that names no account is of the creditor's oldest account in the currency of its lines.
    """
    head = statement.head
    currency = head.currency or _one_currency(statement.currencies)
    known = BankAccount.objects.filter(number__in=account_forms(head.account)) if head.account else None
    if known is None and creditor is not None:
        known = BankAccount.objects.filter(creditor_id=creditor).order_by("created_at")
    if known is not None and currency:
        known = known.filter(currency=currency)
    row = known.first() if known is not None else None
    if row is not None:
        if creditor is not None and row.creditor_id != creditor:
            raise refuse("bank_account.other", "file", f"The account {head.account} belongs to another creditor.")
        found: BankAccount = row
        return found
    owner = parties.creditor(ctx, creditor or _owner(ctx, head.account) or UUID(int=0))
    if owner is None:
        raise refuse(
            "bank_account.unknown",
            "file",
            f"The account {head.account or '(none)'} is not known; say which creditor it belongs to.",
        )
    if not ctx.may(Permission.SETTINGS_EDIT):
        raise refuse(
            "bank_account.new",
            "file",
            f"The account {head.account or '(none)'} is not known, and you may not add one. Somebody who may change "
            "settings imports its first statement; from then on you can.",
        )
    added = add_bank_account(
        ctx,
        creditor=owner.id,
        number=head.account or f"{head.format.upper()}-FILE-{owner.code}"[:34],
        currency=currency or owner.currency,
        today=today,
        name=head.owner,
    )
    fresh: BankAccount = BankAccount.objects.get(id=added)
    return fresh


def _one_currency(currencies: set[str]) -> str:
    """Return the currency of all lines, or nothing where they name none or several."""
    named = currencies - {""}
    return named.pop() if len(named) == 1 else ""


def _refuse_in_another_format(statement: _Read, account: BankAccount) -> None:
    """Refuse a statement that is there in another format: its lines would have other keys and come in twice."""
    head, tail = statement.head, statement.tail
    if head.opening is None or head.closing is None or tail is None or not tail.entries:
        return
    known = BankStatement.objects.filter(
        account_id=account.id, opening=head.opening, closing=head.closing, closing_on=head.closing_on,
        booked=tail.booked,
    )  # fmt: skip
    other = known.exclude(format__startswith=head.format[:8]).first()
    if other is not None:
        raise refuse(
            "statement.other_format",
            "file",
            f"The statement with these balances is there already, from a file in the format {other.format}.",
        )


def _gap(head: StatementHead, account: BankAccount) -> list[Finding]:
    """Return the warning that no earlier statement of the account closes with the balance that this one opens with."""
    if head.opening is None or head.closing_on is None:
        return []
    earlier = BankStatement.objects.filter(
        account_id=account.id, closing__isnull=False, closing_on__lte=head.closing_on
    ).exclude(opening=head.opening, closing=head.closing)
    rows = list(earlier.order_by("-closing_on", "-imported_at").values_list("closing", "closing_on")[:_LOOKED_BACK])
    if not rows or any(closing == head.opening for closing, _ in rows):
        return []
    closed, day = rows[0]
    opens, before = Money(head.opening, account.currency), Money(closed, account.currency)
    said = (
        f"It opens with {opens}, and the statement of {day_text(day)} closed with {before}. "
        "A statement between them may be missing."
    )
    return [Finding("statement.gap", "statement", said, Severity.WARNING)]


def _in_currency(lines: list[Line], account: BankAccount) -> list[Line]:
    """Return lines whose format names no currency in that of the account; their amounts are hundredths."""
    if all(line.currency for line in lines):
        return lines
    if minor_digits(account.currency) != _HUNDREDTHS:
        raise refuse("bank.currency", "file", f"The file names no currency, and {account.currency} has no hundredths.")
    return [line if line.currency else line._replace(currency=account.currency) for line in lines]


def _owner(ctx: Ctx, number: str) -> UUID | None:
    """Return the only creditor that prints this account on its invoices."""
    owners = [row.id for row in parties.creditors(ctx) if row.iban and row.iban == number]
    return owners[0] if len(owners) == 1 else None


def _write_all(
    ctx: Ctx, file: _File, statements: Sequence[_Read], accounts: Sequence[BankAccount], today: date
) -> list[UUID]:
    """Write the statements one after the other, those of a long file while it is read again."""
    done = []
    short = sum(one.lines for one in statements) <= MOST_HELD
    written = (iter(one.held) for one in statements) if short else file.statements()
    for at, (lines, statement, account) in enumerate(zip(written, statements, accounts, strict=True)):
        if statement.lines <= MOST_HELD:
            held = _in_currency(list(lines), account)
            fresh, late = untold(ctx, account, statement.head, held, statement.id, today)
            _open(ctx, statement, account, file.id, late)
            new = _write(ctx, account, statement.id, fresh, today)
        else:
            told, late = _told(ctx, _place(file, at), statement, account, today)
            _open(ctx, statement, account, file.id, late)
            new = _write(ctx, account, statement.id, (line for line in lines if line.entry not in told), today)
        done.append(_close(ctx, statement, account, file.id, new, today))
    return done


def _place(file: _File, at: int) -> Iterator[Line]:
    """Yield the lines of one statement of a file, read anew."""
    for place, lines in enumerate(file.statements()):
        for line in lines:
            if place == at:
                yield line
        if place == at:
            return


def _told(
    ctx: Ctx, lines: Iterator[Line], statement: _Read, account: BankAccount, today: date
) -> tuple[set[int], list[Finding]]:
    """Return the entries of a long statement that other messages told; only lines that may be such are kept."""
    if not may_be_told(ctx, account, statement.head, min(statement.days), max(statement.days)):
        return set(), []
    suspects: list[Line] = []
    for chunk in _chunks(lines):
        suspects += suspected(ctx, account, statement.head, _in_currency(chunk, account))
    fresh, late = untold(ctx, account, statement.head, suspects, statement.id, today)
    return {line.entry for line in suspects} - {line.entry for line in fresh}, late


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Yield lines in chunks; the payments of one entry stay together."""
    chunk: list[Line] = []
    for line in lines:
        if len(chunk) >= CHUNK and line.entry != chunk[-1].entry:
            yield chunk
            chunk = []
        chunk.append(line)
    if chunk:
        yield chunk


def _write(ctx: Ctx, account: BankAccount, statement: UUID, lines: Iterable[Line], today: date) -> int:
    """Write lines in chunks; return how many are new."""
    chunks = (_in_currency(chunk, account) for chunk in _chunks(lines))
    return sum(len(write_lines(ctx, account, statement, chunk, today)) for chunk in chunks)


def _open(ctx: Ctx, statement: _Read, account: BankAccount, file: UUID, late: list[Finding]) -> None:
    """Write the statement with everything that was found; its lines follow."""
    head, tail = statement.head, statement.tail
    assert tail is not None
    findings = late + _gap(head, account) + statement.findings
    BankStatement.objects.create(
        tenant_id=ctx.tenant,
        id=statement.id,
        creditor_id=account.creditor_id,
        account_id=account.id,
        file_id=file,
        format=head.format,
        statement_id=head.statement_id[:80],
        sequence=head.sequence[:40],
        opening=head.opening,
        closing=head.closing,
        closing_on=head.closing_on,
        entries=tail.entries,
        booked=tail.booked,
        complete=tail.complete,
        findings=[asdict(finding) for finding in findings[:_MOST_KEPT_FINDINGS]],
        imported_by=ctx.actor,
    )


def _close(ctx: Ctx, statement: _Read, account: BankAccount, file: UUID, new: int, today: date) -> UUID:
    """Record that the statement is there with its new lines."""
    tail = statement.tail
    assert tail is not None
    payload = {
        "account": account.name, "lines": new, "entries": tail.entries, "complete": tail.complete,
        "bank_account": str(account.id), "file": str(file), "closing_on": str(statement.head.closing_on or ""),
    }  # fmt: skip
    record(ctx, NewFact("bank_statement.imported", today, statement.id, account.creditor_id, None, payload))
    return statement.id
