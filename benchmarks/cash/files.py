"""Write a made-up day as the files that a user has: customers, items, past payments, the bank's file; and the truth."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from benchmarks.cash.world import OWN_ACCOUNT, TODAY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmarks.cash.payments import Paid
    from benchmarks.cash.world import Item, World

DEBTORS = ("external_id", "name", "country", "city", "ibans", "parent_external_id", "payment_terms_days",
           "discount_percent", "discount_days")  # fmt: skip
ITEMS = ("number", "debtor_external_id", "kind", "issue_date", "due_date", "currency", "amount", "open_amount",
         "order_number", "structured_reference", "discount_percent", "discount_until", "end_to_end_id",
         "paid_date")  # fmt: skip
PAYMENTS = ("payment_ref", "date", "currency", "amount", "payer_name", "payer_iban", "remittance",
            "debtor_external_id", "allocations")  # fmt: skip
SHORTEST_IBAN = 14
RATES = {"USD": "0.92", "GBP": "1.16", "CHF": "1.04", "EUR": "1.09"}
TRUTH = ("payment_ref", "target", "amount", "adjustment", "adjustment_kind", "case")


def money(cents: int) -> str:
    """Return cents as a decimal string."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def write(folder: Path, world: World, history: list[Paid], payments: list[Paid], *, as_csv: bool, cold: bool) -> None:
    """Write debtors.csv, rates.csv, items.csv, history.csv (not for a cold start), bank.xml or bank.csv, truth.csv."""
    folder.mkdir(parents=True, exist_ok=True)
    _table(folder / "debtors.csv", DEBTORS, _debtors(world, cold=cold))
    _table(folder / "items.csv", ITEMS, map(_item, sorted(world.items.values(), key=lambda one: one.number)))
    if not cold:
        _table(folder / "history.csv", PAYMENTS, (_past(world, paid) for paid in history))
    _table(folder / "rates.csv", ("base", "quote", "date", "rate", "source"), _rates(world))
    _table(folder / "truth.csv", TRUTH, _truth(payments))
    if as_csv:
        columns = ("date", "amount", "currency", "name", "description", "reference")
        _table(folder / "bank.csv", columns, map(_row, payments))
    else:
        (folder / "bank.xml").write_text("".join(_camt(payments)), encoding="utf-8")


