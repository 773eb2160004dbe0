"""The sheet: everything that stands on the printed invoice, as texts in its language, ready to be placed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from babel import Locale

from fairdue.core.invoice.categories import RULES, exemption
from fairdue.core.invoice.check.text import clean
from fairdue.core.invoice.model import CHARGED
from fairdue.core.money import decimal_of
from fairdue.core.vat.named import IDENTIFIERS, parts, tax_word
from fairdue.invoicing.documents.payment import payment_block
from fairdue.invoicing.documents.swiss import slip
from fairdue.invoicing.documents.words import MINUS, Words, words

if TYPE_CHECKING:
    from fairdue.core.invoice.model import Adjustment, Invoice, Line
    from fairdue.core.invoice.parties import Address, Party
    from fairdue.core.invoice.totals import Totals, VatLine

DEFAULT_ACCENT = "#1f4e79"
RIGHT_TO_LEFT = frozenset({"ar"})
CODE_SCHEMES = {"0160": "GTIN"}


PRO_FORMA = "325"
"""UNTDID 1001: a pro forma invoice; it stands on paper only, no document is issued as one."""
PLAIN = {"sentences": [], "rows": [], "qr": False, "caption": "", "alt": ""}
SHORT = 8
"""Rows up to here never run over a page; longer tables carry their sums from page to page."""
HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")


@dataclass(frozen=True, slots=True)
class Look:
    """How a creditor's documents look: one colour and, if given, a logo and a letterhead as SVG."""

    accent: str = DEFAULT_ACCENT
    logo: str = ""
    letterhead: str = ""
    """A whole A4 page that lies behind the first page."""
    title: str = ""
    """A document type whose name stands in place of the invoice's own, such as pro forma."""
    form: str = "B"
    """DIN 5008 form A (window at 27 mm) or B (window at 45 mm)."""


def shown(minor: int, currency: str, text: Words) -> str:
    """Return an amount with its currency, separated by a space that does not break."""
    return f"{text.number(decimal_of(minor, currency))}\u00a0{currency}"


def sheet(invoice: Invoice, totals: Totals, look: Look) -> dict[str, Any]:
    """Return the sheet of `invoice` as plain JSON types."""
    seller = invoice.seller
    text = words(invoice.language).taxed(tax_word(invoice), IDENTIFIERS.get(seller.address.country, ""))
    kind = text[look.title or invoice.type.usual.value]
    opening = [note.text for note in invoice.notes if not note.subject]
    closing = [note.text for note in invoice.notes if note.subject]
    issued = invoice.issued
    return {
        "language": text.language,
        "title": " ".join(filter(None, [kind, invoice.number, "·", seller.name])),
        "seller": seller.name,
        "trading": seller.trading_name or seller.name,
        "accent": look.accent if HEX.match(look.accent) else DEFAULT_ACCENT,
        "letterhead": bool(look.letterhead),
        "window": "A" if look.form == "A" else "B",
        "rtl": text.language in RIGHT_TO_LEFT,
        "carry": [text["carried"], text["brought"]] if len(invoice.lines) > SHORT else [],
        "swiss": None if look.title == PRO_FORMA else slip(invoice, totals),
        "logo": bool(look.logo),
        "date": [issued.year, issued.month, issued.day] if issued else [1970, 1, 1],
        "kind": kind,
        "number": invoice.number,
        "draft": text["pro_forma_note"] if look.title == PRO_FORMA else "" if invoice.number else text["draft"],
        "sender": " · ".join(filter(None, [seller.name, *_postal(seller.address, "")])),
        "recipient": _recipient(invoice.buyer, seller.address.country, text.language),
        "meta": _meta(invoice, text),
        "opening": opening,
        "columns": [text[key] for key in ("pos", "item", "quantity", "price", "vat", "net")],
        "rows": [
            {**_row(line, net, invoice.currency, text), "sum": text.number(decimal_of(so_far, invoice.currency))}
            for line, net, so_far in zip(invoice.lines, totals.lines, accumulate(totals.lines), strict=True)
        ],
        "sums": _sums(invoice, totals, text),
        "due": _due(invoice, totals, text),
        "aside": _aside(invoice, totals, text),
        "wording": _wording(invoice, totals),
        "payment": PLAIN if look.title == PRO_FORMA else payment_block(invoice, totals, text),
        "closing": [*_others(invoice, text), *closing],
        "footer": _footer(invoice, text),
        "page": text["page"],
        "of": text["of"],
        "attachment": None,
    }


