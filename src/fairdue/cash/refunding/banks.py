"""Which bank an account is at: its BIC, from what the client says or from its IBAN, and never guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

from fairdue.core.findings import RefusedError, refuse
from fairdue.parties.validation import check_bic

if TYPE_CHECKING:
    from fairdue.parties.selectors import CreditorRow


def known_bic(iban: str) -> str:
    """Return the BIC that the register of its country gives for the bank code of an IBAN, or nothing."""
    try:
        found = IBAN(iban).bic
    except SchwiftyException:
        return ""
    return str(found) if found else ""


def own_bic(owner: CreditorRow, number: str) -> str:
    """Return the BIC of the bank of one of the client's accounts: of the same bank as its first, or by its IBAN."""
    if owner.bic and (owner.iban == number or _same_bank(owner.iban, number)):
        return owner.bic
    return known_bic(number)


def _same_bank(one: str, other: str) -> bool:
    try:
        first, second = IBAN(one), IBAN(other)
    except SchwiftyException:
        return False
    return (first.country_code, first.bank_code) == (second.country_code, second.bank_code)


def agent_of(text: str, path: str = "agent") -> str:
    """Return a BIC as it is written; refuses what is none."""
    found = check_bic(text, path)
    if found.findings:
        raise RefusedError(*found.findings)
    return found.value


def check_country(agent: str, number: str, path: str = "agent") -> None:
    """Refuse a bank that is in another country than the IBAN of the account says."""
    if agent and known_country(number) not in {"", agent[4:6]}:
        raise refuse("refund.agent", path, f"{agent} is a bank of another country than the account.")


def known_country(number: str) -> str:
    """Return the country of an IBAN, nothing for another number."""
    try:
        return str(IBAN(number).country_code)
    except SchwiftyException:
        return ""
