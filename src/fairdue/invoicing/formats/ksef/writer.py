"""KSeF FA(3): the invoice as the Polish clearance system takes it.

Source: Ministerstwo Finansów, FA(3) v1-0E. A credit note is a correction (KOR) whose amounts are differences
and therefore negative. Polish rates only; amounts of tax in another currency are stated in PLN as well.
An advance invoice (ZAL) carries its order; the invoice that settles it (ROZ) all rows, and as sums what is left
of them after the advance invoices, which it names (VAT act Art. 106f(1) and (3)).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.categories import exemption
from fairdue.core.invoice.formats.ksef import (
    MARGIN_SUM,
    TAXED,
    cleared,
    free_code,
    kind,
    ksef_findings,
    margin,
    rate_code,
    split_payment,
    stated,
)
from fairdue.core.invoice.model import DocumentType, Minor, VatCategory
from fairdue.core.invoice.totals import line_net, tax_of
from fairdue.core.invoice.totals import totals as totals_of
from fairdue.core.money import EXACT, Rounding, decimal_of, round_minor
from fairdue.invoicing.formats.xml import HEADER, day, group, leaf, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fairdue.core.invoice.model import Adjustment, Advance, Invoice, Line
    from fairdue.core.invoice.parties import Address, Party
    from fairdue.core.invoice.totals import Totals, VatLine

NAMESPACE = "http://crd.gov.pl/wzor/2025/06/25/13775/"
ORDER = ("P_13_6_1", "P_13_6_2", "P_13_6_3", "P_13_7", "P_13_8", "P_13_9", "P_13_10", MARGIN_SUM)
PAID, OUTSIDE = "Zapłacono wcześniej", "<NrKSeFN>1</NrKSeFN>"
MEANS = {"10": "1", "48": "2", "20": "4", "30": "6", "58": "6"}
EUROPEAN = frozenset("AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PT RO SE SI SK XI".split())


def _nip(vat_id: str) -> str:
    return vat_id[2:] if vat_id.startswith("PL") else ""


def write(invoice: Invoice, totals: Totals) -> bytes:
    """Return the FA(3) document of `invoice`; refuses what it cannot carry."""
    refused = tuple(ksef_findings(invoice, totals))
    if refused:
        raise RefusedError(*refused)
    made = datetime(*(invoice.issued.timetuple()[:3] if invoice.issued else (2025, 9, 1)), tzinfo=UTC)
    text = (
        f'{HEADER}<Faktura xmlns="{NAMESPACE}"><Naglowek>'
        '<KodFormularza kodSystemowy="FA (3)" wersjaSchemy="1-0E">FA</KodFormularza>'
        "<WariantFormularza>3</WariantFormularza>"
        f"{leaf('DataWytworzeniaFa', made.strftime('%Y-%m-%dT%H:%M:%SZ'))}<SystemInfo>Fairdue</SystemInfo></Naglowek>"
        f"{_seller(invoice.seller)}{_buyer(invoice.buyer)}{_body(invoice, totals)}</Faktura>\n"
    )
    return text.encode()


def _address(address: Address) -> str:
    street = ", ".join(filter(None, [address.street, address.extra, address.third]))
    town = " ".join(filter(None, [address.postcode, address.city]))
    first, second = (street, town) if street else (town, "")
    country = leaf("KodKraju", address.country)
    return group("Adres", country, leaf("AdresL1", first), leaf("AdresL2", second))


def _contact(party: Party) -> str:
    contact = party.contact
    return group("DaneKontaktowe", leaf("Email", contact.email), leaf("Telefon", contact.phone[:16])) if contact else ""


def _seller(party: Party) -> str:
    identity = group("DaneIdentyfikacyjne", leaf("NIP", _nip(party.vat_id)), leaf("Nazwa", party.name))
    return group("Podmiot1", identity, _address(party.address), _contact(party))


def _buyer(party: Party) -> str:
    vat = party.vat_id
    if _nip(vat):
        identity = leaf("NIP", _nip(vat))
    elif vat[:2] in EUROPEAN:
        identity = leaf("KodUE", vat[:2]) + leaf("NrVatUE", vat[2:])
    elif vat:
        identity = leaf("KodKraju", party.address.country) + leaf("NrID", vat)
    else:
        identity = "<BrakID>1</BrakID>"
    own = next((one.value for one in party.identifiers if not one.scheme), "")
    return group(
        "Podmiot2", group("DaneIdentyfikacyjne", identity, leaf("Nazwa", party.name)), _address(party.address),
        _contact(party), leaf("NrKlienta", own), "<JST>2</JST><GV>2</GV>",
    )  # fmt: skip


def _money(minor: int, invoice: Invoice) -> str:
    signed = -minor if invoice.type.is_credit else minor
    return format(decimal_of(signed, invoice.currency).quantize(Decimal("0.01")), "f")


def _body(invoice: Invoice, totals: Totals) -> str:
    period, delivered = invoice.period, invoice.delivery.day if invoice.delivery else None
    supplied = leaf("P_6", day(delivered))
    if not supplied and period and period.start and period.end:
        supplied = group("OkresFa", leaf("P_6_Od", day(period.start)), leaf("P_6_Do", day(period.end)))
    rate = invoice.tax_rate_of_exchange
    advance = kind(invoice) == "ZAL"
    return group(
        "Fa",
        leaf("KodWaluty", invoice.currency),
        leaf("P_1", day(invoice.issued)),
        leaf("P_2", invoice.number),
        *(leaf("WZ", one) for one in _despatches(invoice)),
        supplied,
        _sums(invoice, stated(invoice, totals)),
        leaf("P_15", _money(_owed(invoice, totals), invoice)),
        leaf("KursWalutyZ", number(rate)) if rate is not None and advance else "",
        _notes(invoice, totals),
        leaf("RodzajFaktury", kind(invoice)),
        _correction(invoice),
        *(_described(note.text) for note in invoice.notes),
        *(_settled(one) for one in invoice.advances if not invoice.type.is_credit),
        *_rows(invoice, totals),
        _deducted(invoice, totals),
        _payment(invoice),
        _terms(invoice),
        _ordered(invoice) if advance else "",
    )


def _owed(invoice: Invoice, totals: Totals) -> int:
    """Return the amount of the document (P_15): for one that settles advances what is left to pay."""
    before = sum(one.gross for one in invoice.advances) if kind(invoice) == "ROZ" else 0
    return totals.gross + invoice.rounding - before


def _settled(one: Advance) -> str:
    """Return an advance invoice by the number that KSeF gave it, or as one issued outside of it."""
    known = cleared(one.cleared)
    named = (
        leaf("NrKSeFFaZaliczkowej", known) if known else "<NrKSeFZN>1</NrKSeFZN>" + leaf("NrFaZaliczkowej", one.number)
    )
    return group("FakturaZaliczkowa", named)


def _deducted(invoice: Invoice, totals: Totals) -> str:
    """Return what was paid already beyond the advance invoices, and what is left to pay."""
    paid = 0 if invoice.type.is_credit else invoice.prepaid - sum(one.gross for one in invoice.advances)
    if paid <= 0:
        return ""
    left = _owed(invoice, totals) - paid
    amount = leaf("Kwota", _money(paid, invoice))
    return group(
        "Rozliczenie", group("Odliczenia", amount, leaf("Powod", PAID)), leaf("SumaOdliczen", _money(paid, invoice)),
        leaf("DoZaplaty" if left >= 0 else "DoRozliczenia", _money(abs(left), invoice)),
    )  # fmt: skip


def _ordered(invoice: Invoice) -> str:
    """Return the order that an advance invoice is for, with its tax."""
    whole = totals_of(replace(invoice, lines=invoice.ordered, adjustments=(), prepaid=Minor(0), rounding=Minor(0)))
    rows = (_ordered_row(invoice, line, place) for place, line in enumerate(invoice.ordered, 1))
    return group("Zamowienie", leaf("WartoscZamowienia", _money(whole.gross, invoice)), *rows)


def _ordered_row(invoice: Invoice, line: Line, place: int) -> str:
    net = line_net(line, invoice.currency)
    return group(
        "ZamowienieWiersz", leaf("NrWierszaZam", str(place)), leaf("P_7Z", _named(line)),
        leaf("IndeksZ", line.seller_item[:50]), leaf("P_8AZ", line.unit), leaf("P_8BZ", _quantity(line.quantity)),
        leaf("P_9AZ", _price(line)), leaf("P_11NettoZ", _money(net, invoice)),
        leaf("P_11VatZ", _money(tax_of(net, line.rate), invoice)),
        leaf("P_12Z", rate_code(invoice, line.category, line.rate)),
    )  # fmt: skip


def _named(line: Line) -> str:
    return ". ".join(filter(None, [line.name, line.description]))[:512]


def _quantity(value: Decimal) -> str:
    return number(value.quantize(Decimal("1e-6")).normalize())


def _price(line: Line) -> str:
    return number(EXACT.divide(line.price, line.price_quantity).quantize(Decimal("1e-8")).normalize())


def _despatches(invoice: Invoice) -> list[str]:
    """Return the numbers of all delivery notes, once each."""
    named = [line.despatch.number for line in invoice.lines if line.despatch]
    return list(dict.fromkeys(filter(None, [invoice.references.despatch, *named])))


def _sums(invoice: Invoice, rows: Sequence[VatLine]) -> str:
    taxed: dict[int, tuple[int, int]] = {}
    free: dict[str, int] = {}
    for row in rows:
        if row.category is VatCategory.STANDARD:
            place = TAXED[rate_code(invoice, row.category, row.rate)]
            basis, tax = taxed.get(place, (0, 0))
            taxed[place] = (basis + row.basis, tax + row.tax)
        else:
            name = free_code(invoice, row.category)[1]
            free[name] = free.get(name, 0) + row.basis
    parts = [
        leaf(f"P_13_{place}", _money(basis, invoice))
        + leaf(f"P_14_{place}", _money(tax, invoice))
        + _in_zloty(invoice, place, tax)
        for place, (basis, tax) in sorted(taxed.items())
    ]
    return "".join(parts) + "".join(leaf(name, _money(free[name], invoice)) for name in ORDER if name in free)


def _in_zloty(invoice: Invoice, place: int, tax: int) -> str:
    rate = invoice.tax_rate_of_exchange
    if invoice.currency == "PLN" or rate is None:
        return ""
    exact = EXACT.multiply(decimal_of(-tax if invoice.type.is_credit else tax, invoice.currency), rate)
    minor = round_minor(exact, "PLN", Rounding.HALF_UP)
    return leaf(f"P_14_{place}W", format(decimal_of(minor, "PLN"), "f"))


def _notes(invoice: Invoice, totals: Totals) -> str:
    categories = {row.category for row in totals.vat}
    reverse = VatCategory.REVERSE_CHARGE in categories
    scheme = margin(invoice) if VatCategory.EXEMPT in categories else ""
    why = exemption(invoice, VatCategory.EXEMPT) if VatCategory.EXEMPT in categories and not scheme else None
    reason = (why.reason.strip() or why.code) if why else ""
    exempt = f"<P_19>1</P_19>{leaf('P_19A', reason[:256])}" if reason else "<P_19N>1</P_19N>"
    cash = "1" if invoice.tax_point_code == "72" else "2"
    self_billed = "1" if invoice.type is DocumentType.SELF_BILLED else "2"
    return (
        f"<Adnotacje><P_16>{cash}</P_16><P_17>{self_billed}</P_17>"
        f"<P_18>{'1' if reverse else '2'}</P_18><P_18A>{'1' if split_payment(invoice) else '2'}</P_18A>"
        f"<Zwolnienie>{exempt}</Zwolnienie><NoweSrodkiTransportu><P_22N>1</P_22N></NoweSrodkiTransportu>"
        f"<P_23>2</P_23>{group('PMarzy', _margin(scheme))}</Adnotacje>"
    )


def _margin(scheme: str) -> str:
    return f"<P_PMarzy>1</P_PMarzy><P_PMarzy_{scheme}>1</P_PMarzy_{scheme}>" if scheme else "<P_PMarzyN>1</P_PMarzyN>"


def _correction(invoice: Invoice) -> str:
    if not invoice.type.is_credit:
        return ""
    reason = invoice.notes[0].text[:256] if invoice.notes else ""
    earlier = (
        group(
            "DaneFaKorygowanej", leaf("DataWystFaKorygowanej", day(one.day)), leaf("NrFaKorygowanej", one.number),
            "<NrKSeF>1</NrKSeF>" + leaf("NrKSeFFaKorygowanej", one.cleared) if cleared(one.cleared) else OUTSIDE,
        )
        for one in invoice.preceding
    )  # fmt: skip
    return leaf("PrzyczynaKorekty", reason) + "".join(earlier)


def _described(text: str) -> str:
    value = " ".join(text.split())[:256]
    return group("DodatkowyOpis", leaf("Klucz", "Uwagi"), leaf("Wartosc", value)) if value else ""


def _rows(invoice: Invoice, totals: Totals) -> Iterator[str]:
    place = 0
    for line, net in zip(invoice.lines, totals.lines, strict=True):
        own = net + sum(item.amount * (-1 if item.charge else 1) for item in line.adjustments)
        place += 1
        yield _row(invoice, line, own, place)
        for item in line.adjustments:
            place += 1
            yield _adjusted(invoice, item, rate_code(invoice, line.category, line.rate), place)
    for item in invoice.adjustments:
        place += 1
        code = rate_code(invoice, item.category, item.rate) if item.category else ""
        yield _adjusted(invoice, item, code, place)


def _row(invoice: Invoice, line: Line, net: int, place: int) -> str:
    quantity = -line.quantity if invoice.type.is_credit else line.quantity
    standard = line.standard_item
    code = rate_code(invoice, line.category, line.rate)
    priced, valued = ("P_9A", "P_11") if code else ("P_9B", "P_11A")
    return group(
        "FaWiersz",
        leaf("NrWierszaFa", str(place)),
        leaf("P_7", _named(line)),
        leaf("Indeks", line.seller_item[:50]),
        leaf("GTIN", standard.value if standard and standard.scheme == "0160" else ""),
        leaf("P_8A", line.unit),
        leaf("P_8B", _quantity(quantity)),
        leaf(priced, _price(line)),
        leaf(valued, _money(net, invoice)),
        leaf("P_12", code),
    )


def _adjusted(invoice: Invoice, item: Adjustment, code: str, place: int) -> str:
    amount = item.amount if item.charge else -item.amount
    return group(
        "FaWiersz", leaf("NrWierszaFa", str(place)), leaf("P_7", (item.reason or item.reason_code or "-")[:512]),
        leaf("P_11" if code else "P_11A", _money(amount, invoice)), leaf("P_12", code),
    )  # fmt: skip


def _payment(invoice: Invoice) -> str:
    means = invoice.payment
    if means is None or invoice.type.is_credit:
        return ""
    accounts = (
        group("RachunekBankowy", leaf("NrRB", one.account.replace(" ", "")), leaf("SWIFT", one.bic))
        for one in means.transfers
    )
    return group(
        "Platnosc", group("TerminPlatnosci", leaf("Termin", day(invoice.terms.due))),
        leaf("FormaPlatnosci", MEANS.get(means.code, "6")), *accounts, _discount(invoice),
    )  # fmt: skip


def _discount(invoice: Invoice) -> str:
    """Return the early-payment discounts: within how many days, and how much in percent."""
    within = "; ".join(f"{one.days} dni" for one in invoice.terms.early)
    share = "; ".join(f"{number(one.percent.normalize())} %" for one in invoice.terms.early)
    return group("Skonto", leaf("WarunkiSkonta", within), leaf("WysokoscSkonta", share))


def _terms(invoice: Invoice) -> str:
    given = invoice.references
    return group(
        "WarunkiTransakcji",
        group("Umowy", leaf("NrUmowy", given.contract)),
        group("Zamowienia", leaf("NrZamowienia", given.order)),
    )
