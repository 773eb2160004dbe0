"""SEPA direct debit: who may collect, under which mandate, from what day, how much of which item.

Sources: European Payments Council, SEPA Direct Debit Core Rulebook (EPC016-06) and Business-to-Business Rulebook
(EPC222-07): attributes AT-02 (creditor identifier), AT-01 (mandate reference), AT-21 (sequence), pre-notification of 14
calendar days unless agreed otherwise (PT-04.01), mandates lapse after 36 months without a collection; check digits by
ISO 7064 MOD 97-10. Amounts are whole minor units of one currency.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.core import bankdays

if TYPE_CHECKING:
    from collections.abc import Collection

CURRENCY = "EUR"
NOTICE_DAYS = 14
"""Calendar days between the pre-notification and the collection, where nothing shorter was agreed."""
LAPSES_AFTER = 36
"""Months without a collection after which a mandate may not be used any more."""
MOST = 999_999_999_99
"""The largest amount of a collection (AT-06)."""
_CREDITOR = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{1,28}")
_REFERENCE = re.compile(r"[A-Za-z0-9+?/:().,'\- ]{1,35}")


class Scheme(StrEnum):
    """Which rulebook a mandate follows."""

    CORE = "core"
    B2B = "b2b"


class Sequence(StrEnum):
    """Where a collection stands in the life of its mandate (AT-21)."""

    FIRST = "FRST"
    RECURRENT = "RCUR"
    ONE_OFF = "OOFF"


def identifier_problem(identifier: str) -> str:
    """Return what is wrong with a creditor identifier in a sentence, nothing for a right one.

    The business code (characters 5 to 7) takes no part in the check digits.
    """
    plain = "".join(identifier.split()).upper()
    if not _CREDITOR.fullmatch(plain):
        return f"{identifier!r} is no creditor identifier: country, two digits, business code, national number."
    digits = "".join(str(int(character, 36)) for character in plain[7:] + plain[:4])
    return "" if int(digits) % 97 == 1 else f"The check digits {plain[2:4]} of the creditor identifier are wrong."


def reference_problem(reference: str) -> str:
    """Return what is wrong with a mandate reference (35 characters of the SEPA set at most), nothing if right."""
    bad = not _REFERENCE.fullmatch(reference) or reference[0] in " /" or reference.endswith("/") or "//" in reference
    return f"{reference!r} is no mandate reference: 1 to 35 plain characters, no slash at the ends." if bad else ""


@dataclass(frozen=True, slots=True)
class Mandate:
    """What a payer has signed. `last_used_on` is the day of the last collection, the returned ones included."""

    signed_on: date
    scheme: Scheme = Scheme.CORE
    one_off: bool = False
    last_used_on: date | None = None
    stopped: str = ""
    """Why it is not used, empty for one that is."""
    account_approved: bool = True


def lapses_on(mandate: Mandate) -> date:
    """Return the first day on which a mandate may not be used any more."""
    start = mandate.last_used_on or mandate.signed_on
    months = start.year * 12 + start.month - 1 + LAPSES_AFTER
    year, month = months // 12, months % 12 + 1
    first_of_next = (date(year, month, 28) + timedelta(days=4)).replace(day=1)
    return date(year, month, min(start.day, (first_of_next - timedelta(days=1)).day))


def sequence_of(mandate: Mandate) -> Sequence:
    """Return the sequence type of the next collection under a mandate."""
    if mandate.one_off:
        return Sequence.ONE_OFF
    return Sequence.RECURRENT if mandate.last_used_on else Sequence.FIRST


def mandate_problem(mandate: Mandate | None, on: date) -> str:  # noqa: PLR0911 - a sentence for each rule
    """Return why nothing can be collected under a mandate on a day, nothing if it can."""
    if mandate is None:
        return "there is no mandate"
    if mandate.stopped:
        return f"the mandate is stopped: {mandate.stopped}"
    if mandate.signed_on > on:
        return "the mandate is not signed yet"
    if on >= lapses_on(mandate):
        return "the mandate has lapsed after 36 months without a collection"
    if mandate.one_off and mandate.last_used_on:
        return "the mandate was for one collection and is used"
    if not mandate.account_approved:
        return "nobody has approved the customer's account"
    return ""


def earliest(today: date, notice_days: int = NOTICE_DAYS) -> date:
    """Return the first day on which can be collected what is announced today: after the notice, a bank day."""
    return bankdays.on_or_after(max(today + timedelta(days=notice_days), bankdays.after(today, 1)))


@dataclass(frozen=True, slots=True)
class Due:
    """An item that may be collected: what is open, when it is due, and what speaks against it."""

    residual: int
    currency: str
    due_on: date
    chaseable: int
    """What may be chased of it today, after holds."""
    held: tuple[str, ...] = ()
    ordered: bool = False
    """A collection of it is on its way."""
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """How much is collected (0 for nothing), and why not more."""

    amount: int
    reason: str = ""


def decide(item: Due, mandate: Mandate | None, on: date, *, schemes: Collection[Scheme] = (Scheme.CORE,)) -> Decision:
    """Return how much of an item is collected on a day. Only what is due by then, open and not held back."""
    problem = _problem(item, mandate, on, schemes)
    if problem:
        return Decision(0, problem)
    amount = min(item.residual, item.chaseable)
    return Decision(amount, ", ".join(item.held) if amount < item.residual else "")


def _problem(  # noqa: PLR0911 - a sentence for each rule
    item: Due, mandate: Mandate | None, on: date, schemes: Collection[Scheme]
) -> str:
    """Return why nothing of an item is collected, the plainest reason first."""
    if item.ordered:
        return "a collection is on its way"
    if item.due_on > on:
        return "it is not due by then"
    if item.currency != CURRENCY:
        return f"direct debits are in {CURRENCY}"
    if item.attempts:
        return "a collection went back: it is planned anew, or chased"
    if mandate is not None and mandate.scheme not in schemes:
        return f"the mandate is for the other scheme ({mandate.scheme.upper()})"
    why = mandate_problem(mandate, on)
    if why or item.chaseable > 0:
        return why or ("the amount is too large" if min(item.residual, item.chaseable) > MOST else "")
    return ", ".join(item.held) or "nothing of it is open"
