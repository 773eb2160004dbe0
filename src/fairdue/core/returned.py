"""Money that a bank takes back: what the reason code means, what to do next, and which payment it undoes.

Sources: ISO 20022 external code set (ExternalReturnReason1Code, ExternalStatusReason1Code); European Payments
Council, Guidance on reason codes for SEPA Direct Debit R-transactions (EPC173-14); Nacha Operating Rules,
appendix 4 (R codes). Amounts are whole minor units of one currency.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.core import bankdays

if TYPE_CHECKING:
    from collections.abc import Iterable


class NextStep(StrEnum):
    """What follows from a reason."""

    RETRY = "retry"
    """No money that day: call, and collect once more near payday."""
    NEW_DETAILS = "new_details"
    """The account or the mandate does not serve: stop debits, ask for new details."""
    DISPUTE = "dispute"
    """The payer contests it: stop debits, open a dispute."""
    DECEASED = "deceased"
    """Stop debits and hold everything; a person looks for the estate."""
    DUPLICATE = "duplicate"
    """It was collected or paid twice: nothing is chased before somebody has looked."""
    CORRECT = "correct"
    """Our own order was wrong: correct it and send it again."""
    RECALLED = "recalled"
    """The payer's bank asked for it back, and it went back."""
    ASK = "ask"
    """No reason, or one that is not known: a person decides."""


STOPS_DEBIT = frozenset({NextStep.NEW_DETAILS, NextStep.DISPUTE, NextStep.DECEASED})
"""Steps after which a mandate is not used until a person releases it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason code in words, and what follows from it."""

    code: str
    title: str
    step: NextStep
    confirmed: bool = True
    """Whether the meaning was read at its source; the Nacha rules are not public, so R codes were not."""

    @property
    def words(self) -> str:
        """The title, and that it is not confirmed where it is not."""
        return self.title if self.confirmed else f"{self.title} (not confirmed)"


_NACHA = re.compile(r"R\d\d")
_NAMED = {
    NextStep.RETRY: {
        "AM04": "insufficient funds", "MS03": "no reason given by the bank", "R01": "insufficient funds",
        "R09": "uncollected funds",
    },
    NextStep.NEW_DETAILS: {
        "AC01": "account number incorrect", "AC04": "account closed", "AC06": "account blocked",
        "AC13": "account of a consumer, where a business is needed", "AG01": "direct debit not allowed on this account",
        "BE05": "creditor identifier not recognised", "MD01": "no mandate", "MD02": "mandate data missing or wrong",
        "RC01": "bank identifier incorrect", "SL01": "the payer's bank limits debits by the payer's wish",
        "BE01": "account holder and name do not agree", "R02": "account closed", "R03": "no such account",
        "R04": "account number invalid", "R08": "payment stopped by the payer", "R16": "account frozen",
        "R20": "account does not take debits",
    },
    NextStep.DISPUTE: {
        "MD06": "refund asked for by the payer", "MS02": "refused by the payer", "R05": "debit not authorised",
        "R07": "authorisation revoked", "R10": "originator not known to the payer",
        "R11": "not in accordance with the authorisation", "R29": "company did not authorise the debit",
    },
    NextStep.DECEASED: {
        "MD07": "payer deceased", "R14": "representative payee deceased", "R15": "account holder deceased",
    },
    NextStep.DUPLICATE: {"AM05": "duplicate", "DUPL": "duplicate payment", "R24": "duplicate entry"},
    NextStep.CORRECT: {
        "AG02": "bank operation code incorrect", "BE04": "creditor's address missing",
        "CNOR": "creditor's bank unknown", "DNOR": "payer's bank unknown", "DT01": "date incorrect",
        "ED05": "settlement failed",
        "FF01": "file format incorrect", "FF05": "type of direct debit incorrect", "RR01": "payer's account missing",
        "RR02": "payer's name or address missing", "RR03": "creditor's name or address missing",
        "RR04": "regulatory reason", "AM02": "amount not allowed", "AM09": "wrong amount",
    },
    NextStep.RECALLED: {
        "FOCR": "returned after a recall", "CUST": "recalled by the payer", "TECH": "recalled for a technical problem",
        "FRAD": "recalled because of fraud", "R06": "returned as the originator's bank asked",
    },
}  # fmt: skip
REASONS: dict[str, Reason] = {
    code: Reason(code, title, step, confirmed=not _NACHA.fullmatch(code))
    for step, codes in _NAMED.items()
    for code, title in codes.items()
}
"""Every reason code that is known, in the order of the steps."""


def reason_of(code: str) -> Reason:
    """Return the reason of a code; an unknown one asks a person and is never guessed."""
    plain = code.strip().upper()
    known = REASONS.get(plain)
    if known is not None:
        return known
    return Reason(plain, f"reason {plain} is not known" if plain else "no reason given", NextStep.ASK)


MOST_RETRIES = 1
"""How often a debit is collected again, where the tenant says nothing else."""
MOST_RETRIES_EVER = 2
"""No setting goes beyond it (Nacha Operating Rules, two reinitiations; not confirmed at the source)."""
PAYDAY = 1
"""Day of the month on which salaries have arrived."""


def retry_on(
    returned_on: date, attempts: int, *, most: int = MOST_RETRIES, payday: int = PAYDAY, lead: int = 3
) -> date | None:
    """Return the bank day of the next attempt: the first payday at least `lead` bank days away, None at the bound.

    `attempts` counts collections that were made already, the first one included. A payday that the month does not
    have is its last day.
    """
    if attempts > min(most, MOST_RETRIES_EVER):
        return None
    earliest = bankdays.after(returned_on, lead)
    day = _payday(earliest.year, earliest.month, payday)
    if day < earliest:
        following = _first_of_next(earliest)
        day = _payday(following.year, following.month, payday)
    return day


def _payday(year: int, month: int, payday: int) -> date:
    """Return the payday of a month, moved to the next bank day."""
    first = date(year, month, 1)
    last = _first_of_next(first) - timedelta(days=1)
    return bankdays.on_or_after(first.replace(day=min(payday, last.day)))


def _first_of_next(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


MOST_FEE = 50_00
"""A difference above this is no bank's fee for a return; a person looks."""


@dataclass(frozen=True, slots=True)
class Returned:
    """A line on which the bank took money back; `amount` and `charges` are positive, `stated` the original amount."""

    amount: int
    on: date
    charges: int = 0
    stated: int | None = None
    end_to_end_id: str = ""
    mandate_id: str = ""
    bank_reference: str = ""
    payer: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """A payment that may have been taken back, with the numbers of the items that it paid."""

    id: str
    amount: int
    on: date
    end_to_end_id: str = ""
    mandate_id: str = ""
    bank_reference: str = ""
    payer: str = ""
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undone:
    """The payment that a return undoes, the bank's fee, by which evidence, and whether it is beyond doubt."""

    payment: str
    fee: int
    evidence: str
    sure: bool


_EVIDENCE = (
    ("end-to-end id", True),
    ("the bank's reference", True),
    ("mandate and amount", True),
    ("invoice number and amount", True),
    ("payer and amount", False),
)
"""What may show which payment went back, the best first, and whether that is beyond doubt."""


def fee_of(returned: Returned, amount: int) -> int | None:
    """Return the fee that explains the difference between a return and what was paid, None where none does."""
    fee = returned.amount - amount
    if fee in {0, returned.charges} or (returned.stated == amount and 0 < fee <= MOST_FEE):
        return fee
    return None


def find_undone(returned: Returned, payments: Iterable[Received]) -> tuple[Undone, ...]:
    """Return the payments that a return may undo by the best evidence there is; one that is alone may be sure.

    Only payments before it whose amount the return gives back, with nothing but a bank's fee beside it.
    """
    fitting = [
        (one, fee) for one in payments if one.on <= returned.on and (fee := fee_of(returned, one.amount)) is not None
    ]
    for place, (evidence, sure) in enumerate(_EVIDENCE):
        found = [(one, fee) for one, fee in fitting if _speaks(returned, one)[place]]
        if found:
            alone = len(found) == 1
            return tuple(Undone(one.id, fee, evidence, sure and alone) for one, fee in found)
    return ()


def _speaks(returned: Returned, one: Received) -> tuple[bool, ...]:
    """Tell for each kind of evidence whether it speaks for a payment."""
    text = "".join(returned.text.upper().split())
    return (
        bool(returned.end_to_end_id) and returned.end_to_end_id == one.end_to_end_id,
        bool(returned.bank_reference) and returned.bank_reference == one.bank_reference,
        bool(returned.mandate_id) and returned.mandate_id == one.mandate_id,
        any("".join(number.upper().split()) in text for number in one.numbers),
        bool(returned.payer) and returned.payer == one.payer,
    )