@cache
def country_name(code: str, language: str) -> str:
    """Return the name of a country in capitals, as posts ask for on the last line of an address."""
    return str(Locale.parse(language).territories.get(code, code)).upper()


def _postal(address: Address, home: str, language: str = "en") -> list[str]:
    town = " ".join(filter(None, [address.postcode, address.city]))
    if address.subdivision and address.country in {"US", "CA", "AU", "IN"}:
        town = f"{address.city} {address.subdivision} {address.postcode}".strip()
    abroad = country_name(address.country, language) if home and address.country != home else ""
    return [part for part in (address.street, address.extra, address.third, town, abroad) if part]


def _recipient(buyer: Party, home: str, language: str) -> list[str]:
    contact = buyer.contact.name if buyer.contact else ""
    lines = [buyer.name, contact, *_postal(buyer.address, home, language)]
    return [line for line in lines if line]


def _meta(invoice: Invoice, text: Words) -> list[list[str]]:
    given, buyer, period = invoice.references, invoice.buyer, invoice.period
    span = ""
    if period:
        span = " \u2013 ".join(text.date(end) for end in (period.start, period.end) if end)
    delivered = invoice.delivery.day if invoice.delivery else None
    pairs = [
        ("number", invoice.number),
        ("issued", text.date(invoice.issued) if invoice.issued else ""),
        ("supplied", text.date(delivered) if delivered else ""),
        ("period", span),
        ("due", text.date(invoice.terms.due) if invoice.terms.due else ""),
        ("preceding", ", ".join(item.number for item in invoice.preceding)),
        ("buyer_number", next((item.value for item in buyer.identifiers if not item.scheme), "")),
        ("order", given.order),
        ("despatch", given.despatch),
        ("buyer_reference", given.buyer),
        ("contract", given.contract),
        ("project", given.project),
        ("buyer_vat", buyer.vat_id),
        ("contact", invoice.seller.contact.name if invoice.seller.contact else ""),
    ]
    return [[text[key], value] for key, value in pairs if value]


def _row(line: Line, net: int, currency: str, text: Words) -> dict[str, Any]:
    price = text.number(line.price)
    if line.price_quantity != 1:
        price = f"{price} {text['per']} {text.short(line.price_quantity)}"
    rate = "\u2013" if line.rate is None else f"{text.short(line.rate)}\u00a0%"
    return {
        "position": line.id,
        "name": line.name,
        "details": _details(line, currency, text),
        "quantity": f"{text.short(line.quantity)}\u00a0{text.unit(line.unit)}",
        "price": price,
        "vat": rate,
        "net": text.number(decimal_of(net, currency)),
    }


def _details(line: Line, currency: str, text: Words) -> list[str]:
    lines = [line.description, line.note]
    codes = [line.seller_item, line.buyer_item]
    if line.standard_item:
        codes.append(f"{CODE_SCHEMES.get(line.standard_item.scheme, '')} {line.standard_item.value}".strip())
    lines.append(" · ".join(f"{text['article']} {code}" for code in codes if code))
    lines += [f"{item.name}: {item.value}" for item in line.attributes]
    if line.period:
        lines.append(" \u2013 ".join(text.date(end) for end in (line.period.start, line.period.end) if end))
    if line.origin_country:
        lines.append(f"{text['origin']}: {line.origin_country}")
    for item in line.adjustments:
        sign = "+" if item.charge else MINUS
        percent = f" {text.short(item.percent)}\u00a0%" if item.percent is not None else ""
        amount = text.number(decimal_of(item.amount, currency))
        lines.append(f"{item.reason or item.reason_code}{percent}: {sign}{amount}")
    return [line_ for line_ in lines if line_]


def _sums(invoice: Invoice, totals: Totals, text: Words) -> list[list[str]]:
    currency = invoice.currency
    rows: list[tuple[str, int]] = []
    if invoice.adjustments:
        rows.append((text["line_sum"], totals.line_sum))
    rows += [
        (_adjusted(item, currency, text), item.amount if item.charge else -item.amount) for item in invoice.adjustments
    ]
    rows.append((text["subtotal"], totals.net))
    rows += [line for row in totals.vat for line in _taxes(invoice, row, text)]
    if invoice.prepaid or invoice.rounding or totals.split_tax:
        rows.append((text["credit_total" if invoice.type.is_credit else "total"], totals.gross))
    if invoice.prepaid:
        rows.append((text["prepaid"], -invoice.prepaid))
    if invoice.rounding:
        rows.append((text["rounding"], invoice.rounding))
    if totals.split_tax:
        rows.append((text["split_tax"], -totals.split_tax))
    return [[label, text.number(decimal_of(amount, currency))] for label, amount in rows]