def _table(path: Path, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _rates(world: World) -> Iterator[tuple[str, ...]]:
    """Yield a made-up rate of each foreign currency for every week."""
    first = min(one.issued for one in world.items.values()) - dt.timedelta(days=7)
    for currency, rate in RATES.items():
        for week in range((TODAY - first).days // 7 + 1):
            if currency != world.home:
                yield currency, world.home, (first + dt.timedelta(days=7 * week)).isoformat(), rate, "made up"


def _debtors(world: World, *, cold: bool) -> Iterator[tuple[str, ...]]:
    for one in world.debtors.values():
        known = [] if cold or world.region == "us" else [each for each in one.accounts[:1] if each[:2].isalpha()]
        terms = (f"{one.discount // 10}.{one.discount % 10}", str(min(14, one.days - 1))) if one.discount else ("", "")
        yield one.id, one.name, one.country, one.city, "|".join(known), one.parent, str(one.days), *terms


def _item(one: Item) -> tuple[str, ...]:
    kind = "credit_note" if one.amount < 0 else "invoice"
    percent = f"{one.discount // 10}.{one.discount % 10}" if one.discount else ""
    left = "0.00" if one.paid else money(abs(one.amount))
    return (
        one.number, one.debtor, kind, one.issued.isoformat(), one.due.isoformat(), one.currency,
        money(abs(one.amount)), left, one.order, one.reference, percent, one.until.isoformat() if one.until else "",
        one.end_to_end, one.paid.isoformat() if one.paid else "",
    )  # fmt: skip


def _past(world: World, paid: Paid) -> tuple[str, ...]:
    parts = [part for part in paid.truth if part.target in world.items]
    owner = world.items[parts[0].target].debtor if parts else ""
    said = "|".join(f"{part.target}:{money(part.amount)}" for part in parts)
    account = paid.account if paid.account[:2].isalpha() else ""
    return (
        paid.ref, paid.day.isoformat(), paid.currency, money(paid.amount), paid.payer, account,
        " ".join(paid.texts), owner, said,
    )  # fmt: skip


def _truth(payments: list[Paid]) -> Iterator[tuple[str, ...]]:
    for paid in payments:
        for part in paid.truth:
            yield paid.ref, part.target, money(part.amount), money(part.adjustment), part.kind, paid.case


def _row(paid: Paid) -> tuple[str, ...]:
    return (paid.day.isoformat(), money(paid.amount), paid.currency, paid.payer, " ".join(paid.texts), paid.ref)


def _camt(payments: list[Paid]) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
    yield f"<BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>{TODAY}T06:00:00</CreDtTm></GrpHdr>\n"
    for currency in sorted({paid.currency for paid in payments}):
        chosen = [paid for paid in payments if paid.currency == currency]
        total = sum(paid.amount for paid in chosen)
        yield f"<Stmt><Id>S{currency}</Id><Acct><Id><IBAN>{OWN_ACCOUNT}</IBAN></Id><Ccy>{currency}</Ccy></Acct>"
        yield _balance("OPBD", 10**9, currency) + _balance("CLBD", 10**9 + total, currency)
        yield from map(_entry, chosen)
        yield "</Stmt>\n"
    yield "</BkToCstmrStmt></Document>\n"


def _balance(code: str, amount: int, currency: str) -> str:
    sign = "CRDT" if amount >= 0 else "DBIT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{money(abs(amount))}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{TODAY}</Dt></Dt></Bal>\n"
    )


def _entry(paid: Paid) -> str:
    sign, amount = ("CRDT", paid.amount) if paid.amount > 0 else ("DBIT", -paid.amount)
    domain, family, sub = paid.code.split("-")
    return (
        f'<Ntry><Amt Ccy="{paid.currency}">{money(amount)}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{paid.day}</Dt></BookgDt><ValDt><Dt>{paid.day}</Dt></ValDt><AcctSvcrRef>{paid.ref}</AcctSvcrRef>"
        f"<BkTxCd><Domn><Cd>{domain}</Cd><Fmly><Cd>{family}</Cd><SubFmlyCd>{sub}</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>{paid.end_to_end or 'NOTPROVIDED'}</EndToEndId></Refs>"
        f'<Amt Ccy="{paid.currency}">{money(amount)}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{_instructed(paid)}'
        f"<RltdPties>{_parties(paid, sign)}</RltdPties><RmtInf>{_remittance(paid)}</RmtInf></TxDtls></NtryDtls>"
        "</Ntry>\n"
    )


def _instructed(paid: Paid) -> str:
    if paid.instructed is None:
        return ""
    amount, currency = paid.instructed
    return f'<AmtDtls><InstdAmt><Amt Ccy="{currency}">{money(amount)}</Amt></InstdAmt></AmtDtls>'


def _parties(paid: Paid, sign: str) -> str:
    role = "Dbtr" if sign == "CRDT" else "Cdtr"
    name = f"<{role}><Pty><Nm>{escape(paid.payer)}</Nm></Pty></{role}>" if paid.payer else ""
    account = ""
    if paid.account:
        is_iban = paid.account[2:4].isdigit() and len(paid.account) > SHORTEST_IBAN
        inner = f"<IBAN>{paid.account}</IBAN>" if is_iban else f"<Othr><Id>{paid.account}</Id></Othr>"
        account = f"<{role}Acct><Id>{inner}</Id></{role}Acct>"
    behalf = f"<Ultmt{role}><Pty><Nm>{escape(paid.behalf)}</Nm></Pty></Ultmt{role}>" if paid.behalf else ""
    return name + account + behalf


def _remittance(paid: Paid) -> str:
    said = "".join(f"<Ustrd>{escape(text)}</Ustrd>" for text in paid.texts if text.strip())
    for kind, value in paid.references:
        code = f"<Cd>{kind}</Cd>" if kind == "SCOR" else f"<Prtry>{kind}</Prtry>"
        said += f"<Strd><CdtrRefInf><Tp><CdOrPrtry>{code}</CdOrPrtry></Tp><Ref>{value}</Ref></CdtrRefInf></Strd>"
    for number, amount in paid.documents:
        said += (
            f"<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>{escape(number)}</Nb></RfrdDocInf>"
            f'<RfrdDocAmt><RmtdAmt Ccy="{paid.currency}">{money(amount)}</RmtdAmt></RfrdDocAmt></Strd>'
        )
    return said
