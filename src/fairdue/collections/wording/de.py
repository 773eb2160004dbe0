"""German wordings."""

# ruff: noqa: E501 - wordings are prose, broken where a paragraph ends
from __future__ import annotations

_PAY = """Bitte überweisen Sie den Betrag auf {account} und geben Sie die Rechnungsnummer an.

Haben Sie Fragen oder schon bezahlt? Schreiben Sie an {contact}, wir klären es.

Mit freundlichen Grüßen
{creditor}"""

WORDINGS = {
    "reminder": (
        "{creditor}: demnächst fällige Zahlung",
        "Sehr geehrte Damen und Herren,\n\nein freundlicher Hinweis, dass demnächst fällig wird:\n\n{items}\n\n" + _PAY,
    ),
    "due_today": (
        "{creditor}: fällige Zahlung",
        f"Sehr geehrte Damen und Herren,\n\nzur Zahlung fällig ist:\n\n{{items}}\n\n{_PAY}",
    ),
    "notice": (
        "{creditor}: Zahlungserinnerung über {total}",
        (
            "Sehr geehrte Damen und Herren,\n\nvielleicht ist es Ihnen entgangen: Wir haben noch keinen Zahlungseingang "
            "feststellen können für\n\n{items}\n\nWir freuen uns auf Ihre Zahlung von {total} in den nächsten Tagen."
            f"\n\n{_PAY}"
        ),
    ),
    "firm_notice": (
        "{creditor}: Mahnung über {total}",
        (
            "{customer}\n\nSehr geehrte Damen und Herren,\n\ntrotz unserer Erinnerung ist noch offen:\n\n{items}\n\n"
            "Bitte zahlen Sie {total} bis zum {reply_by}. Spricht etwas dagegen, sagen Sie es uns bitte jetzt."
            f"\n\n{_PAY}"
        ),
    ),
    "formal_notice": (
        "Letzte Mahnung der {creditor} über {total_claim}",
        (
            "{customer}\n{customer_address}\n\n{today}\n\nLETZTE MAHNUNG\n\nSehr geehrte Damen und Herren,\n\nSie schulden "
            "der {creditor}, {creditor_address}, für Lieferungen und Leistungen:\n\n{items}\n\n"
            "Von Gesetzes wegen kommen Verzugszinsen und der Ausgleich der Beitreibungskosten hinzu:\n\n{claims}\n\n"
            "{rates}\n\nRechtsgrundlage: {articles}. Ab heute wachsen die Zinsen täglich um {daily_interest}.\n\n"
            "Gesamtforderung: {total_claim}. Die Zahlung muss bis zum {reply_by} auf {account} eingehen; bitte "
            "geben Sie die Rechnungsnummer an.\n\nGeht bis dahin weder die Zahlung noch ein Einwand ein, können wir ohne "
            "weitere Ankündigung gerichtlich vorgehen, ein Inkassounternehmen oder unseren Kreditversicherer einschalten "
            "und Lieferungen einstellen.\n\nBestreiten Sie die Forderung, schreiben Sie an {contact}, welche Rechnung und "
            "warum.\n\nMit freundlichen Grüßen\n{creditor}"
        ),
    ),
}

HEADINGS = {
    "number": "Rechnung",
    "issued": "Datum",
    "due": "Fällig",
    "gross": "Betrag",
    "paid": "Gezahlt",
    "open": "Offen",
    "interest": "Zinsen",
    "compensation": "Pauschale",
    "period": "Zeitraum",
    "days": "Tage",
    "principal": "Auf",
    "rate": "Zinssatz p. a.",
    "partly": "(bestrittener Teil von {amount} nicht enthalten)",
    "account": "das auf der Rechnung genannte Konto",
    "none": "keine",
    "title": "Kontoauszug",
    "document": "Nummer",
    "late": "Tage überfällig",
    "contested": "Bestritten",
    "on_account": "{number} (Ihr Guthaben)",
    "nothing": "nichts ist offen",
}

STATEMENT = (
    "Kontoauszug der {creditor}",
    (
        "{customer}\n{customer_address}\n\nKontoauszug vom {today}\n\nZwischen Ihnen und der {creditor} ist an diesem Tag offen:\n\n{items}\n\n"
        "Saldo: {total}\n\nFür Zahlungen: {account}. Bitte geben Sie die Nummer an.\n\nStimmt etwas nicht? Schreiben Sie an {contact}.\n\n{creditor}\n{creditor_address}"
    ),
)
"""Subject and body of a statement of account; it demands nothing."""
