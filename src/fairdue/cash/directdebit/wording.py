"""What a customer is told before a collection, in the languages that documents are set in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_date

if TYPE_CHECKING:
    from datetime import date

WORDS: dict[str, tuple[str, str]] = {
    "en": (
        "Announcement: direct debit of {amount} on {day}",
        (
            "Hello,\n\non {day} we will collect {amount} from your account {account}:\n\n{lines}\n\n"
            "Mandate reference: {mandate}\nCreditor identifier: {identifier}\n\n"
            "Please make sure that the money is there. If something is wrong, just answer this message.\n\n{name}"
        ),
    ),
    "de": (
        "Ankündigung: Lastschrift am {day} über {amount}",
        (
            "Guten Tag,\n\nwir ziehen am {day} {amount} von Ihrem Konto {account} ein:\n\n{lines}\n\n"
            "Mandatsreferenz: {mandate}\nGläubiger-Identifikationsnummer: {identifier}\n\n"
            "Bitte sorgen Sie für Deckung. Stimmt etwas nicht, antworten Sie einfach auf diese Nachricht.\n\n{name}"
        ),
    ),
    "fr": (
        "Préavis : prélèvement de {amount} le {day}",
        (
            "Bonjour,\n\nle {day}, nous prélèverons {amount} sur votre compte {account} :\n\n{lines}\n\n"
            "Référence unique du mandat : {mandate}\nIdentifiant créancier SEPA : {identifier}\n\n"
            "Merci de veiller à ce que votre compte soit approvisionné. En cas d'erreur, répondez à ce message."
            "\n\n{name}"
        ),
    ),
    "it": (
        "Preavviso: addebito diretto di {amount} il {day}",
        (
            "Buongiorno,\n\nil {day} addebiteremo {amount} sul Suo conto {account}:\n\n{lines}\n\n"
            "Riferimento del mandato: {mandate}\nIdentificativo del creditore: {identifier}\n\n"
            "La preghiamo di assicurare la provvista. Se qualcosa non è corretto, risponda a questo messaggio"
            ".\n\n{name}"
        ),
    ),
    "es": (
        "Aviso: adeudo directo de {amount} el {day}",
        (
            "Buenos días:\n\nEl {day} cargaremos {amount} en su cuenta {account}:\n\n{lines}\n\n"
            "Referencia del mandato: {mandate}\nIdentificador del acreedor: {identifier}\n\n"
            "Le rogamos que disponga de saldo suficiente. Si algo no es correcto, responda a este mensaje.\n\n{name}"
        ),
    ),
    "nl": (
        "Vooraankondiging: incasso van {amount} op {day}",
        (
            "Goedendag,\n\nop {day} incasseren wij {amount} van uw rekening {account}:\n\n{lines}\n\n"
            "Kenmerk machtiging: {mandate}\nIncassant-ID: {identifier}\n\n"
            "Zorg voor voldoende saldo. Klopt er iets niet, beantwoord dan dit bericht.\n\n{name}"
        ),
    ),
    "pl": (
        "Zapowiedź: polecenie zapłaty na kwotę {amount} w dniu {day}",
        (
            "Dzień dobry,\n\nw dniu {day} pobierzemy {amount} z Państwa rachunku {account}:\n\n{lines}\n\n"
            "Numer referencyjny zgody: {mandate}\nIdentyfikator wierzyciela: {identifier}\n\n"
            "Prosimy o zapewnienie środków na rachunku. Jeśli coś się nie zgadza, prosimy odpowiedzieć na tę wiadomość."
            "\n\n{name}"
        ),
    ),
    "pt": (
        "Aviso: débito direto de {amount} em {day}",
        (
            "Bom dia,\n\nem {day} cobraremos {amount} na sua conta {account}:\n\n{lines}\n\n"
            "Referência da autorização: {mandate}\nIdentificador do credor: {identifier}\n\n"
            "Por favor, garanta que a conta tem saldo. Se algo não estiver correto, responda a esta mensagem.\n\n{name}"
        ),
    ),
    "sv": (
        "Avisering: autogiro på {amount} den {day}",
        (
            "Hej,\n\nden {day} drar vi {amount} från ert konto {account}:\n\n{lines}\n\n"
            "Medgivandets referens: {mandate}\nBorgenärsidentitet: {identifier}\n\n"
            "Se till att pengarna finns på kontot. Om något är fel, svara på detta meddelande.\n\n{name}"
        ),
    ),
    "ar": (
        "إشعار مسبق: خصم مباشر بمبلغ {amount} بتاريخ {day}",
        (
            "مرحبًا،\n\nسنحصّل بتاريخ {day} مبلغ {amount} من حسابكم {account}:\n\n{lines}\n\n"
            "مرجع التفويض: {mandate}\nمعرّف الدائن: {identifier}\n\n"
            "يرجى التأكد من توفر الرصيد. إذا كان هناك خطأ، يكفي الرد على هذه الرسالة.\n\n{name}"
        ),
    ),
    "zh": (
        "扣款预先通知:{day}直接扣款{amount}",
        (
            "您好:\n\n我们将于{day}从您的账户{account}扣款{amount}:\n\n{lines}\n\n"
            "授权编号:{mandate}\n债权人识别码:{identifier}\n\n请确保账户余额充足。如有不符,请直接回复本邮件。\n\n{name}"
        ),
    ),
    "ja": (
        "口座振替の事前通知:{day} {amount}",
        (
            "お世話になっております。\n\n{day}に、お客様の口座{account}から{amount}を振り替えます。\n\n{lines}\n\n"
            "口座振替同意番号:{mandate}\n債権者識別番号:{identifier}\n\n"
            "残高のご確認をお願いいたします。内容に誤りがある場合は、このメールにご返信ください。\n\n{name}"
        ),
    ),
}
"""Subject and text by language; a customer of another language is told in English."""


def language_of(code: str) -> str:
    """Return the language in which a customer is told: a region is ignored, English stands in for any other."""
    plain = code[:2].lower()
    return plain if plain in WORDS else "en"


def long_day(day: date, language: str) -> str:
    """Return a day with the month in words: "16 March 2026", "16. März 2026"."""
    return format_date(day, "long", locale="en_GB" if language == "en" else language)
