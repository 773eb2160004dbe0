"""KSeF FA(3) back into the model, by way of the JSON form; the structure is checked first and in full."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from fairdue.core.invoice.formats.ksef import DOMESTIC_REVERSE, FOREIGN_SERVICE, FREE, MARGIN, TAXED
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.formats.ksef.structure import SOURCE, faktura
from fairdue.invoicing.formats.ksef.writer import NAMESPACE
from fairdue.invoicing.formats.structure import structure_findings
from fairdue.invoicing.formats.tree import Node, exchange_rate, filled

if TYPE_CHECKING:
    from lxml import etree

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Invoice

TYPES = {"VAT": "380", "ROZ": "380", "UPR": "380", "ZAL": "386", "KOR": "381", "KOR_ZAL": "381", "KOR_ROZ": "381"}
DAYS, SHARES = re.compile(r"(\d{1,3}) dni"), re.compile(r"(\d{1,2}(?:\.\d+)?) ?%")
CENT = Decimal("0.01")
CATEGORIES = {"0 KR": "Z", "0 WDT": "K", "0 EX": "G", "zw": "E", "oo": "AE", "np I": "O", "np II": "AE"}
PLACES = dict((*FREE.values(), DOMESTIC_REVERSE, FOREIGN_SERVICE)) | {code: f"P_13_{at}" for code, at in TAXED.items()}
"""P_12 code to the sum that it goes into."""
MEANS = {"1": "10", "2": "48", "4": "20", "6": "30"}


def findings(root: etree._Element) -> tuple[Finding, ...]:
    """Return everything in which a document departs from the part of FA(3) that we know."""
    return tuple(structure_findings(root, faktura(), SOURCE))


def read(root: etree._Element) -> tuple[Invoice | None, tuple[Finding, ...]]:
    """Return the invoice, or none and every reason why it cannot be read."""
    wrong = findings(root)
    if wrong:
        return None, wrong
    return from_wire(_wire(Node(root, {"": NAMESPACE})))


def _wire(doc: Node) -> dict[str, Any]:
    body = doc.at("Fa")
    kind = TYPES[body.text("RodzajFaktury")]
    credit = kind == "381"
    if not credit and body.text("Adnotacje/P_17") == "1":
        kind = "389"
    found = filled(
        number=body.text("P_2"),
        issued=body.text("P_1"),
        type=kind,
        notes=[{"text": one.text("Wartosc")} for one in body.all("DodatkowyOpis")],
        references=filled(
            order=body.text("WarunkiTransakcji/Zamowienia/NrZamowienia"),
            contract=body.text("WarunkiTransakcji/Umowy/NrUmowy"),
            despatch=body.text("WZ"),
        ),
        delivery=filled(day=body.text("P_6")),
        period=filled(start=body.text("OkresFa/P_6_Od"), end=body.text("OkresFa/P_6_Do")),
        preceding=[
            filled(
                number=one.text("NrFaKorygowanej"),
                day=one.text("DataWystFaKorygowanej"),
                cleared=one.text("NrKSeFFaKorygowanej"),
            )
            for one in body.all("DaneFaKorygowanej")
        ],
        advances=_advances(body),
        ordered=[_ordered(one) for one in body.all("Zamowienie/ZamowienieWiersz")],
        prepaid=_paid(body),
        terms=filled(due=body.text("Platnosc/TerminPlatnosci/Termin"), early=_early(body.at("Platnosc/Skonto"))),
        payment=_payment(body.at("Platnosc")),
        exemptions=_exemptions(body.at("Adnotacje")),
        adjustments=[_adjusted(one, credit=credit) for one in body.all("FaWiersz") if not one.text("P_8B")],
        **_zloty(body),
    )
    return {
        **(found or {}),
        "currency": body.text("KodWaluty"),
        "seller": _party(doc.at("Podmiot1")),
        "buyer": _party(doc.at("Podmiot2")),
        "lines": [_line(one, credit=credit) for one in body.all("FaWiersz") if one.text("P_8B")],
    }


def _exemptions(notes: Node) -> list[dict[str, Any]]:
    """Return why no tax is shown: the article of an exemption, or the margin scheme."""
    scheme = next((code for code, at in MARGIN.items() if notes.text(f"PMarzy/P_PMarzy_{at}")), "")
    if scheme:
        return [{"category": "E", "code": scheme}]
    reason = notes.text("Zwolnienie/P_19A")
    return [{"category": "E", "reason": reason}] if reason else []


def _advances(body: Node) -> list[dict[str, Any]]:
    """Return the advance invoices that a settling invoice names; what they come to together stands with the first.

    The document has their numbers, its rows in full and its sums without them: each on its own is not in it.
    """
    found: list[dict[str, Any]] = [
        {
            "number": one.text("NrFaZaliczkowej") or one.text("NrKSeFFaZaliczkowej"), "rows": [],
            **(filled(cleared=one.text("NrKSeFFaZaliczkowej")) or {}),
        }
        for one in body.all("FakturaZaliczkowa")
    ]  # fmt: skip
    if found:
        found[0]["rows"] = [_before(body, code, net) for code, net in _nets(body).items()]
    return found


def _nets(body: Node) -> dict[str, Decimal]:
    """Return the net of all rows of a document by their P_12 code."""
    found: dict[str, Decimal] = {}
    for row in body.all("FaWiersz"):
        code = row.text("P_12")
        found[code] = found.get(code, Decimal(0)) + Decimal(row.text("P_11") or "0")
    return found


def _before(body: Node, code: str, net: Decimal) -> dict[str, Any]:
    """Return net and tax of one code that earlier invoices asked for: those of the rows less those of the sums."""
    kind = CATEGORIES.get(code, "S")
    tax = (net * Decimal(code) / 100).quantize(CENT, ROUND_HALF_UP) if kind == "S" else Decimal(0)
    left, tax_left = (Decimal(body.text(name) or "0") for name in (PLACES[code], PLACES[code].replace("P_13", "P_14")))
    rate = {} if kind == "O" else {"rate": code if kind == "S" else "0"}
    return {"category": kind, "basis": str(net - left), "tax": str(tax - tax_left if kind == "S" else tax), **rate}


def _paid(body: Node) -> str:
    """Return what was paid before: by the advance invoices, and what the document deducts beyond them."""
    paid = Decimal(body.text("Rozliczenie/SumaOdliczen") or "0")
    for one in _advances(body):
        paid += sum((Decimal(row["basis"]) + Decimal(row["tax"]) for row in one["rows"]), Decimal(0))
    return str(paid) if paid else ""


def _party(node: Node) -> dict[str, Any]:
    data, place, contact = node.at("DaneIdentyfikacyjne"), node.at("Adres"), node.at("DaneKontaktowe")
    nip, union = data.text("NIP"), data.text("NrVatUE")
    vat = f"PL{nip}" if nip else data.text("KodUE") + union if union else data.text("NrID")
    own = node.text("NrKlienta")
    found = filled(
        vat_id=vat,
        identifiers=[{"value": own}] if own else [],
        contact=filled(phone=contact.text("Telefon"), email=contact.text("Email")),
    )
    address = filled(street=place.text("AdresL1"), city=place.text("AdresL2"))
    country = place.text("KodKraju") or ("PL" if nip else "")
    return {**(found or {}), "name": data.text("Nazwa"), "address": {**(address or {}), "country": country}}


def _turned(text: str, *, credit: bool) -> str:
    """Return an amount of a correction with its sign turned, as the model counts credit notes."""
    if not credit or not text.strip("0."):
        return text
    return text[1:] if text.startswith("-") else f"-{text}"


def _zloty(body: Node) -> dict[str, str]:
    """Return the tax currency and the rate that follows from the tax stated in both currencies."""
    for place in range(1, 5):
        tax, local = body.text(f"P_14_{place}"), body.text(f"P_14_{place}W")
        if local and tax:
            rate = exchange_rate({"PLN": local, body.text("KodWaluty"): tax}, body.text("KodWaluty"), "PLN")
            return {"tax_currency": "PLN", "tax_rate_of_exchange": rate}
    return {}


def _tax(node: Node) -> dict[str, str]:
    code = node.text("P_12")
    kind = CATEGORIES.get(code, "S") if code else "E"
    rate = {} if kind == "O" else {"rate": code if kind == "S" else "0"}
    return {**rate, "category": kind}


def _ordered(node: Node) -> dict[str, Any]:
    """Return a line of the order that an advance invoice is for."""
    code = node.text("P_12Z")
    kind = CATEGORIES.get(code, "S")
    rate = {} if kind == "O" else {"rate": code if kind == "S" else "0"}
    found = filled(seller_item=node.text("IndeksZ"))
    return {
        **(found or {}),
        **rate,
        "category": kind,
        "id": node.text("NrWierszaZam"),
        "name": node.text("P_7Z"),
        "quantity": node.text("P_8BZ") or "1",
        "unit": node.text("P_8AZ") or "C62",
        "price": node.text("P_9AZ") or "0",
    }


def _adjusted(node: Node, *, credit: bool) -> dict[str, Any]:
    amount = _turned(node.text("P_11") or node.text("P_11A") or "0", credit=credit)
    sign = {} if amount.startswith("-") else {"charge": True}
    return {**_tax(node), **sign, "amount": amount.lstrip("-"), "reason": node.text("P_7")}


def _line(node: Node, *, credit: bool) -> dict[str, Any]:
    quantity = node.text("P_8B")
    gtin = node.text("GTIN")
    found = filled(seller_item=node.text("Indeks"), standard_item=filled(value=gtin, scheme="0160" if gtin else ""))
    return {
        **(found or {}),
        **_tax(node),
        "id": node.text("NrWierszaFa"),
        "name": node.text("P_7"),
        "quantity": _turned(quantity, credit=credit),
        "unit": node.text("P_8A") or "C62",
        "price": node.text("P_9A") or node.text("P_9B") or "0",
    }


def _early(node: Node) -> list[dict[str, Any]]:
    """Return early-payment discounts as they are written here; what others write in words is left out."""
    days = DAYS.findall(node.text("WarunkiSkonta"))
    shares = SHARES.findall(node.text("WysokoscSkonta"))
    if len(days) != len(shares):
        return []
    return [{"percent": share, "days": int(day)} for day, share in zip(days, shares, strict=True)]


def _payment(node: Node) -> dict[str, Any] | None:
    form = node.text("FormaPlatnosci")
    if not form:
        return None
    accounts = [filled(account=one.text("NrRB"), bic=one.text("SWIFT")) for one in node.all("RachunekBankowy")]
    return {"code": MEANS.get(form, "30"), "transfers": accounts}
