"""Look at the address, e-mail and numbers of a party in every layer that can be asked; changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.parties.evidence import Evidence, Layer, Outcome, agrees
from fairdue.core.parties.models import AddressKind, Scheme
from fairdue.foundation.mail.names import takes_mail
from fairdue.parties.validation import check_address, check_email, checked_identifier
from fairdue.parties.verification.asking import ask
from fairdue.parties.verification.registers import enabled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.core.findings import Finding
    from fairdue.core.parties.models import Address, Party
    from fairdue.parties.verification.asking import Fetch, Register


def line_of(address: Address) -> str:
    """Return an address as the one line that evidence is about."""
    place = f"{address.postcode} {address.city}".strip()
    return ", ".join(part for part in (address.street, place, address.region, address.country) if part)


def examine(party: Party, registers: Sequence[Register] | None = None, send: Fetch | None = None) -> list[Evidence]:
    """Return what the rules, the domain name system and the registers say about a party today.

    What could not be asked is there too, as not checked with the reason.
    """
    found = [*_address(party), *_email(party), *_numbers(party)]
    for register in enabled() if registers is None else registers:
        found += _asked(register, party, send)
    return found


def _said(findings: Sequence[Finding]) -> tuple[Outcome, str]:
    return (Outcome.FAILED if findings else Outcome.PASSED), " ".join(one.message for one in findings)


def _invoiced(party: Party) -> Address | None:
    """Return the address that invoices go to; the seat is another one and stands on its own."""
    return next((one for one in party.addresses if one.kind is AddressKind.BILL_TO), None)


def _address(party: Party) -> list[Evidence]:
    address = _invoiced(party)
    if address is None:
        return []
    outcome, detail = _said(check_address(address))
    source = f"address rules of {address.country}"
    return [Evidence("address", Layer.SYNTAX, outcome, line_of(address), source, detail)]


def _email(party: Party) -> list[Evidence]:
    email = next((one.email for one in party.contacts if one.email), "")
    if not email:
        return []
    checked = check_email(email)
    outcome, detail = _said(checked.findings)
    syntax = Evidence("email", Layer.SYNTAX, outcome, email, "rules of e-mail addresses (RFC 5321)", detail)
    if outcome is Outcome.FAILED:
        return [syntax]
    taken, why = takes_mail(email.rpartition("@")[2])
    words = {True: Outcome.PASSED, False: Outcome.FAILED, None: Outcome.NOT_CHECKED}
    return [syntax, Evidence("email", Layer.DOMAIN, words[taken], email, "domain name system", why)]


def _numbers(party: Party) -> list[Evidence]:
    rows = []
    for item in party.identifiers:
        if item.scheme is Scheme.TAX:
            continue  # no rule is known, so nothing is said
        checked = checked_identifier(item.scheme, item.value, party.country)
        outcome, detail = _said(checked.findings)
        rows.append(Evidence(item.scheme.value, Layer.SYNTAX, outcome, item.value, "form and check digits", detail))
    return rows


def _asked(register: Register, party: Party, send: Fetch | None) -> list[Evidence]:
    what, number = register.number(party)
    if not number:
        return []
    answer = ask(register, number, send)
    value = next((one.value for one in party.identifiers if one.scheme == what), number)
    told = f"{answer.name}, {answer.address}".strip(", ") if answer.outcome is Outcome.PASSED else answer.detail
    rows = [Evidence(str(what), Layer.REGISTER, answer.outcome, value, register.name, told)]
    address = _invoiced(party)
    if address is not None and answer.outcome is Outcome.PASSED:
        outcome = agrees(party.name, address.postcode, answer.name, answer.postcode)
        rows.append(Evidence("address", Layer.REGISTER, outcome, line_of(address), register.name, told))
    return rows
