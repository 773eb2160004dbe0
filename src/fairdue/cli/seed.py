"""`fairdue seed`: load data of any size, the same for the same seed, through the rooms' own bulk doors.

Nothing is written past the services, so the journal balances, facts are there and `fairdue verify` holds.
Amounts are log-normal around 850, customers unequal (a fifth of them has most of the items), terms and due
dates as in an ordinary book: most is not due yet, the tail is a year old.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import batched
from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cli import base
from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.parties.services import DebtorDraft
    from fairdue.receivables.services import Applied, CreditDraft, OpenItemDraft

CHUNK = 5_000
CREDITORS = (
    ("N", "Nordwind Handels GmbH", "DE", "EUR", "de", "DE02120300000000202051", 19),
    ("L", "Lumière Distribution SAS", "FR", "EUR", "fr", "FR1420041010050500013M02606", 20),
    ("K", "Kestrel Supplies Ltd", "GB", "GBP", "en", "GB33BUKB20201555555555", 20),
)
"""Code, name, country, currency, language, account, VAT percentage."""
SHARES = (60, 25, 15)
_FIRST = "Adler Brandt Castel Dorn Ebert Falke Garnier Hansen Iversen Jansen Keller Lindner Moreau Novak Otto".split()
_SECOND = "Anlagenbau Bau Druck Elektro Feinkost Geräte Holz Installation Kälte Logistik Metall Optik Papier".split()
_FORMS = {"DE": "GmbH", "FR": "SARL", "GB": "Ltd"}
_CITIES = {"DE": ("Bremen", "28195"), "FR": ("Lyon", "69002"), "GB": ("Leeds", "LS1 4AP")}
_TERMS = ((14, 20), (30, 55), (45, 15), (60, 10))
_MEDIAN_CENTS, _SPREAD, _LARGEST_CENTS = 85_000, 1.2, 25_000_000
_OLDEST_DAYS = 400


@dataclass(frozen=True, slots=True)
class Size:
    """How much is made in each tenant."""

    debtors: int
    items: int
    payments: int
    bank_lines: int = 0


@dataclass(frozen=True, slots=True)
class _Customer:
    """What invoices need to know of a customer; `weight` grows with how much they buy."""

    id: UUID
    creditor: int
    terms: int
    weight: int


@dataclass(frozen=True, slots=True)
class _Invoice:
    """What payments need to know of an item."""

    id: UUID
    number: str
    customer: _Customer
    amount: int
    issued_on: date
    due_on: date


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    words = "load data of any size for trials and measurements, the same for the same seed"
    parser = subparsers.add_parser("seed", help=words, description=words)
    parser.add_argument("--tenants", type=_count, default=1, metavar="N")
    parser.add_argument("--debtors", type=_count, default=1000, metavar="N", help="customers a tenant")
    parser.add_argument("--items", type=_count, default=10_000, metavar="N", help="open items a tenant")
    parser.add_argument(
        "--payments", type=_count, metavar="N", help="payments a tenant, by default a fifth of the items"
    )
    parser.add_argument("--bank-lines", type=_count, default=0, metavar="N", help="bank lines that wait, a tenant")
    parser.add_argument("--seed", type=int, default=1, metavar="S")
    parser.add_argument("--today", type=date.fromisoformat, help="the business date, by default today")
    parser.set_defaults(run=run)


def _count(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("not a negative number")
    return number


def run(args: argparse.Namespace) -> int:
    """Make the tenants; those that are there already stay as they are."""
    base.start()
    from fairdue.foundation import clock

    payments = args.items // 5 if args.payments is None else args.payments
    size = Size(args.debtors, args.items, payments, args.bank_lines)
    for number in range(1, args.tenants + 1):
        started = time.perf_counter()
        slug, made = seed_tenant(args.seed, number, size, args.today or clock.today())
        words = f"made in {time.perf_counter() - started:.1f} s" if made else "was there already"
        print(f"{slug}: {size.debtors} customers, {size.items} items, {size.payments} payments {words}")
    _look()
    return 0


def seed_tenant(seed: int, number: int, size: Size, today: date) -> tuple[str, bool]:
    """Make one tenant, chunk by chunk; return its short name and whether it was made now."""
    from fairdue.foundation.accounts import create_tenant
    from fairdue.foundation.context import Ctx
    from fairdue.foundation.models import Tenant

    if size.items and not size.debtors:
        raise refuse("seed.debtors", "--debtors", "Items need customers.")
    slug = f"seed-{seed}-{number}-{size.debtors}x{size.items}"
    known = Tenant.objects.filter(slug=slug).first()
    if known is not None:
        if not known.settings.get("seed_complete"):
            raise refuse("seed.cut_short", "--seed", f"An earlier load of {slug} was cut short; take another --seed.")
        return slug, False
    ctx = Ctx(create_tenant(slug=slug, name=f"Seeded {seed}/{number}", today=today), "system:seed")
    _fill(ctx, Random(f"{seed}/{number}"), size, today)  # noqa: S311 - repeatable, not secret
    Tenant.objects.filter(slug=slug).update(settings={"seed_complete": True})
    return slug, True


def _chunks[T](ctx: Ctx, things: Iterator[T], bring_in: Callable[[tuple[T, ...]], object]) -> None:
    """Bring things in, a transaction a chunk; after the first the planner looks, so that it knows the tenant."""
    for place, chunk in enumerate(batched(things, CHUNK)):
        with ctx.open():
            bring_in(chunk)
        if place == 0:
            _look()


def _look() -> None:
    from django.apps import apps

    from fairdue.foundation.migrating import analyze
    from fairdue.foundation.tenancy import TenantModel

    analyze(*(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantModel)))


def _fill(ctx: Ctx, random: Random, size: Size, today: date) -> None:
    from fairdue.parties.services import create_debtors
    from fairdue.receivables.services import allocate, open_items, record_credits

    customers: list[_Customer] = []
    invoices: list[_Invoice] = []
    with ctx.open():
        creditors = _creditors(ctx, random, today)

    def debtors(chunk: tuple[tuple[_Customer, DebtorDraft], ...]) -> None:
        create_debtors(ctx, debtors=[draft for _, draft in chunk], today=today)
        customers.extend(customer for customer, _ in chunk)

    def items(chunk: tuple[tuple[_Invoice, OpenItemDraft], ...]) -> None:
        open_items(ctx, items=[draft for _, draft in chunk], today=today)
        invoices.extend(invoice for invoice, _ in chunk)

    def payments(chunk: tuple[tuple[CreditDraft, Applied | None], ...]) -> None:
        record_credits(ctx, credits_=[draft for draft, _ in chunk], today=today)
        if lines := [line for _, line in chunk if line is not None]:
            allocate(ctx, lines=lines, effective_on=today, today=today)

    _chunks(ctx, _debtors(random, size.debtors, creditors), debtors)
    _chunks(ctx, _items(random, size.items, creditors, customers, today), items)
    _chunks(ctx, _payments(random, size.payments, creditors, invoices, today), payments)
    if size.bank_lines:
        with ctx.open():
            _bank_lines(ctx, random, size.bank_lines, creditors[0], invoices, today)


def _uuid(random: Random) -> UUID:
    return UUID(int=random.getrandbits(128), version=4)


def _creditors(ctx: Ctx, random: Random, today: date) -> list[UUID]:
    from fairdue.parties.services import CreditorDraft, create_creditor
    from fairdue.receivables.services import open_books

    made = []
    for code, name, country, currency, language, iban, _ in CREDITORS:
        draft = CreditorDraft(code, name, country, currency, language, iban=iban, id=_uuid(random))
        made.append(create_creditor(ctx, draft=draft, today=today))
        open_books(ctx, creditor=draft.id)
    return made


def _debtors(random: Random, count: int, creditors: list[UUID]) -> Iterator[tuple[_Customer, DebtorDraft]]:
    from fairdue.parties.services import DebtorDraft

    terms = random.choices([days for days, _ in _TERMS], [share for _, share in _TERMS], k=count)
    for number, (owner, days) in enumerate(zip(random.choices(range(3), SHARES, k=count), terms, strict=True), 1):
        _, _, country, currency, language, _, _ = CREDITORS[owner]
        name = f"{random.choice(_FIRST)} {random.choice(_SECOND)} {number} {_FORMS[country]}"
        city, postcode = _CITIES[country]
        customer = _Customer(_uuid(random), owner, days, int(random.paretovariate(1.16) * 1000))
        yield customer, DebtorDraft(
            creditors[owner], f"{100_000 + number}", name, country=country, street=f"Hafenstr. {number % 200 + 1}",
            postcode=postcode, city=city, language=language, currency=currency, email=f"ap{number}@customer.example",
            payment_terms_days=days, id=customer.id, source="seed",
        )  # fmt: skip


def _cents(random: Random) -> int:
    return min(_LARGEST_CENTS, max(500, int(_MEDIAN_CENTS * random.lognormvariate(0, _SPREAD))))


def _age(random: Random) -> int:
    """Return how many days ago an item was issued: most are young, the oldest more than a year."""
    return min(_OLDEST_DAYS, int(random.expovariate(1 / 30)))


def _items(
    random: Random, count: int, creditors: list[UUID], customers: list[_Customer], today: date
) -> Iterator[tuple[_Invoice, OpenItemDraft]]:
    from fairdue.core.ledger import AccountRole
    from fairdue.receivables.services import OpenItemDraft

    buyers = random.choices(customers, [customer.weight for customer in customers], k=count)
    for number, buyer in enumerate(buyers, 1):
        code, _, _, currency, _, _, rate = CREDITORS[buyer.creditor]
        net, issued_on = _cents(random), today - timedelta(_age(random))
        tax = (net * rate + 50) // 100
        due_on = issued_on + timedelta(buyer.terms)
        made = _Invoice(_uuid(random), f"{code}-{number:07d}", buyer, net + tax, issued_on, due_on)
        contra = ((AccountRole.REVENUE, net), (AccountRole.TAX, tax))
        yield made, OpenItemDraft(
            creditors[buyer.creditor], buyer.id, "invoice", made.number, currency, net + tax, net, issued_on, due_on,
            contra, id=made.id,
        )  # fmt: skip


def _payments(
    random: Random, count: int, creditors: list[UUID], invoices: list[_Invoice], today: date
) -> Iterator[tuple[CreditDraft, Applied | None]]:
    """Pay the oldest mostly: seven in ten whole, one in eight in part, the rest waits on account."""
    from fairdue.core.ledger import AccountRole
    from fairdue.receivables.services import Applied, CreditDraft

    paid = sorted(random.sample(invoices, min(count, len(invoices))), key=lambda one: (one.issued_on, one.number))
    for number, (invoice, dice) in enumerate(zip(paid, random.choices("wpa", (70, 13, 17), k=len(paid)), strict=True)):
        amount = invoice.amount if dice == "w" else max(1, invoice.amount * random.randrange(20, 90) // 100)
        day = min(today, invoice.due_on + timedelta(random.randrange(-5, 40)))
        draft = CreditDraft(
            creditors[invoice.customer.creditor], invoice.customer.id, "payment", f"P-{number:07d}",
            CREDITORS[invoice.customer.creditor][3], amount, max(day, invoice.issued_on),
            ((AccountRole.BANK, amount),), id=_uuid(random),
        )  # fmt: skip
        line = None if dice == "a" else Applied(invoice.id, amount, draft.id, group=_uuid(random))
        yield draft, line


def _bank_lines(ctx: Ctx, random: Random, count: int, creditor: UUID, invoices: list[_Invoice], today: date) -> None:
    """Bring a statement in whose lines name invoices, well or badly, and propose what they pay."""
    from fairdue.cash.services import import_statements, run_matching
    from fairdue.foundation.files import store

    own: list[_Invoice | None] = [one for one in invoices if one.customer.creditor == 0]
    own = own or [None]
    content = _statement(random, [random.choice(own) for _ in range(count)], today).encode()
    file = store(ctx, content=content, name="seed.xml", media_type="application/xml", creditor=creditor)
    import_statements(ctx, file=UUID(str(file.id)), creditor=creditor, today=today)
    run_matching(ctx, creditor=creditor, today=today)


def _statement(random: Random, about: list[_Invoice | None], today: date) -> str:
    """Return a camt.053 statement of credits in EUR."""
    entries, total = [], 0
    texts: tuple[Callable[[str], str], ...] = (
        lambda number: number, lambda number: f"Rechnung {number} danke", lambda number: number[:-2],
        lambda _: "Zahlung",
    )  # fmt: skip
    for place, invoice in enumerate(about):
        cents = invoice.amount if invoice else _cents(random)
        words = random.choice(texts)(invoice.number if invoice else "")
        total += cents
        entries.append(_entry(place, cents, words, today))
    day, iban = today.isoformat(), CREDITORS[0][5]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>SEED</MsgId>'
        f"</GrpHdr><Stmt><Id>SEED-1</Id><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{_balance('OPBD', 0, day)}{_balance('CLBD', total, day)}{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    )


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _balance(kind: str, cents: int, day: str) -> str:
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{_euros(cents)}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(place: int, cents: int, words: str, today: date) -> str:
    day = today.isoformat()
    return (
        f'<Ntry><Amt Ccy="EUR">{_euros(cents)}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt><AcctSvcrRef>SEED{place:07d}</AcctSvcrRef>"
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f'<NtryDtls><TxDtls><Amt Ccy="EUR">{_euros(cents)}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<RltdPties><Dbtr><Pty><Nm>Payer {place}</Nm></Pty></Dbtr></RltdPties>"
        f"<RmtInf><Ustrd>{words}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )
