"""Money that is no customer's: the bank's own business, taxes, insurers, card settlements, own transfers, wages."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fairdue.core.matching.confidence import of_rule
from fairdue.core.matching.model import Proposal, Source, Step
from fairdue.core.matching.text import normalise

if TYPE_CHECKING:
    from fairdue.core.matching.model import Identity, Payment, Policy
    from fairdue.core.matching.payers import Payers

CREDIT_INSURER = "credit insurer"
"""The grade of a payment that may be the indemnity of a claim."""
_ASKED = 9_000
"""The most that a word is trusted which a customer may write as well, in basis points; nobody accepts such unseen."""
_CODES = ("CAMT-", "ACMT-", "LDAS-", "TRAD-", "FORX-", "SECU-")
"""Domains of bank transaction codes for the bank's own business (ISO 20022 external code list)."""
_PAYERS = re.compile(
    r"\b(FINANZAMT|FINANZKASSE|BUNDESKASSE|LANDESKASSE|STADTKASSE|HAUPTZOLLAMT|ZOLL\w*|STEUERVERWALTUNG|DGFIP|"
    r"TRESOR PUBLIC|IMPOTS|BELASTINGDIENST|AGENZIA (DELLE )?ENTRATE|AGENCIA TRIBUTARIA|SKATTEVERKET|HMRC|"
    r"IRS( TREAS.*| USATAXPYMT)?|(US|U\.S\.) TREASURY|STATE OF \w+|\w*KRANKENKASSE|AOK|BARMER|DAK|IKK|BKK|URSSAF|"
    r"BERUFSGENOSSENSCHAFT|BUNDESAGENTUR FUR ARBEIT|BUNDESAGENTUR FUER ARBEIT|AGENTUR FUR ARBEIT|\w*VERSICHERUNG\w*|"
    r"INSURANCE( CO\w*)?|INDEMNITY|ASSURANCES?|BANKCARD|MERCHANT BANKCARD|PAYROLL|ADP|AMERICAN EXPRESS|SQUARE INC|"
    r"FIRST DATA\w*|WORLDLINE|CONCARDIS|PAYPAL|NETS|STADTWERKE|TELEKOM|LANDESBANK)\b"
)
"""Payers by name, in plain capitals: tax offices, social insurance, insurers, card acquirers, utilities."""
_WORDS = re.compile(
    r"\b(ERSTATTUNG|ERSTATT|RUECKERSTATTUNG|RUCKERSTATTUNG|STEUERERSTATTUNG|ST-?NR|STEUERNUMMER|UMSATZSTEUER|LOHNSTEUER|"
    r"TAX REF(UND)?|REFUND|REMBOURSEMENT|RIMBORSO|REEMBOLSO|TERUGGAAF|HABENZINSEN|ZINSEN|ZINSERTRAG|INTEREST|INTERETS?|"
    r"INTERESSI|RENTE|DIVIDEND\w*|UMBUCHUNG|KONTOUBERTRAG|UBERTRAG|TAGESGELD|FESTGELD|EIGENUBERTRAG|"
    r"TRANSFER FROM|OWN TRANSFER|INTERNAL TRANSFER|VIREMENT INTERNE|GIROCONTO|LIQUIDITATSAUSGLEICH|CASH ?POOL\w*|"
    r"KARTENUMSATZ\w*|KARTENZAHLUNG\w*|EC-?KARTEN|EC-?CASH|TERMINAL|MERCHANT|SETTLEMENT|DES:SQ|CARD BATCH|"
    r"SCHADEN|SINISTRE|SCHADENREGULIERUNG|CLAIM (PAYMENT|SETTLEMENT)|ENTGELTFORTZAHLUNG|"
    r"KURZARBEITERGELD|ZUSCHUSS|SUBVENTION|GRANT|"
    r"LOHN|GEHALT|LOHN/GEHALT|SALARY|SALAIRE|PAYROLL|\w*DARLEHEN\w*|LOAN|KREDIT|KAUTION|JAHRESABRECHNUNG|"
    r"KONTOFUHRUNG\w*|SERVICE CHARGE|EINZAHLUNG|CASH DEPOSIT|MIETE)\b"
)
"""Words of such payments, in plain capitals. Customers write them too: damage, rent, settlement of an account."""
_OF_A_BANK = re.compile(
    r"\b(HABENZINSEN|ZINSEN|ZINSERTRAG|INTEREST|INTERETS?|INTERESSI|RENTE|DIVIDEND\w*|TAGESGELD|FESTGELD|"
    r"KONTOFUHRUNG\w*|SERVICE CHARGE)\b"
)
"""Those of them with which a bank speaks of its own business, without naming anybody who pays."""
_AGENTS = re.compile(r"MAKLER|VERMITTL|BROKER|COURT(AGE|IER)|VERSICHERUNGS?\W?(AGENTUR|BURO|BUERO|DIENST)")
"""Who sells insurance and pays invoices as any customer does."""
_CREDIT_INSURERS = re.compile(
    r"\b(ATRADIUS|COFACE|EULER HERMES|ALLIANZ TRADE|CREDENDO|CESCE|ACREDIA|\w*KREDITVERSICHERUNG\w*|"
    r"(TRADE )?CREDIT INSURANCE|ASSURANCE[- ]CREDIT)\b"
)
"""Insurers of receivables: their money may be the indemnity of a claim."""


def not_receivable(payment: Payment, policy: Policy) -> Proposal | None:
    """Return the proposal that a line is no customer payment by what the bank itself says of it."""
    if payment.amount <= 0:
        return _proposal(payment, policy, "out", "Money went out; this is no customer payment.")
    if payment.transaction_code.startswith(_CODES):
        reason = f"The bank's code {payment.transaction_code} stands for its own business, not for a customer."
        return _proposal(payment, policy, "code", reason)
    return None


def set_aside(payment: Payment, payers: Payers, policy: Policy, known: tuple[Identity, ...]) -> Proposal | None:
    """Return the proposal that a payment is no customer's, by who paid and what the text says.

    Only for payments that name no open item and whose payer is no customer.
    """
    if payers.is_own(payment):
        return _proposal(payment, policy, "own", "The payer is the creditor itself: a transfer between own accounts.")
    if known:
        return None
    if insurer := _CREDIT_INSURERS.search(normalise(payment.payer_name)):
        reason = f"{insurer[0].title()} insures receivables: the indemnity of a claim is recorded there, not set aside."
        return _asked(_proposal(payment, policy, CREDIT_INSURER, reason))
    if payers.is_stranger(payment):
        reason = "Payments of this payer were no customer's money before."
        return _proposal(payment, policy, "memory", reason)
    return _by_words(payment, policy)


def _by_words(payment: Payment, policy: Policy) -> Proposal | None:
    """Return the proposal that rests on words of the payer's name and of the text, None without any.

    The text alone is trusted where a bank speaks of its own business; else a person says whose money it is.
    """
    name, text = normalise(payment.payer_name), normalise(payment.text)
    words = _WORDS.search(text)
    said = f"the word \u201c{words[0]}\u201d" if words else ""
    if _PAYERS.search(name) and not _AGENTS.search(name):
        both = f"The payer {payment.payer_name} and {said} stand" if words else f"The payer {payment.payer_name} stands"
        return _proposal(payment, policy, "payer and words" if words else "payer", f"{both} for no customer.")
    if words is None:
        return None
    reason = f"{said[:1].upper()}{said[1:]} stands for no customer."
    if not name and _OF_A_BANK.search(text):
        return _proposal(payment, policy, "words alone", reason)
    return _asked(_proposal(payment, policy, "words", reason))


def _asked(proposal: Proposal) -> Proposal:
    """Return a proposal that another explanation is likely for: a person decides, however often it was right."""
    return replace(proposal, confidence=min(proposal.confidence, _ASKED))


def _proposal(payment: Payment, policy: Policy, grade: str, reason: str) -> Proposal:
    return Proposal(
        payment=payment.id,
        source=Source.NONE,
        step=Step.NOT_RECEIVABLE,
        confidence=of_rule(Source.NONE, Step.NOT_RECEIVABLE, grade, policy),
        reason=reason,
        on_account=payment.amount,
        grade=grade,
    )


def unknown(payment: Payment) -> Proposal:
    """Return what is left when nothing speaks for anything: the money stays unapplied."""
    return Proposal(
        payment=payment.id,
        source=Source.NONE,
        step=Step.UNKNOWN,
        confidence=0,
        reason="The payment names no open item and the payer is not known.",
        on_account=payment.amount,
    )
