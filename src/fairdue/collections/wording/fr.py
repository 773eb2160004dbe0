"""French wordings. A formal notice must say "mise en demeure" (Code civil 1344)."""

# ruff: noqa: E501 - wordings are prose, broken where a paragraph ends
from __future__ import annotations

_PAY = """Merci de virer le montant sur le compte {account} en indiquant le numéro de facture.

Une question, ou déjà payé ? Écrivez à {contact} et nous ferons le point.

Cordialement
{creditor}"""

WORDINGS = {
    "reminder": (
        "{creditor} : échéance prochaine",
        f"Madame, Monsieur,\n\nnous vous rappelons les échéances prochaines suivantes :\n\n{{items}}\n\n{_PAY}",
    ),
    "due_today": (
        "{creditor} : paiement à échéance",
        f"Madame, Monsieur,\n\narrive à échéance :\n\n{{items}}\n\n{_PAY}",
    ),
    "notice": (
        "{creditor} : rappel de paiement de {total}",
        (
            "Madame, Monsieur,\n\nsauf erreur de notre part, nous n'avons pas encore reçu le paiement de\n\n{items}\n\n"
            f"Nous vous remercions de nous régler {{total}} dans les prochains jours.\n\n{_PAY}"
        ),
    ),
    "firm_notice": (
        "{creditor} : relance pour {total}",
        (
            "{customer}\n\nMadame, Monsieur,\n\nmalgré notre rappel, restent impayés :\n\n{items}\n\n"
            "Merci de régler {total} avant le {reply_by}. Tout obstacle doit nous être signalé dès à présent."
            f"\n\n{_PAY}"
        ),
    ),
    "formal_notice": (
        "Mise en demeure de {creditor} : {total_claim}",
        (
            "{customer}\n{customer_address}\n\n{today}\n\nMISE EN DEMEURE\n\nMadame, Monsieur,\n\nvous êtes redevable "
            "envers {creditor}, {creditor_address}, au titre de livraisons et prestations :\n\n{items}\n\n"
            "S'y ajoutent de plein droit les pénalités de retard et l'indemnité forfaitaire de recouvrement :\n\n{claims}"
            "\n\n{rates}\n\nFondement : {articles}. À compter de ce jour les pénalités augmentent de {daily_interest} par "
            "jour.\n\nTotal réclamé : {total_claim}. Nous vous mettons en demeure de payer sur le compte {account} "
            "avant le {reply_by}, en indiquant le numéro de facture.\n\nÀ défaut de paiement ou de contestation dans ce "
            "délai, nous pourrons sans autre avis saisir le tribunal, confier le dossier à un cabinet de recouvrement ou "
            "à notre assureur-crédit et suspendre nos livraisons.\n\nSi vous contestez la créance, écrivez à {contact} en "
            "précisant la facture et le motif.\n\nVeuillez agréer, Madame, Monsieur, nos salutations distinguées.\n"
            "{creditor}"
        ),
    ),
}

HEADINGS = {
    "number": "Facture",
    "issued": "Date",
    "due": "Échéance",
    "gross": "Montant",
    "paid": "Payé",
    "open": "Reste dû",
    "interest": "Pénalités",
    "compensation": "Indemnité",
    "period": "Période",
    "days": "Jours",
    "principal": "Sur",
    "rate": "Taux annuel",
    "partly": "(partie contestée de {amount} non comprise)",
    "account": "indiqué sur la facture",
    "none": "aucune",
    "title": "Relevé de compte",
    "document": "Numéro",
    "late": "Jours de retard",
    "contested": "Contesté",
    "on_account": "{number} (à votre crédit)",
    "nothing": "aucun montant ouvert",
}

STATEMENT = (
    "Relevé de compte, {creditor}",
    (
        "{customer}\n{customer_address}\n\nRelevé de compte du {today}\n\nCe qui est ouvert entre vous et {creditor} à cette date :\n\n{items}\n\n"
        "Solde : {total}\n\nPour payer : {account}. Merci de mentionner le numéro.\n\nQuelque chose ne va pas ? Écrivez à {contact}.\n\n{creditor}\n{creditor_address}"
    ),
)
"""Subject and body of a statement of account; it demands nothing."""
