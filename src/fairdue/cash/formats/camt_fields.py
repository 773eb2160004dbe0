"""Small readers of camt fields: money, dates, parties, accounts; every version's place for each."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import TYPE_CHECKING

from fairdue.cash.formats.lines import NOBODY, Party
from fairdue.cash.formats.xml import Amount, Node, all_of, part, text
from fairdue.core.money import Money, minor_digits

if TYPE_CHECKING:
    from collections.abc import Iterable

_USUAL_DIGITS = 13
CREDIT, DEBIT = "CRDT", "DBIT"


class UnreadableError(ValueError):
    """A field that cannot be read, with its name and a sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def minor(amount: Amount, field: str) -> int:
    """Return a written amount in minor units; refuse signs, exponents and decimals too many."""
    whole, _, decimals = amount.text.partition(".")
    if not (whole.isascii() and whole.isdigit()):
        raise UnreadableError(field, f"{field} {amount.text!r} is not an amount")
    try:
        usual = len(decimals) == minor_digits(amount.currency) and len(whole) <= _USUAL_DIGITS
        if usual and decimals.isascii() and decimals.isdigit():
            return int(whole + decimals)
        return Money.parse(amount.text, amount.currency).minor
    except ValueError as error:
        raise UnreadableError(field, f"{field}: {error}") from None


def signed(amount: int, indicator: str, field: str) -> int:
    """Return `amount` with the sign of CdtDbtInd: credits are money in."""
    if indicator == CREDIT:
        return amount
    if indicator == DEBIT:
        return -amount
    raise UnreadableError(field, f"{field} says {indicator!r} and not CRDT or DBIT")


@lru_cache(maxsize=1024)
def _day(written: str) -> dt.date:
    return dt.date.fromisoformat(written)


def date_of(node: Node, name: str) -> dt.date | None:
    """Return the business date of a DateAndDateTime choice; the date part of a time is taken as written."""
    choice = part(node, name)
    written = text(choice, "Dt") or text(choice, "DtTm") or text(node, name)
    if not written:
        return None
    try:
        return _day(written[:10])
    except ValueError:
        raise UnreadableError(name, f"{name} {written!r} is not a date") from None


def account_of(node: Node) -> str:
    """Return the IBAN, or the other identification, of an account without blanks."""
    number = text(node, "Id", "IBAN") or text(node, "Id", "Othr", "Id") or text(node, "Id", "PrtryAcct", "Id")
    return "".join(number.split()).upper()


def code_of(node: Node, name: str) -> str:
    """Return the Cd or Prtry of a choice, or the text that old versions write directly."""
    choice = part(node, name)
    return text(choice, "Cd") or text(choice, "Prtry") or text(choice, "Prtry", "Cd") or text(node, name)


def party_of(parties: Node, role: str, agents: Node) -> Party:
    """Return a party by role (Dbtr, Cdtr): its name stands in Pty from version 08 on, before directly."""
    party = part(parties, role)
    if not party and f"{role}Acct" not in parties:
        return NOBODY
    agent = part(agents, f"{role}Agt", "FinInstnId")
    name = text(party, "Pty", "Nm") or text(party, "Nm") or text(party, "Agt", "FinInstnId", "Nm")
    account = account_of(part(parties, f"{role}Acct"))
    return Party(name, account, text(agent, "BICFI") or text(agent, "BIC"))


def transaction_code(node: Node) -> str:
    """Return the bank transaction code: "PMNT-RCDT-ESCT", else the bank's own code."""
    if "BkTxCd" not in node:
        return ""
    code = part(node, "BkTxCd")
    domain = part(code, "Domn")
    family = part(domain, "Fmly")
    parts = (text(domain, "Cd"), text(family, "Cd"), text(family, "SubFmlyCd"))
    return "-".join(parts) if all(parts) else text(code, "Prtry", "Cd")


def charges_of(node: Node) -> tuple[Amount, ...]:
    """Return the charges of an entry or payment: records from version 04 on, plain amounts before."""
    if "Chrgs" not in node:
        return ()
    found = all_of(node, "Chrgs", "Rcrd", "Amt") or all_of(node, "Chrgs", "Amt")
    found = found or all_of(node, "Chrgs", "TtlChrgsAndTaxAmt")
    return tuple(amount for amount in found if isinstance(amount, Amount))


def total(charges: Iterable[Amount], currency: str) -> int:
    """Return the charges in `currency` together; charges in other currencies are no part of the account."""
    return sum(minor(amount, "Chrgs") for amount in charges if amount.currency == currency)
