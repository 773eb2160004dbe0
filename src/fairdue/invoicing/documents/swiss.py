"""The Swiss QR-bill: the content of its code and the texts of receipt and payment part.

Source: SIX, Swiss Implementation Guidelines QR-bill 2.3, chapters 3 and 4 (structured addresses only). It
stands on invoices in CHF or EUR that are paid into a Swiss or Liechtenstein account.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import segno

from fairdue.core import refs
from fairdue.core.findings import Finding
from fairdue.core.invoice.iban import compact, iban_valid, looks_like_iban
from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.parties import Party
    from fairdue.core.invoice.totals import Totals

SOURCE = "SIX Implementation Guidelines QR-bill 2.3"
CURRENCIES = frozenset({"CHF", "EUR"})
COUNTRIES = ("CH", "LI")
QR_INSTITUTES = range(30000, 32000)
LARGEST = 99999999999
"""Centimes: the code ends at 999,999,999.99."""
NAME, STREET, POSTCODE, TOWN, MESSAGE = 70, 70, 16, 35, 140
_UNKNOWN = re.compile("[^\n\x20-\x7e\xa0-\u017f\u0218-\u021b\u20ac]")
WORDS = {
    "de": (
        "Empfangsschein", "Zahlteil", "Konto / Zahlbar an", "Referenz", "Zusätzliche Informationen", "Zahlbar durch",
        "Währung", "Betrag", "Annahmestelle", "Vor der Einzahlung abzutrennen",
    ),
    "fr": (
        "Récépissé", "Section paiement", "Compte / Payable à", "Référence", "Informations supplémentaires",
        "Payable par", "Monnaie", "Montant", "Point de dépôt", "À détacher avant le versement",
    ),
    "it": (
        "Ricevuta", "Sezione pagamento", "Conto / Pagabile a", "Riferimento", "Informazioni supplementari",
        "Pagabile da", "Valuta", "Importo", "Punto di accettazione", "Da staccare prima del versamento",
    ),
    "en": (
        "Receipt", "Payment part", "Account / Payable to", "Reference", "Additional information", "Payable by",
        "Currency", "Amount", "Acceptance point", "Separate before paying in",
    ),
}  # fmt: skip
"""Headings of the slip in its four languages, in the order of the guidelines' annex D."""


def account(invoice: Invoice) -> str:
    """Return the Swiss or Liechtenstein account of an invoice, nothing where it has none."""
    means = invoice.payment
    found = compact(means.transfers[0].account) if means and means.transfers else ""
    return found if found.startswith(COUNTRIES) and looks_like_iban(found) and iban_valid(found) else ""


def is_qr_account(iban: str) -> bool:
    """Tell whether an account is a QR-IBAN, which asks for a QR reference."""
    return iban[4:9].isdigit() and int(iban[4:9]) in QR_INSTITUTES


def reference(invoice: Invoice) -> tuple[str, str]:
    """Return the type of reference (QRR, SCOR, NON) and the reference."""
    given = (invoice.payment.reference if invoice.payment else "").replace(" ", "").upper()
    if refs.valid("QRR", given):
        return "QRR", given
    return ("SCOR", given) if given.startswith("RF") and refs.valid("RF", given) else ("NON", "")


def _refusals(invoice: Invoice, totals: Totals) -> Iterator[tuple[str, str]]:
    if not account(invoice):
        yield "payment.transfers", "The QR-bill needs a Swiss or Liechtenstein IBAN."
    if invoice.currency not in CURRENCIES:
        yield "currency", "The QR-bill is in CHF or EUR."
    if invoice.type.is_credit or not 0 < totals.due <= LARGEST:
        yield "lines", "The QR-bill asks for an amount above zero."
    if bool(account(invoice)) and is_qr_account(account(invoice)) != (reference(invoice)[0] == "QRR"):
        yield "payment.reference", "A QR-IBAN goes with a QR reference, and only a QR-IBAN does."
    for path, party in (("seller", invoice.seller), ("buyer", invoice.buyer)):
        if not party.address.postcode or not party.address.city:
            yield f"{path}.address", "The QR-bill needs postcode and town (structured address)."


