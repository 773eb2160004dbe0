"""Words under which banks head the columns of CSV exports, by our field: in lower case, the likeliest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "date": (
        "date", "booking date", "buchungstag", "buchungsdatum", "date opération", "boekdatum",
        "transaction date", "posting date", "buchung", "datum", "date opération", "date comptable", "data contabile",
        "data operazione", "data operacji", "data księgowania", "fecha operación", "fecha", "fecha contable", "dato",
        "bokföringsdag", "bokføringsdato", "datum transakce", "datum provedení", "abschlussdatum", "data", "valuta",
    ),
    "value_date": (
        "value date", "wertstellung", "valutadatum", "date de valeur", "valuta datum", "wertstellungsdatum", "wert",
        "rentedatum", "data valuta", "fecha valor", "rentedato", "data waluty",
    ),
    "amount": (
        "amount", "betrag", "umsatz", "montant", "bedrag", "importe", "importo", "kwota", "objem", "částka", "belopp",
        "beløp", "összeg",
    ),
    "credit": (
        "credit", "haben", "gutschrift", "crédit", "paid in", "bij", "accrediti", "avere", "entrate", "haber", "abono",
        "inn på konto", "uznania",
    ),
    "debit": (
        "debit", "soll", "lastschrift", "débit", "paid out", "af", "belastung", "addebiti", "dare", "uscite", "debe",
        "cargo", "ut fra konto", "obciążenia",
    ),
    "sign": (
        "af bij", "af/bij", "soll/haben", "s/h", "debit/credit", "credit/debit", "d/c", "c/d",
        "cdtdbtind", "debet/credit",
    ),
    "currency": (
        "currency", "währung", "waehrung", "devise", "munt", "muntsoort", "divisa", "waluta", "měna", "moneda",
    ),
    "name": (
        "payer_name", "payer name", "name", "auftraggeber/empfänger", "beguenstigter/zahlungspflichtiger",
        "zahlungspflichtiger", "counterparty", "tegenpartij", "contrepartie", "name zahlungsbeteiligter", "payer",
        "sender", "counterparty name", "debtor", "auftraggeber", "name auftraggeber", "payer/payee",
        "naam / omschrijving", "naam tegenpartij", "begünstigter / auftraggeber", "partner name", "název protiúčtu",
        "nadawca/odbiorca", "ordinante", "namn",
    ),
    "account": (
        "payer_iban", "payer iban", "iban", "kontonummer/iban", "iban zahlungsbeteiligter", "tegenrekening",
        "counterparty iban", "counterparty account", "iban auftraggeber", "tegenrekening iban/bban", "partner iban",
        "protiúčet",
    ),
    "remittance": (
        "remittance", "verwendungszweck", "description", "libellé", "omschrijving", "mededelingen",
        "reference text", "details", "purpose", "payment details", "remittance information", "narrative", "memo",
        "text", "communication", "payment reference", "buchungstext", "omschrijving-1", "opis operacji", "opis",
        "tytuł",
        "descrizione", "causale", "concepto", "zpráva pro příjemce", "rubrik", "forklaring", "avisierungstext",
        "beschreibung 2", "beschreibung 1", "közlemény",
    ),
    "reference": (
        "payment_ref", "payment ref", "bank reference", "bankreferenz", "reference", "transaction id",
    ),
    "structured": ("structured_reference", "structured reference", "strukturierte referenz"),
    "end_to_end": ("end_to_end_id", "kundenreferenz (end-to-end)", "end to end id"),
    "balance": ("balance", "saldo", "solde", "kontostand", "saldo nach buchung", "running balance", "saldo na trn"),
    "own_account": ("own_account", "auftragskonto", "own iban", "rekening", "iban/bban", "iban auftragskonto"),
}  # fmt: skip
