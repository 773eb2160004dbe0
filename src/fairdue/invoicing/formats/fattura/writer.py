"""FatturaPA 1.2.2 (FPR12, FPA12): the invoice as the Italian exchange system takes it.

Source: Agenzia delle Entrate, Specifiche tecniche 1.8. Allowances and charges become lines of their own
(TipoCessionePrestazione SC, AC), so that lines and summary add up to the cent.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, RefusedError, Severity
from fairdue.core.invoice.categories import exemption
from fairdue.core.invoice.formats.fattura import CENT, SOURCE, fattura_findings, fiscal_code
from fairdue.core.invoice.model import DocumentType, VatCategory
from fairdue.core.invoice.totals import percent_of
from fairdue.core.money import decimal_of
from fairdue.invoicing.formats.fattura import codes
from fairdue.invoicing.formats.fattura.related import ascii_only, contract, despatches, orders, reference
from fairdue.invoicing.formats.xml import HEADER, day, group, leaf

if TYPE_CHECKING:
    from fairdue.core.invoice.model import Adjustment, Invoice, Line
    from fairdue.core.invoice.parties import Address, Party
    from fairdue.core.invoice.totals import Totals, VatLine

NAMESPACE = "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2"
LATIN_END = 0x100
SHORTEST_PHONE = 5
NO_NUMBER = "0000000"
"""The identifier of a foreign buyer without a tax number: SdI wants one of every buyer (error 00417)."""
CAUSE = 200
_PLAIN = re.compile(r"[^A-Za-z0-9]")


def latin(text: str, most: int) -> str:
    """Return `text` in Latin-1 on one line, `most` characters at most; what has no letter there is a question mark."""
    text = " ".join(text.split())
    if any(ord(char) >= LATIN_END for char in text):
        kept = (char if ord(char) < LATIN_END else _base(char) for char in text)
        text = "".join(kept)
    return text[:most]


def _base(char: str) -> str:
    plain = "".join(one for one in unicodedata.normalize("NFKD", char) if ord(one) < LATIN_END)
    return plain or {"\u0141": "L", "\u0142": "l", "\u0110": "D", "\u0111": "d", "\u20ac": "EUR", "\u2019": "'"}.get(
        char, "?"
    )


def decimal(value: Decimal) -> str:
    """Return a quantity or price with two to eight decimals."""
    exact = value.quantize(Decimal("1e-8"))
    whole, _, part = format(exact, "f").partition(".")
    return f"{whole}.{part.rstrip('0').ljust(2, '0')}"


def write(invoice: Invoice, totals: Totals) -> tuple[bytes, tuple[Finding, ...]]:
    """Return the document and what was changed to write it; refuses what it cannot carry."""
    refused = tuple(fattura_findings(invoice, totals))
    if refused:
        raise RefusedError(*refused)
    office = _endpoint(invoice, codes.OFFICE)
    version = "FPA12" if office else "FPR12"
    body = group(
        "FatturaElettronicaBody", _general(invoice, totals), _goods(invoice, totals), _payment(invoice, totals)
    )
    text = (
        f'{HEADER}<p:FatturaElettronica versione="{version}" xmlns:p="{NAMESPACE}">'
        f"{_header(invoice, version)}{body}</p:FatturaElettronica>\n"
    )
    return text.encode(), _changed(invoice)


def _changed(invoice: Invoice) -> tuple[Finding, ...]:
    texts = [("buyer.name", invoice.buyer.name), ("seller.name", invoice.seller.name)]
    texts += [(f"lines[{index}].name", line.name) for index, line in enumerate(invoice.lines)]
    return tuple(
        Finding(
            "format.latin",
            path,
            f"{text!r} is written in Latin letters: {latin(text, 80)!r}.",
            Severity.WARNING,
            SOURCE,
        )
        for path, text in texts
        if any(ord(char) >= LATIN_END for char in text)
    )


def _endpoint(invoice: Invoice, scheme: str) -> str:
    given = invoice.buyer.endpoint
    return given.value if given and given.scheme == scheme else ""


def progressive(number: str) -> str:
    """Return the ProgressivoInvio of a document: its number without signs, or a digest where that is too long."""
    plain = _PLAIN.sub("", number)
    return plain if 0 < len(plain) <= 10 else hashlib.sha256(number.encode()).hexdigest()[:10].upper()  # noqa: PLR2004 - field 1.1.2


def _header(invoice: Invoice, version: str) -> str:
    abroad = invoice.buyer.address.country != "IT"
    code = _endpoint(invoice, codes.OFFICE) or _endpoint(invoice, codes.CODE)
    seller = invoice.seller
    return group(
        "FatturaElettronicaHeader",
        group(
            "DatiTrasmissione",
            group("IdTrasmittente", leaf("IdPaese", seller.vat_id[:2]), leaf("IdCodice", seller.vat_id[2:])),
            leaf("ProgressivoInvio", progressive(invoice.number)),
            leaf("FormatoTrasmissione", version),
            leaf("CodiceDestinatario", code or (codes.ABROAD if abroad else codes.NO_CODE)),
            leaf("PECDestinatario", _endpoint(invoice, codes.PEC)),
        ),
        group(
            "CedentePrestatore",
            _master(seller, leaf("RegimeFiscale", codes.regime(invoice))),
            _place(seller.address),
            _contact(seller),
        ),
        group("CessionarioCommittente", _master(invoice.buyer), _place(invoice.buyer.address)),
        leaf("SoggettoEmittente", "CC" if invoice.type is DocumentType.SELF_BILLED else ""),
    )


def _master(party: Party, *more: str) -> str:
    country, number = party.vat_id[:2], party.vat_id[2:]
    if not number and party.address.country != "IT":
        country, number = party.address.country, NO_NUMBER
    return group(
        "DatiAnagrafici",
        group("IdFiscaleIVA", leaf("IdPaese", country), leaf("IdCodice", number)) if number else "",
        leaf("CodiceFiscale", fiscal_code(party)),
        group("Anagrafica", leaf("Denominazione", latin(party.name, 80))),
        *more,
    )


def _place(address: Address) -> str:
    home = address.country == "IT"
    province = address.subdivision.removeprefix("IT-")
    return group(
        "Sede",
        leaf("Indirizzo", latin(" ".join(filter(None, [address.street, address.extra, address.third])), 60)),
        leaf("CAP", address.postcode if home else "00000"),
        leaf("Comune", latin(address.city if home else f"{address.postcode} {address.city}".strip(), 60)),
        leaf("Provincia", province if home and re.fullmatch("[A-Z]{2}", province) else ""),
        leaf("Nazione", address.country),
    )


def _contact(seller: Party) -> str:
    contact = seller.contact
    phone = _PLAIN.sub("", contact.phone)[:12] if contact else ""
    return (
        group("Contatti", leaf("Telefono", phone if len(phone) >= SHORTEST_PHONE else ""), leaf("Email", contact.email))
        if contact
        else ""
    )


def _general(invoice: Invoice, totals: Totals) -> str:
    kind = (
        codes.DEFERRED
        if invoice.type is DocumentType.INVOICE
        and (invoice.references.despatch or any(line.despatch for line in invoice.lines))
        else codes.KINDS[invoice.type.usual]
    )
    given = invoice.references
    causes = [latin(note.text, 10_000) for note in invoice.notes]
    return group(
        "DatiGenerali",
        group(
            "DatiGeneraliDocumento",
            leaf("TipoDocumento", kind),
            leaf("Divisa", invoice.currency),
            leaf("Data", day(invoice.issued)),
            leaf("Numero", invoice.number),
            leaf("ImportoTotaleDocumento", _cents(totals.gross, invoice)),
            *(
                leaf("Causale", cause[start : start + CAUSE])
                for cause in causes
                for start in range(0, len(cause), CAUSE)
            ),
        ),
        *orders(invoice),
        contract(invoice),
        reference("DatiRicezione", given.receipt),
        *(reference("DatiFattureCollegate", one.number, day(one.day)) for one in invoice.preceding),
        *despatches(invoice),
    )


def _cents(minor: int, invoice: Invoice) -> str:
    return format(decimal_of(minor, invoice.currency).quantize(CENT), "f")


def _rate(rate: Decimal | None) -> str:
    return format((rate or Decimal(0)).quantize(CENT), "f")


def _goods(invoice: Invoice, totals: Totals) -> str:
    rows: list[str] = []
    for line, net in zip(invoice.lines, totals.lines, strict=True):
        own = net + sum(item.amount * (-1 if item.charge else 1) for item in line.adjustments)
        rows.append(_line(invoice, line, own, len(rows) + 1))
        rows += [
            _adjusted(invoice, item, line.category, line.rate, len(rows) + 1 + place)
            for place, item in enumerate(line.adjustments)
        ]
    rows += [
        _adjusted(invoice, item, item.category, item.rate, len(rows) + 1 + place)
        for place, item in enumerate(invoice.adjustments)
    ]
    return group("DatiBeniServizi", *rows, *(_summary(invoice, index, totals) for index in range(len(totals.vat))))


def _line(invoice: Invoice, line: Line, net: int, number: int) -> str:
    price = line.price / line.price_quantity
    sign = -1 if line.quantity < 0 else 1
    period = line.period
    words = ". ".join(filter(None, [line.name, line.description, line.note]))
    codes_ = [("SELLER", line.seller_item), ("BUYER", line.buyer_item)]
    if line.standard_item:
        codes_.append(
            ("EAN" if line.standard_item.scheme == "0160" else line.standard_item.scheme, line.standard_item.value)
        )
    return group(
        "DettaglioLinee",
        leaf("NumeroLinea", str(number)),
        *(
            group("CodiceArticolo", leaf("CodiceTipo", kind), leaf("CodiceValore", value[:35]))
            for kind, value in codes_
            if value.strip()
        ),
        leaf("Descrizione", latin(words, 1000)),
        leaf("Quantita", decimal(abs(line.quantity))),
        leaf("UnitaMisura", ascii_only(line.unit, 10)),
        leaf("DataInizioPeriodo", day(period.start)) if period else "",
        leaf("DataFinePeriodo", day(period.end)) if period else "",
        leaf("PrezzoUnitario", decimal(price * sign)),
        leaf("PrezzoTotale", _cents(net, invoice)),
        leaf("AliquotaIVA", _rate(line.rate)),
        leaf("Natura", codes.nature(invoice, line.category)),
    )


def _adjusted(invoice: Invoice, item: Adjustment, category: object, rate: Decimal | None, number: int) -> str:
    amount = _cents(item.amount if item.charge else -item.amount, invoice)
    return group(
        "DettaglioLinee",
        leaf("NumeroLinea", str(number)),
        leaf("TipoCessionePrestazione", "AC" if item.charge else "SC"),
        leaf("Descrizione", latin(item.reason or item.reason_code or "-", 1000)),
        leaf("PrezzoUnitario", amount),
        leaf("PrezzoTotale", amount),
        leaf("AliquotaIVA", _rate(rate)),
        leaf("Natura", codes.nature(invoice, category) if category else ""),  # type: ignore[arg-type]  # a category of the model
    )


def _payable(invoice: Invoice, row: VatLine) -> str:
    """Return when and by whom the tax is paid: on payment (D), by the buyer itself (S), at once (I)."""
    if row.category is VatCategory.SPLIT:
        return "S"
    return "D" if invoice.tax_point_code == "72" else "I"


def _summary(invoice: Invoice, index: int, totals: Totals) -> str:
    row = totals.vat[index]
    why = exemption(invoice, row.category)
    return group(
        "DatiRiepilogo",
        leaf("AliquotaIVA", _rate(row.rate)),
        leaf("Natura", codes.nature(invoice, row.category)),
        leaf("ImponibileImporto", _cents(row.basis, invoice)),
        leaf("Imposta", _cents(row.tax, invoice)),
        leaf("EsigibilitaIVA", _payable(invoice, row) if row.tax else ""),
        leaf("RiferimentoNormativo", latin(why.reason or why.code, 100) if why else ""),
    )


def _discount(invoice: Invoice, totals: Totals) -> tuple[str, ...]:
    """Return the first early-payment discount, as an amount and the last day of it; there is room for one."""
    if not invoice.terms.early or invoice.issued is None:
        return ()
    one = invoice.terms.early[0]
    amount = _cents(percent_of(totals.payable, one.percent), invoice)
    return (
        leaf("ScontoPagamentoAnticipato", amount),
        leaf("DataLimitePagamentoAnticipato", day(invoice.issued + timedelta(days=one.days))),
    )


def _payment(invoice: Invoice, totals: Totals) -> str:
    means = invoice.payment
    if means is None or totals.payable <= 0:
        return ""
    transfer = means.transfers[0] if means.transfers else None
    account = transfer.account.replace(" ", "").upper() if transfer else ""
    return group(
        "DatiPagamento",
        leaf("CondizioniPagamento", "TP02"),
        group(
            "DettaglioPagamento",
            leaf("Beneficiario", latin(invoice.payee.name if invoice.payee else "", 200)),
            leaf("ModalitaPagamento", codes.PAYMENTS.get(means.code, codes.OTHER_PAYMENT)),
            leaf("DataScadenzaPagamento", day(invoice.terms.due)),
            leaf("ImportoPagamento", _cents(totals.payable, invoice)),
            leaf("IBAN", account if re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", account) else ""),
            leaf("BIC", transfer.bic if transfer else ""),
            *_discount(invoice, totals),
            leaf("CodicePagamento", ascii_only(means.reference, 60)),
        ),
    )