def slip_findings(invoice: Invoice, totals: Totals) -> tuple[Finding, ...]:
    """Return every reason why an invoice cannot carry a payment part."""
    return tuple(
        Finding("format.qr_bill", path, sentence, source=SOURCE) for path, sentence in _refusals(invoice, totals)
    )


def _fit(text: str, most: int) -> str:
    return _UNKNOWN.sub(".", " ".join(text.split()))[:most]


def _party(party: Party, name: str = "") -> list[str]:
    place = party.address
    street = _fit(" ".join(filter(None, [place.street, place.extra])), STREET)
    return [
        "S",
        _fit(name or party.name, NAME),
        street,
        "",
        _fit(place.postcode, POSTCODE),
        _fit(place.city, TOWN),
        place.country,
    ]


def payload(invoice: Invoice, totals: Totals) -> str:
    """Return the content of the Swiss code, nothing where the invoice cannot carry one."""
    if slip_findings(invoice, totals):
        return ""
    kind, ref = reference(invoice)
    amount = str(decimal_of(totals.due, invoice.currency))
    message = "" if kind == "QRR" else _fit(invoice.number, MESSAGE)
    lines = [
        "SPC", "0200", "1", account(invoice), *_party(invoice.seller), *[""] * 7, amount, invoice.currency,
        *_party(invoice.buyer), kind, ref, message, "EPD",
    ]  # fmt: skip
    return "\n".join(lines)


def code_svg(content: str) -> str:
    """Return the code as SVG of 46 mm with the Swiss cross of 7 mm in its middle."""
    code = segno.make(content, error="m", boost_error=False, micro=False, mode="byte", encoding="utf-8", eci=False)
    out = io.BytesIO()
    code.save(out, kind="svg", border=0, xmldecl=False, svgns=True, dark="#000", omitsize=True)
    side = int(code.symbol_size(border=0)[0])
    middle, unit = side * 500, side * 1000 // 46
    square = _square(middle - unit * 7 // 2, unit * 7, "#fff") + _square(middle - unit * 3, unit * 6, "#000")
    bar = unit * 6 * 6 // 32
    arm = unit * 6 * 20 // 32
    cross = (
        f'<path transform="scale(.001)" fill="#fff" d="M{middle - bar // 2} {middle - arm // 2}h{bar}v{arm}h-{bar}z'
        f'M{middle - arm // 2} {middle - bar // 2}h{arm}v{bar}h-{arm}z"/>'
    )
    return out.getvalue().decode().replace("</svg>", f"{square}{cross}</svg>")


def _square(start: int, side: int, colour: str) -> str:
    return f'<path transform="scale(.001)" fill="{colour}" d="M{start} {start}h{side}v{side}h-{side}z"/>'


def _address(party: Party) -> list[str]:
    _, name, street, _, postcode, town, _ = _party(party)
    return [part for part in (name, street, f"{postcode} {town}") if part]


def slip(invoice: Invoice, totals: Totals) -> dict[str, Any] | None:
    """Return the texts of receipt and payment part, nothing where the invoice cannot carry them."""
    if slip_findings(invoice, totals):
        return None
    names = ("receipt", "part", "account", "reference", "additional", "payer", "currency", "amount", "point", "cut")
    kind, ref = reference(invoice)
    whole, cents = str(decimal_of(totals.due, invoice.currency)).split(".")
    iban = account(invoice)
    return {
        "words": dict(zip(names, WORDS.get(invoice.language[:2], WORDS["en"]), strict=True)),
        "account": [" ".join(iban[start : start + 4] for start in range(0, len(iban), 4)), *_address(invoice.seller)],
        "reference": "" if kind == "NON" else refs.show("QRR" if kind == "QRR" else "RF", ref),
        "message": "" if kind == "QRR" else _fit(invoice.number, MESSAGE),
        "payer": _address(invoice.buyer),
        "currency": invoice.currency,
        "amount": f"{int(whole):,}".replace(",", " ") + f".{cents}",
        "alt": f"QR {invoice.number}",
    }
