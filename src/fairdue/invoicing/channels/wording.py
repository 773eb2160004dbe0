"""The words of the message that brings an invoice, in three languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and text of a message, with places for number, seller, amount and due date."""

    subject: str
    text: str


INVOICE = {
    "en": Letter(
        "Invoice {number} from {seller}",
        "Dear Sir or Madam,\n\nplease find attached our invoice {number} of {issued} for {amount}, due on {due}.\n"
        "The file holds the invoice for reading and for your accounting system.\n\nKind regards\n{seller}\n",
    ),
    "de": Letter(
        "Rechnung {number} von {seller}",
        "Guten Tag,\n\nanbei erhalten Sie unsere Rechnung {number} vom {issued} über {amount}, fällig am {due}.\n"
        "Die Datei enthält die Rechnung zum Lesen und für Ihre Buchhaltungssoftware.\n\nFreundliche Grüße\n{seller}\n",
    ),
    "fr": Letter(
        "Facture {number} de {seller}",
        "Madame, Monsieur,\n\nveuillez trouver ci-joint notre facture {number} du {issued} d'un montant de {amount}, "
        "payable au {due}.\nLe fichier contient la facture lisible et les données pour votre comptabilité.\n\n"
        "Cordialement\n{seller}\n",
    ),
}
CREDIT_NOTE = {
    "en": Letter(
        "Credit note {number} from {seller}",
        "Dear Sir or Madam,\n\nplease find attached our credit note {number} of {issued} for {amount} on your "
        "invoice {preceding}.\n\nKind regards\n{seller}\n",
    ),
    "de": Letter(
        "Rechnungskorrektur {number} von {seller}",
        "Guten Tag,\n\nanbei erhalten Sie unsere Gutschrift (Rechnungskorrektur) {number} vom {issued} über {amount} "
        "zu Ihrer Rechnung {preceding}.\n\nFreundliche Grüße\n{seller}\n",
    ),
    "fr": Letter(
        "Avoir {number} de {seller}",
        "Madame, Monsieur,\n\nveuillez trouver ci-joint notre avoir {number} du {issued} d'un montant de {amount} sur "
        "votre facture {preceding}.\n\nCordialement\n{seller}\n",
    ),
}


def letter(language: str, *, credit: bool) -> Letter:
    """Return the letter in `language`, English where there is none."""
    letters = CREDIT_NOTE if credit else INVOICE
    return letters.get(language[:2], letters["en"])
