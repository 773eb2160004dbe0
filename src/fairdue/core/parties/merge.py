"""What a merge of two records of one party would keep: a plan to look at before anything changes.

The survivor keeps its own value wherever it has one; what it lacks comes from the other record; lists
are united. Two exceptions follow trust and prudence: a better verified address wins, and of two credit
limits in one currency the smaller one stands. A person may choose otherwise per field.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, RefusedError, Severity
from fairdue.core.parties.models import Address, Contact, Identifier, Party, VerificationState

if TYPE_CHECKING:
    from collections.abc import Mapping

TRUST = {state: rank for rank, state in enumerate(VerificationState)}
"""Rank of each verification state; higher is trusted more."""


class Winner(StrEnum):
    """Whose value stands after the merge."""

    SURVIVOR = "survivor"
    MERGED = "merged"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class FieldPlan:
    """One field: what each record says, whose value stands, and why."""

    field: str
    survivor: str
    merged: str
    winner: Winner
    reason: str


@dataclass(frozen=True, slots=True)
class MergePlan:
    """The party as it would be, the decision per field, and what a person should know first."""

    result: Party
    fields: tuple[FieldPlan, ...]
    findings: tuple[Finding, ...]


SINGLE_FIELDS = ("name", "external_id", "country", "language", "payment_terms_days", "parent_id")


def _choose(field: str, ours: object, theirs: object, choices: Mapping[str, Winner]) -> FieldPlan:
    known, other = ours not in {None, ""}, theirs not in {None, ""}
    chosen = choices.get(field)
    if chosen in {Winner.SURVIVOR, Winner.MERGED} and known and other and ours != theirs:
        winner, reason = chosen, "chosen by a person"
    elif known or not other:
        winner, reason = (
            Winner.SURVIVOR,
            "both say the same" if ours == theirs else "the survivor's value stands",
        )
    else:
        winner, reason = Winner.MERGED, "the survivor had none"
    return FieldPlan(field, "" if ours is None else str(ours), "" if theirs is None else str(theirs), winner, reason)


def _limit(survivor: Party, merged: Party, choices: Mapping[str, Winner]) -> FieldPlan:
    ours, theirs = survivor.credit_limit_minor, merged.credit_limit_minor
    plain = _choose("credit_limit_minor", ours, theirs, choices)
    same_currency = survivor.credit_limit_currency == merged.credit_limit_currency
    if "credit_limit_minor" in choices or ours is None or theirs is None or not same_currency or ours <= theirs:
        return plain
    return replace(plain, winner=Winner.MERGED, reason="the smaller credit limit stands")


def _same_place(address: Address) -> tuple[str, ...]:
    parts = (address.kind.value, address.street, address.postcode, address.city, address.country)
    return tuple("".join(part.casefold().split()) for part in parts)


def _addresses(survivor: Party, merged: Party) -> tuple[Address, ...]:
    best: dict[tuple[str, ...], Address] = {}
    for address in survivor.addresses + merged.addresses:
        known = best.get(_same_place(address))
        if known is None or TRUST[address.state] > TRUST[known.state]:
            best[_same_place(address)] = address
    ordered = list(best.values())
    return tuple(sorted(ordered, key=lambda item: -TRUST[item.state]))


def _contacts(survivor: Party, merged: Party) -> tuple[Contact, ...]:
    kept: dict[tuple[str, ...], Contact] = {}
    for contact in survivor.contacts + merged.contacts:
        mail = contact.email.strip().casefold()
        key = (contact.role.value, mail) if mail else (contact.role.value, contact.name, contact.phone)
        kept.setdefault(key, contact)
    return tuple(kept.values())


def _identifiers(survivor: Party, merged: Party) -> tuple[Identifier, ...]:
    kept: dict[tuple[str, str], Identifier] = {}
    for identifier in survivor.identifiers + merged.identifiers:
        known = kept.get((identifier.scheme.value, identifier.value))
        if known is None or TRUST[identifier.state] > TRUST[known.state]:
            kept[identifier.scheme.value, identifier.value] = identifier
    return tuple(kept.values())


def _lists(survivor: Party, merged: Party) -> list[FieldPlan]:
    return [
        FieldPlan(
            field,
            str(len(getattr(survivor, field))),
            str(len(getattr(merged, field))),
            Winner.BOTH,
            "both lists are kept, equal entries once",
        )
        for field in ("addresses", "contacts", "identifiers", "ibans")
    ]


def _refusals(survivor: Party, merged: Party) -> list[Finding]:
    found = []
    if survivor.id == merged.id:
        found.append(Finding("merge.same", "id", "A record cannot be merged with itself."))
    if survivor.kind is not merged.kind:
        sentence = f"One record is a {survivor.kind.value}, the other a {merged.kind.value}: other law applies."
        found.append(Finding("merge.kind", "kind", sentence))
    if merged.id == survivor.parent_id or survivor.id == merged.parent_id:
        found.append(Finding("merge.parent", "parent_id", "One record is the parent of the other; unlink them first."))
    return found


def _warnings(survivor: Party, merged: Party, identifiers: tuple[Identifier, ...]) -> list[Finding]:
    found = []
    for scheme in dict.fromkeys(item.scheme for item in identifiers):
        ours, theirs = survivor.values(scheme), merged.values(scheme)
        if ours and theirs and set(ours) != set(theirs):
            sentence = f"The records carry different {scheme.value} numbers; both would be kept. Are they one party?"
            found.append(Finding("merge.identifier", f"identifiers.{scheme.value}", sentence, Severity.WARNING))
    both_limits = survivor.credit_limit_minor is not None and merged.credit_limit_minor is not None
    if both_limits and survivor.credit_limit_currency != merged.credit_limit_currency:
        sentence = "The credit limits are in different currencies; the survivor's stands."
        found.append(Finding("merge.limit_currency", "credit_limit_minor", sentence, Severity.WARNING))
    return found


def plan_merge(survivor: Party, merged: Party, choices: Mapping[str, Winner] | None = None) -> MergePlan:
    """Return what merging `merged` into `survivor` keeps; refuse what cannot be one party.

    `choices` names per single field whose value stands where both records have one. The plan changes
    nothing; merging a record that lacks everything gives the survivor back unchanged.
    """
    refusals = _refusals(survivor, merged)
    if refusals:
        raise RefusedError(*refusals)
    wanted = choices or {}
    fields = [_choose(name, getattr(survivor, name), getattr(merged, name), wanted) for name in SINGLE_FIELDS]
    limit = _limit(survivor, merged, wanted)
    sides = {Winner.SURVIVOR: survivor, Winner.MERGED: merged}
    values = {plan.field: getattr(sides[plan.winner], plan.field) for plan in fields}
    identifiers = _identifiers(survivor, merged)
    result = replace(
        survivor,
        **values,
        credit_limit_minor=sides[limit.winner].credit_limit_minor,
        credit_limit_currency=sides[limit.winner].credit_limit_currency,
        addresses=_addresses(survivor, merged),
        contacts=_contacts(survivor, merged),
        identifiers=identifiers,
        ibans=tuple(dict.fromkeys(survivor.ibans + merged.ibans)),
    )
    warnings = _warnings(survivor, merged, identifiers)
    return MergePlan(result, (*fields, limit, *_lists(survivor, merged)), tuple(warnings))
