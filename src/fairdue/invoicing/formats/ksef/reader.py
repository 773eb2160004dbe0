"""KSeF FA(3) back into the model, by way of the JSON form; the structure is checked first and in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
CATEGORIES = {"0 KR": "Z", "0 WDT": "K", "0 EX": "G", "zw": "E", "oo": "AE", "np I": "O", "np II": "AE"}
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
            filled(number=one.text("NrFaKorygowanej"), day=one.text("DataWystFaKorygowanej"))
            for one in body.all("DaneFaKorygowanej")
        ],
        terms=filled(due=body.text("Platnosc/TerminPlatnosci/Termin")),
        payment=_payment(body.at("Platnosc")),
        exemptions=filled(category="E", reason=body.text("Adnotacje/Zwolnienie/P_19A"))
        if body.text("Adnotacje/Zwolnienie/P_19A")
        else None,
        adjustments=[_adjusted(one, credit=credit) for one in body.all("FaWiersz") if not one.text("P_8B")],
        **_zloty(body),
    )
    if found and "exemptions" in found:
        found["exemptions"] = [found["exemptions"]]
    return {
        **(found or {}),
        "currency": body.text("KodWaluty"),
        "seller": _party(doc.at("Podmiot1")),
        "buyer": _party(doc.at("Podmiot2")),
        "lines": [_line(one, credit=credit) for one in body.all("FaWiersz") if one.text("P_8B")],
    }


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
    kind = CATEGORIES.get(code, "S")
    rate = {} if kind == "O" else {"rate": code if kind == "S" else "0"}
    return {**rate, "category": kind}


def _adjusted(node: Node, *, credit: bool) -> dict[str, Any]:
    amount = _turned(node.text("P_11") or "0", credit=credit)
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
        "price": node.text("P_9A") or "0",
    }


def _payment(node: Node) -> dict[str, Any] | None:
    form = node.text("FormaPlatnosci")
    if not form:
        return None
    accounts = [filled(account=one.text("NrRB"), bic=one.text("SWIFT")) for one in node.all("RachunekBankowy")]
    return {"code": MEANS.get(form, "30"), "transfers": accounts}