def _adjusted(item: Adjustment, currency: str, text: Words) -> str:
    """Return the reason of an allowance or charge, with its percentage and base where it has them."""
    reason = item.reason or item.reason_code
    if item.percent is None:
        return reason
    label = f"{reason} {text.short(item.percent)}\u00a0%"
    return (
        label
        if item.base is None
        else text["tax_free_on"].format(label=label, basis=text.number(decimal_of(item.base, currency)), rate="")
    )


def _taxes(invoice: Invoice, row: VatLine, text: Words) -> list[tuple[str, int]]:
    """Return the printed parts of one row of the breakdown: VAT in one part, other taxes under their own names."""
    basis = text.number(decimal_of(row.basis, invoice.currency))
    charged = bool(row.tax) or RULES[row.category].taxed
    lines = []
    for part in parts(invoice, row):
        rate = text.short(part.rate or Decimal(0))
        label = f"{part.name} {rate}\u00a0%" if part.name else text["vat_S" if row.category in CHARGED else _label(row)]
        key = "tax_on" if charged and not part.name else "tax_free_on"
        lines.append((text[key].format(rate=rate, basis=basis, label=label), part.tax))
    return lines


def _label(row: VatLine) -> str:
    return f"vat_{row.category.value}"


def _due(invoice: Invoice, totals: Totals, text: Words) -> list[str]:
    key = "credit_total" if invoice.type.is_credit else "total"
    if invoice.prepaid or invoice.rounding or (totals.split_tax and not invoice.type.is_credit):
        key = "amount_due"
    return [text[key], shown(totals.payable, invoice.currency, text)]


def _aside(invoice: Invoice, totals: Totals, text: Words) -> list[str]:
    if totals.tax_in_tax_currency is None or invoice.tax_rate_of_exchange is None:
        return []
    tax = shown(totals.tax_in_tax_currency, invoice.tax_currency, text)
    rate = text["rate_of_exchange"].format(
        currency=invoice.currency, rate=text.number(invoice.tax_rate_of_exchange), other=invoice.tax_currency
    )
    return [f"{text['tax_in'].format(currency=invoice.tax_currency)}: {tax}", rate]


def _wording(invoice: Invoice, totals: Totals) -> list[str]:
    reasons = (exemption(invoice, row.category) for row in totals.vat)
    return list(dict.fromkeys(why.reason or why.code for why in reasons if why))


def _others(invoice: Invoice, text: Words) -> list[str]:
    """Return who else stands on the invoice: the place of delivery and the tax representative."""
    found = []
    delivery, representative = invoice.delivery, invoice.tax_representative
    if delivery and delivery.address:
        where = [delivery.name, *_postal(delivery.address, invoice.seller.address.country, text.language)]
        found.append(f"{text['delivered_to']}: {', '.join(filter(None, where))}")
    if representative:
        who = [representative.name, *_postal(representative.address, ""), representative.vat_id]
        found.append(f"{text['representative']}: {', '.join(filter(None, who))}")
    return found


def _footer(invoice: Invoice, text: Words) -> list[list[str]]:
    seller = invoice.seller
    contact = seller.contact
    legal = [part.strip() for part in seller.legal_form.split(",")] if seller.legal_form else []
    who = [seller.name, *_postal(seller.address, invoice.buyer.address.country, text.language)]
    if not legal and seller.registration:
        legal = [seller.registration.value]
    tax = [
        f"{text['seller_vat']}: {seller.vat_id}" if seller.vat_id else "",
        f"{text['tax_number']}: {seller.tax_number}" if seller.tax_number else "",
        *([contact.phone, contact.email] if contact else []),
    ]
    account = invoice.payment.transfers[:1] if invoice.payment else ()
    bank = [line for item in account for line in (item.name, grouped(item.account), item.bic)]
    columns = [who, legal, tax, bank]
    return [[line for line in column if line] for column in columns if any(column)]


def grouped(account: str) -> str:
    """Return an IBAN in groups of four, as banks print it."""
    compact = account.replace(" ", "")
    return "\u00a0".join(compact[i : i + 4] for i in range(0, len(compact), 4))


def cleaned(value: Any) -> Any:
    """Return a sheet whose texts have lost the characters that no document can carry."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [cleaned(item) for item in value]
    if isinstance(value, dict):
        return {key: cleaned(item) for key, item in value.items()}
    return value
