"""`fairdue bank read` and `fairdue bank advice`: look into files of banks and payers without a database.

`fairdue bank advice --store` keeps the advices and links them to their payments.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairdue.cli.base import add_scope, business_date, creditor_of, tenant_scope
from fairdue.core.findings import Finding, Severity, refuse
from fairdue.core.money import CURRENCIES, decimal_of

if TYPE_CHECKING:
    import argparse
    from uuid import UUID

    from fairdue.cash.formats import Line, StatementHead
    from fairdue.cash.formats.remittance import Remittance, RemittanceLine
    from fairdue.foundation.context import Ctx


def register(bank: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `bank read` and `bank advice`."""
    reading = bank.add_parser("read", help="show what a bank file holds, and whether it adds up; imports nothing")
    reading.add_argument(
        "--format", default="", help="camt, mt940, bai2, csv.de ...; found by the content when left out"
    )
    reading.set_defaults(run=read_files)
    advising = bank.add_parser("advice", help="show which documents a remittance advice pays; --store keeps it")
    advising.add_argument("--store", action="store_true", help="keep the advices and link them to their payments")
    advising.set_defaults(run=read_advices)
    for parser in (reading, advising):
        parser.add_argument("files", nargs="+", metavar="FILE")
    reading.add_argument("--json", action="store_true", help="answer as JSON")
    add_scope(advising)


