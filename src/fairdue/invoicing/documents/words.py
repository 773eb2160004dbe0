"""The words, numbers and dates of a document in its language; English stands in for other languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

ENGLISH = {
    "380": "Invoice",
    "381": "Credit note",
    "384": "Corrected invoice",
    "draft": "Draft, not a valid invoice",
    "number": "Number",
    "issued": "Date",
    "due": "Due",
    "supplied": "Supplied",
    "period": "Period",
    "buyer_number": "Customer no.",
    "buyer_vat": "Your VAT ID",
    "seller_vat": "Our VAT ID",
    "tax_number": "Tax number",
    "order": "Your order",
    "buyer_reference": "Your reference",
    "contract": "Contract",
    "project": "Project",
    "preceding": "Amends",
    "contact": "Contact",
    "pos": "No.",
    "item": "Description",
    "quantity": "Quantity",
    "price": "Unit price",
    "per": "per",
    "vat": "VAT",
    "net": "Net",
    "line_sum": "Sum of lines",
    "subtotal": "Total without VAT",
    "tax_on": "VAT {rate} % on {basis}",
    "tax_free_on": "{label} on {basis}",
    "total": "Total",
    "credit_total": "Credit amount",
    "prepaid": "Paid already",
    "rounding": "Rounding",
    "amount_due": "Amount due",
    "tax_in": "VAT in {currency}",
    "rate_of_exchange": "1 {currency} = {rate} {other}",
    "payment": "Payment",
    "pay_by": "Please pay {amount} by {due}, quoting {number}.",
    "pay_now": "Please pay {amount} now, quoting {number}.",
    "debit": "We collect {amount} by direct debit with mandate {mandate} on or after {due}.",
    "credited": "We credit this amount to your account.",
    "discount": "{percent} % discount for payment within {days} days, by {until}.",
    "discount_days": "{percent} % discount for payment within {days} days.",
    "account": "IBAN",
    "bic": "BIC",
    "holder": "Account holder",
    "reference": "Reference",
    "scan": "Scan to pay",
    "page": "Page",
    "of": "of",
    "origin": "Origin",
    "article": "Article",
    "payee": "Payable to",
    "representative": "Tax representative",
    "delivered_to": "Delivered to",
}
GERMAN = {
    "380": "Rechnung",
    "381": "Gutschrift (Rechnungskorrektur)",
    "384": "Korrigierte Rechnung",
    "draft": "Entwurf, keine gültige Rechnung",
    "number": "Nummer",
    "issued": "Datum",
    "due": "Fällig",
    "supplied": "Geliefert",
    "period": "Zeitraum",
    "buyer_number": "Kunden-Nr.",
    "buyer_vat": "Ihre USt-IdNr.",
    "seller_vat": "Unsere USt-IdNr.",
    "tax_number": "Steuernummer",
    "order": "Ihre Bestellung",
    "buyer_reference": "Ihr Zeichen",
    "contract": "Vertrag",
    "project": "Projekt",
    "preceding": "Zu Rechnung",
    "contact": "Ansprechpartner",
    "pos": "Pos.",
    "item": "Bezeichnung",
    "quantity": "Menge",
    "price": "Einzelpreis",
    "per": "je",
    "vat": "USt",
    "net": "Netto",
    "line_sum": "Summe der Positionen",
    "subtotal": "Nettobetrag",
    "tax_on": "{rate} % USt auf {basis}",
    "tax_free_on": "{label} auf {basis}",
    "total": "Rechnungsbetrag",
    "credit_total": "Gutschriftsbetrag",
    "prepaid": "Bereits gezahlt",
    "rounding": "Rundung",
    "amount_due": "Zahlbetrag",
    "tax_in": "USt in {currency}",
    "rate_of_exchange": "1 {currency} = {rate} {other}",
    "payment": "Zahlung",
    "pay_by": "Bitte zahlen Sie {amount} bis zum {due} unter Angabe von {number}.",
    "pay_now": "Bitte zahlen Sie {amount} sofort unter Angabe von {number}.",
    "debit": "Wir ziehen {amount} ab dem {due} mit dem Mandat {mandate} per Lastschrift ein.",
    "credited": "Wir schreiben diesen Betrag Ihrem Konto gut.",
    "discount": "{percent} % Skonto bei Zahlung innerhalb von {days} Tagen, bis zum {until}.",
    "discount_days": "{percent} % Skonto bei Zahlung innerhalb von {days} Tagen.",
    "account": "IBAN",
    "bic": "BIC",
    "holder": "Kontoinhaber",
    "reference": "Verwendungszweck",
    "scan": "Zum Zahlen scannen",
    "page": "Seite",
    "of": "von",
    "origin": "Ursprung",
    "article": "Artikel",
    "payee": "Zahlbar an",
    "representative": "Fiskalvertreter",
    "delivered_to": "Geliefert an",
}
FRENCH = {
    "380": "Facture",
    "381": "Avoir",
    "384": "Facture rectificative",
    "draft": "Projet, sans valeur de facture",
    "number": "Numéro",
    "issued": "Date",
    "due": "Échéance",
    "supplied": "Livraison",
    "period": "Période",
    "buyer_number": "N° client",
    "buyer_vat": "Votre n° TVA",
    "seller_vat": "Notre n° TVA",
    "tax_number": "N° fiscal",
    "order": "Votre commande",
    "buyer_reference": "Votre référence",
    "contract": "Contrat",
    "project": "Projet",
    "preceding": "Rectifie",
    "contact": "Contact",
    "pos": "N°",
    "item": "Désignation",
    "quantity": "Quantité",
    "price": "Prix unitaire",
    "per": "par",
    "vat": "TVA",
    "net": "Net",
    "line_sum": "Total des lignes",
    "subtotal": "Total HT",
    "tax_on": "TVA {rate} % sur {basis}",
    "tax_free_on": "{label} sur {basis}",
    "total": "Total TTC",
    "credit_total": "Montant de l\u2019avoir",
    "prepaid": "Déjà réglé",
    "rounding": "Arrondi",
    "amount_due": "Net à payer",
    "tax_in": "TVA en {currency}",
    "rate_of_exchange": "1 {currency} = {rate} {other}",
    "payment": "Règlement",
    "pay_by": "Merci de régler {amount} avant le {due} en rappelant {number}.",
    "pay_now": "Merci de régler {amount} à réception en rappelant {number}.",
    "debit": "Nous prélevons {amount} à partir du {due} avec le mandat {mandate}.",
    "credited": "Ce montant est porté au crédit de votre compte.",
    "discount": "Escompte de {percent} % pour paiement sous {days} jours, jusqu\u2019au {until}.",
    "discount_days": "Escompte de {percent} % pour paiement sous {days} jours.",
    "account": "IBAN",
    "bic": "BIC",
    "holder": "Titulaire",
    "reference": "Référence",
    "scan": "Scanner pour payer",
    "page": "Page",
    "of": "sur",
    "origin": "Origine",
    "article": "Article",
    "payee": "Payable à",
    "representative": "Représentant fiscal",
    "delivered_to": "Livré à",
}
UNITS = {
    "C62": {"en": "pcs", "de": "Stk.", "fr": "pce"},
    "H87": {"en": "pcs", "de": "Stk.", "fr": "pce"},
    "EA": {"en": "pcs", "de": "Stk.", "fr": "pce"},
    "HUR": {"en": "h", "de": "Std.", "fr": "h"},
    "DAY": {"en": "days", "de": "Tage", "fr": "jours"},
    "MON": {"en": "months", "de": "Monate", "fr": "mois"},
    "ANN": {"en": "years", "de": "Jahre", "fr": "ans"},
    "KGM": {"en": "kg", "de": "kg", "fr": "kg"},
    "GRM": {"en": "g", "de": "g", "fr": "g"},
    "TNE": {"en": "t", "de": "t", "fr": "t"},
    "MTR": {"en": "m", "de": "m", "fr": "m"},
    "MTK": {"en": "m²", "de": "m²", "fr": "m²"},
    "MTQ": {"en": "m³", "de": "m³", "fr": "m³"},
    "KMT": {"en": "km", "de": "km", "fr": "km"},
    "LTR": {"en": "l", "de": "l", "fr": "l"},
    "KWH": {"en": "kWh", "de": "kWh", "fr": "kWh"},
    "LS": {"en": "lump sum", "de": "pauschal", "fr": "forfait"},
    "XPK": {"en": "packages", "de": "Pakete", "fr": "colis"},
}
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
MINUS = "\u2212"
_NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language with its ways to write numbers and dates."""

    language: str
    texts: dict[str, str]
    point: str
    group: str

    def __getitem__(self, key: str) -> str:
        return self.texts[key]

    def unit(self, code: str) -> str:
        """Return the short word for a unit code, the code itself where there is none."""
        return UNITS.get(code, {}).get(self.language, code)

    def number(self, value: Decimal) -> str:
        """Return `value` with grouped thousands and all decimals that it has."""
        text = format(value, "f")
        sign, text = (MINUS, text[1:]) if text.startswith("-") else ("", text)
        whole, _, decimals = text.partition(".")
        grouped = f"{int(whole):,}".replace(",", self.group)
        return f"{sign}{grouped}{self.point}{decimals}" if decimals else f"{sign}{grouped}"

    def short(self, value: Decimal) -> str:
        """Return `value` without the zeros at its end: 19.00 as 19, 1000 as 1,000."""
        whole = value == value.to_integral_value()
        return self.number(value.to_integral_value() if whole else value.normalize())

    def date(self, value: date) -> str:
        """Return a date as the language writes it in business letters."""
        if self.language == "de":
            return f"{value:%d.%m.%Y}"
        if self.language == "fr":
            return f"{value:%d/%m/%Y}"
        return f"{value.day}{_NO_BREAK}{_MONTHS[value.month - 1]}{_NO_BREAK}{value.year}"


_LANGUAGES = {
    "en": Words("en", ENGLISH, ".", ","),
    "de": Words("de", GERMAN, ",", "."),
    "fr": Words("fr", FRENCH, ",", _NO_BREAK),
}


def words(language: str) -> Words:
    """Return the words of `language` (en, de, fr), English for any other."""
    return _LANGUAGES.get(language[:2].lower(), _LANGUAGES["en"])
