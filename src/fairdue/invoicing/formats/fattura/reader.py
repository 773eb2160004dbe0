"""FatturaPA back into the model, by way of the JSON form; the structure is checked first and in full."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fairdue.core.findings import Finding
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.formats.fattura import codes
from fairdue.invoicing.formats.fattura.structure import SOURCE, fattura
from fairdue.invoicing.formats.structure import structure_findings
from fairdue.invoicing.formats.tree import Node, filled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from fairdue.core.invoice.model import Invoice

TYPES = {"TD01": "380", "TD02": "386", "TD03": "386", "TD04": "381", "TD24": "380", "TD25": "380"}

LINES = "DatiBeniServizi/DettaglioLinee"


def findings(root: etree._Element) -> tuple[Finding, ...]:
    """Return everything in which a document departs from the structure of FatturaPA."""
    return (*structure_findings(root, fattura(), SOURCE), *_choices(root))


def _choices(root: etree._Element) -> Iterator[Finding]:
    for node in root.iter("Anagrafica"):
        named = node.find("Denominazione") is not None
        person = node.find("Nome") is not None and node.find("Cognome") is not None
        if named == person:
            sentence = "A party is named by Denominazione, or by Nome and Cognome."
            yield Finding("format.structure", "Anagrafica", sentence, source=SOURCE)
    for node in root.iter("DettaglioLinee", "DatiRiepilogo"):
        taxed = codes.float_free(node.findtext("AliquotaIVA") or "")
        if taxed == (node.find("Natura") is not None):
            sentence = "Natura stands where the rate is 0.00, and only there."
            yield Finding("format.nature", node.tag, sentence, source=f"{SOURCE}, errors 00400, 00401")


def read(root: etree._Element) -> tuple[Invoice | None, tuple[Finding, ...]]:
    """Return the invoice of the first body, or none and every reason why it cannot be read."""
    wrong = findings(root)
    if wrong:
        return None, wrong
    return from_wire(_wire(Node(root, {})))


def _wire(doc: Node) -> dict[str, Any]:
    head, body = doc.at("FatturaElettronicaHeader"), doc.at("FatturaElettronicaBody")
    general = body.at("DatiGenerali/DatiGeneraliDocumento")
    kind = TYPES.get(general.text("TipoDocumento"), "380")
    if head.text("SoggettoEmittente") == "CC":
        kind = "389"
    related = body.at("DatiGenerali")
    found = filled(
        number=general.text("Numero"),
        issued=general.text("Data")[:10],
        type=kind,
        notes=[{"text": one.value} for one in general.all("Causale")],
        references=filled(
            order=_whole(related, "DatiOrdineAcquisto").text("IdDocumento"),
            contract=related.text("DatiContratto/IdDocumento"),
            tender=_code(related, "CodiceCIG"),
            project=_code(related, "CodiceCUP"),
            receipt=related.text("DatiRicezione/IdDocumento"),
            despatch=_whole(related, "DatiDDT").text("NumeroDDT"),
        ),
        delivery=filled(day=_whole(related, "DatiDDT").text("DataDDT")[:10]),
        preceding=[
            filled(number=one.text("IdDocumento"), day=one.text("Data")[:10])
            for one in related.all("DatiFattureCollegate")
        ],
        payment=_payment(body.at("DatiPagamento/DettaglioPagamento")),
        terms=filled(
            due=body.text("DatiPagamento/DettaglioPagamento/DataScadenzaPagamento")[:10],
            early=_early(body.at("DatiPagamento/DettaglioPagamento"), general.text("Data")[:10]),
        ),
        exemptions=_exemptions(body),
        adjustments=_split([_adjusted(one) for one in body.all(LINES) if _aside(one)], body),
    )
    return {
        **(found or {}),
        "currency": general.text("Divisa"),
        "seller": _party(head.at("CedentePrestatore"), {}),
        "buyer": _party(head.at("CessionarioCommittente"), _endpoint(head.at("DatiTrasmissione"))),
        "lines": _split([_line(one) | _documents(one, related) for one in body.all(LINES) if not _aside(one)], body),
    }


def _code(related: Node, name: str) -> str:
    """Return the first code of public procurement among orders, contracts and conventions."""
    kinds = ("DatiOrdineAcquisto", "DatiContratto", "DatiConvenzione")
    return next((code for kind in kinds for one in related.all(kind) if (code := one.text(name))), "")


def _whole(related: Node, name: str) -> Node:
    """Return the first document of a kind that is for the whole invoice, not for some of its lines."""
    return next((one for one in related.all(name) if not one.text("RiferimentoNumeroLinea")), Node(None, {}))


def _documents(line: Node, related: Node) -> dict[str, Any]:
    """Return the order and the delivery note that name a line."""
    kinds = (("order", "DatiOrdineAcquisto", "IdDocumento", "Data"), ("despatch", "DatiDDT", "NumeroDDT", "DataDDT"))
    return {
        field: filled(number=one.text(number), day=one.text(date)[:10])
        for field, name, number, date in kinds
        for one in related.all(name)
        if line.text("NumeroLinea") in {place.value for place in one.all("RiferimentoNumeroLinea")}
    }


def _split(found: list[dict[str, Any]], body: Node) -> list[dict[str, Any]]:
    """Return lines or adjustments with their tax under split payment (B) where the summary says so (S)."""
    if all(one.text("EsigibilitaIVA") != "S" for one in body.all("DatiBeniServizi/DatiRiepilogo")):
        return found
    return [{**one, "category": "B"} if one["category"] == "S" else one for one in found]


def _endpoint(node: Node) -> dict[str, Any]:
    code, pec = node.text("CodiceDestinatario"), node.text("PECDestinatario")
    if pec:
        return {"endpoint": {"value": pec, "scheme": codes.PEC}}
    if code in {codes.ABROAD, codes.NO_CODE}:
        return {}
    scheme = codes.OFFICE if node.text("FormatoTrasmissione") == "FPA12" else codes.CODE
    return {"endpoint": {"value": code, "scheme": scheme}}


def _party(node: Node, more: dict[str, Any]) -> dict[str, Any]:
    data, place, contact = node.at("DatiAnagrafici"), node.at("Sede"), node.at("Contatti")
    person = f"{data.text('Anagrafica/Nome')} {data.text('Anagrafica/Cognome')}".strip()
    fiscal = data.text("CodiceFiscale")
    country = place.text("Nazione")
    address = filled(
        street=" ".join(filter(None, [place.text("Indirizzo"), place.text("NumeroCivico")])),
        postcode=place.text("CAP") if country == "IT" else "",
        city=place.text("Comune"),
        subdivision=place.text("Provincia"),
    )
    found = filled(
        vat_id=data.text("IdFiscaleIVA/IdPaese") + data.text("IdFiscaleIVA/IdCodice"),
        identifiers=[{"value": fiscal, "scheme": "0210"}] if fiscal else [],
        contact=filled(phone=contact.text("Telefono"), email=contact.text("Email")),
    )
    name = data.text("Anagrafica/Denominazione") or person
    return {**(found or {}), **more, "name": name, "address": {**(address or {}), "country": country}}


def _line(node: Node) -> dict[str, Any]:
    nature = node.text("Natura")
    rate = node.text("AliquotaIVA")
    items = {one.text("CodiceTipo"): one.text("CodiceValore") for one in node.all("CodiceArticolo")}
    found = filled(
        period=filled(start=node.text("DataInizioPeriodo")[:10], end=node.text("DataFinePeriodo")[:10]),
        seller_item=items.get("SELLER", ""),
        buyer_item=items.get("BUYER", ""),
        standard_item=filled(value=items.get("EAN", ""), scheme="0160" if "EAN" in items else ""),
        adjustments=_discounts(node),
    )
    kind = codes.category(rate, nature)
    tax = {} if kind == "O" else {"rate": rate}
    return {
        **(found or {}),
        **tax,
        "id": node.text("NumeroLinea"),
        "name": node.text("Descrizione"),
        "quantity": node.text("Quantita") or "1",
        "unit": node.text("UnitaMisura") or "C62",
        "price": node.text("PrezzoUnitario"),
        "category": kind,
    }


def _aside(node: Node) -> bool:
    """Tell whether a line is an allowance or a charge of the whole document."""
    return bool(node.text("TipoCessionePrestazione")) and not node.text("Quantita")


def _adjusted(node: Node) -> dict[str, Any]:
    amount, rate = node.text("PrezzoTotale"), node.text("AliquotaIVA")
    kind = codes.category(rate, node.text("Natura"))
    tax = {} if kind == "O" else {"rate": rate}
    sign = {"charge": True} if not amount.startswith("-") else {}
    return {**tax, **sign, "amount": amount.lstrip("-"), "reason": node.text("Descrizione"), "category": kind}


def _discounts(node: Node) -> list[dict[str, Any]]:
    """Return the difference between price by quantity and the stated total, where discounts are given."""
    if not any(node.all("ScontoMaggiorazione")):
        return []
    plain = Decimal(node.text("PrezzoUnitario")) * Decimal(node.text("Quantita") or "1")
    change = (Decimal(node.text("PrezzoTotale")) - plain).quantize(Decimal("0.01"))
    return [{"amount": format(abs(change), "f"), "charge": change > 0, "reason": "Sconto"}] if change else []


def _exemptions(body: Node) -> list[dict[str, Any]]:
    rows = [
        (codes.category(one.text("AliquotaIVA"), one.text("Natura")), one.text("RiferimentoNormativo"))
        for one in body.all("DatiBeniServizi/DatiRiepilogo")
        if one.text("Natura")
    ]
    return [{"category": kind, "reason": reason} for kind, reason in rows if reason]


def _early(node: Node, issued: str) -> list[dict[str, Any]]:
    """Return the early-payment discount in percent of the payment, to two decimals, and its days."""
    off, whole = (Decimal(node.text(name) or "0") for name in ("ScontoPagamentoAnticipato", "ImportoPagamento"))
    until = node.text("DataLimitePagamentoAnticipato")[:10]
    try:
        days = (date.fromisoformat(until) - date.fromisoformat(issued)).days
    except ValueError:
        return []
    if not 0 < off < whole or days < 0:
        return []
    return [{"percent": str((off * 100 / whole).quantize(Decimal("0.01"))), "days": days}]


def _payment(node: Node) -> dict[str, Any] | None:
    if not node:
        return None
    account = filled(account=node.text("IBAN"), bic=node.text("BIC"))
    means = codes.MEANS.get(node.text("ModalitaPagamento"), codes.OTHER_MEANS)
    found = filled(reference=node.text("CodicePagamento"), transfers=[account] if account else [])
    return {**(found or {}), "code": means}