def _path(name: str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise refuse("file.missing", name, f"There is no file {name}.")
    return path


def read_files(args: argparse.Namespace) -> int:
    """Show every statement of the files; exit 1 when one of them has an error."""
    answers = [_statements(_path(name), args.format) for name in args.files]
    if args.json:
        print(json.dumps(answers, indent=2, ensure_ascii=False))
    else:
        for answer in answers:
            _tell_statements(answer)
    found = [one for answer in answers for statement in answer["statements"] for one in statement["findings"]]
    return int(any(one["severity"] == Severity.ERROR for one in found))


def _statements(path: Path, code: str) -> dict[str, Any]:
    from fairdue.cash.formats import Line, StatementHead, StatementTail, read

    statements: list[dict[str, Any]] = []
    with path.open("rb") as stream:
        for event in read(stream, code):
            if isinstance(event, StatementHead):
                statements.append(_head(event))
            elif isinstance(event, Line):
                statements[-1]["lines"].append(_line(event))
            elif isinstance(event, Finding):
                statements[-1]["findings"].append(asdict(event))
            elif isinstance(event, StatementTail):
                statements[-1] |= {"entries": event.entries, "complete": event.complete}
    return {"file": str(path), "statements": statements}


def _amount(minor: int | None, currency: str) -> str | None:
    """Return an amount as a decimal string; a currency that the file does not name has hundredths."""
    return None if minor is None else str(decimal_of(minor, currency if currency in CURRENCIES else "EUR"))


def _head(head: StatementHead) -> dict[str, Any]:
    return {
        "format": head.format, "kind": head.kind, "statement": head.statement_id, "account": head.account,
        "currency": head.currency, "opening": _amount(head.opening, head.currency),
        "closing": _amount(head.closing, head.currency),
        "closing_on": head.closing_on.isoformat() if head.closing_on else None,
        "lines": [], "findings": [],
    }  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    return {
        "key": line.key, "booked_on": line.booked_on.isoformat(), "value_on": line.value_on.isoformat(),
        "amount": _amount(line.amount, line.currency), "currency": line.currency, "status": line.status,
        "kind": line.kind, "entry": line.entry, "detail": line.detail, "line": line.source_line,
        "reversal": line.reversal, "bank_reference": line.bank_reference, "code": line.transaction_code,
        "party": line.party.name, "party_account": line.party.account, "on_behalf_of": line.on_behalf_of.name,
        "remittance": list(line.remittance), "references": [one.value for one in line.references],
        "documents": [{"number": one.number, "amount": _amount(one.amount, one.currency)} for one in line.documents],
        "end_to_end_id": line.end_to_end_id, "mandate_id": line.mandate_id,
        "instructed_amount": _amount(line.instructed_amount, line.instructed_currency),
        "instructed_currency": line.instructed_currency, "charges": _amount(line.charges, line.currency),
        "return_code": line.return_code, "information": line.information,
    }  # fmt: skip


def counted(count: int, one: str, many: str) -> str:
    """Return a count with its noun: `1 entry`, `38 entries`."""
    return f"{count} {one if count == 1 else many}"


def _tell_statements(answer: dict[str, Any]) -> None:
    for one in answer["statements"]:
        state = "proven complete" if one["complete"] else "not proven complete"
        moved = f"{counted(one['entries'], 'entry', 'entries')}, {counted(len(one['lines']), 'line', 'lines')}"
        account = " ".join(filter(None, (one["format"], one["account"], one["currency"])))
        print(f"{answer['file']}: {account}: {moved}, {state}")
        for finding in one["findings"]:
            print(f"  {finding['severity']}: {finding['message']}")


def read_advices(args: argparse.Namespace) -> int:
    """Show every advice of the files; exit 1 when one of them does not add up. With --store they are kept."""
    if args.store:
        return _store_advices(args)
    from fairdue.cash.formats.remittance import read_remittance

    answers = [
        {"file": name, "advices": [_advice(one) for one in read_remittance(_path(name).read_bytes(), Path(name).name)]}
        for name in args.files
    ]
    if args.json:
        print(json.dumps(answers, indent=2, ensure_ascii=False))
    else:
        for answer in answers:
            _tell_advices(answer)
    return int(any(one["findings"] for answer in answers for one in answer["advices"]))


def _store_advices(args: argparse.Namespace) -> int:
    stored: list[dict[str, Any]] = []
    for path in map(_path, args.files):
        with tenant_scope(args) as ctx:
            stored += _kept(ctx, args, path)
    if args.json:
        print(json.dumps(stored, indent=2, ensure_ascii=False))
    for one in () if args.json else stored:
        linked = f"linked by {one['link']}" if one["line"] else "waits for its payment"
        print(f"{one['file']}: {one['format']} from {one['payer'] or 'an unknown payer'}: {linked}")
        for finding in one["findings"]:
            print(f"  {finding['severity']}: {finding['message']}")
    return int(any(one["findings"] for one in stored))


def _kept(ctx: Ctx, args: argparse.Namespace, path: Path) -> list[dict[str, Any]]:
    from fairdue.cash.remittances.importing import import_remittances
    from fairdue.foundation.files import store
    from fairdue.parties import selectors as parties

    known = parties.creditors(ctx)
    creditor = creditor_of(args, ctx) or (known[0].id if len(known) == 1 else None)
    if creditor is None:
        raise refuse("creditor.missing", "--creditor", "Say which creditor the advice was sent to.")
    file = store(ctx, content=path.read_bytes(), name=path.name, media_type="application/octet-stream")
    made = import_remittances(ctx, file=file.id, creditor=creditor, today=business_date(args, ctx))
    return [{"file": str(path), **_stored(ctx, one)} for one in made]


def _stored(ctx: Ctx, one: UUID) -> dict[str, Any]:
    from fairdue.cash.remittances.selectors import remittance

    found = remittance(ctx, one)
    assert found is not None
    row = found.row
    return {
        "advice": str(one), "format": row.format, "payer": row.payer_name, "currency": row.currency,
        "total": _amount(row.total, row.currency), "reference": row.reference, "complete": row.complete,
        "state": row.state, "line": str(row.line_id) if row.line_id else None, "link": row.link,
        "documents": len(found.documents), "doubt": found.doubt, "findings": row.findings,
    }  # fmt: skip


def _advice(one: Remittance) -> dict[str, Any]:
    return {
        "format": one.format, "payer": one.payer.name, "payer_account": one.payer.account,
        "paid_on": one.paid_on.isoformat() if one.paid_on else None, "currency": one.currency,
        "total": _amount(one.total, one.currency), "reference": one.reference, "complete": one.complete,
        "lines": [_advice_line(line, one.currency) for line in one.lines],
        "findings": [asdict(finding) for finding in one.findings],
    }  # fmt: skip


def _advice_line(line: RemittanceLine, currency: str) -> dict[str, Any]:
    return {
        "number": line.number, "kind": line.kind, "gross": _amount(line.gross, currency),
        "discount": _amount(line.discount, currency), "adjustment": _amount(line.adjustment, currency),
        "reason": line.reason, "net": _amount(line.net, currency), "place": line.place,
    }  # fmt: skip


def _tell_advices(answer: dict[str, Any]) -> None:
    for one in answer["advices"]:
        state = "adds up" if one["complete"] else "not proven complete"
        total = f"{one['total']} {one['currency']}".strip() if one["total"] else "no total"
        print(f"{answer['file']}: {one['format']} from {one['payer'] or 'an unknown payer'}: {total}, {state}")
        for line in one["lines"]:
            print(f"  {line['number']}: {line['net'] if line['net'] is not None else 'amount not said'}")
        for finding in one["findings"]:
            print(f"  {finding['severity']}: {finding['message']}")
