"""Keep what was found out about addresses, and derive from it how far each is trusted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.core.parties.evidence import Evidence, Layer, Outcome, state_of
from fairdue.core.parties.models import Address
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.parties.models import AddressEvidence, Debtor, DebtorIdentifier, States
from fairdue.parties.translate import parties_of
from fairdue.parties.verification.examining import examine, line_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx
    from fairdue.parties.verification.asking import Fetch, Register

VALUE = 300
"""Characters of a value that are kept and compared."""
_MEANT = {
    States.CONFIRMED: (Layer.PERSON, Outcome.PASSED),
    States.DELIVERED: (Layer.DELIVERY, Outcome.PASSED),
    States.MATCHED: (Layer.REGISTER, Outcome.PASSED),
    States.WELL_FORMED: (Layer.SYNTAX, Outcome.PASSED),
    States.RETURNED: (Layer.DELIVERY, Outcome.FAILED),
}
"""What somebody who gives a state has seen."""
_NAMES = {"address": "Address", "email": "E-mail"}


def look_at(
    ctx: Ctx, *, debtor: UUID, registers: Sequence[Register] | None = None, send: Fetch | None = None
) -> list[Evidence]:
    """Ask every layer about a debtor; opens the context for the reading only, so that no register holds a lock."""
    with ctx.open():
        [party] = parties_of(Debtor.objects.filter(id=debtor))
    return examine(party, registers, send)


def values_of(row: Debtor) -> dict[str, str]:
    """Return the value that evidence on the address and the e-mail is about today."""
    place = Address(street=row.street, postcode=row.postcode, city=row.city, region=row.region, country=row.country)
    return {"address": line_of(place)[:VALUE] if row.street or row.city else "", "email": row.email}


@command("parties.keep_evidence", Permission.CUSTOMERS_EDIT)
def keep_evidence(ctx: Ctx, *, debtor: UUID, evidence: Sequence[Evidence], today: date, key: str | None = None) -> UUID:
    """Keep what was found out about a debtor, and say as a fact what is trusted more or less since."""
    del key
    row = Debtor.objects.select_for_update().get(id=debtor)
    _keep(ctx, row, [replace(one, on=today) for one in evidence], today)
    return debtor


@command("parties.confirm_value", Permission.CUSTOMERS_EDIT)
def confirm_value(
    ctx: Ctx, *, debtor: UUID, what: str, source: str, today: date, right: bool = True, key: str | None = None
) -> UUID:
    """Record that a person confirmed the address or e-mail with the customer, or learned that it is wrong.

    `source` says how it is known; it stands in the fact with the actor. Refuses an empty one.
    """
    del key
    if what not in _NAMES:
        raise refuse("verify.unknown", "what", "Only the address and the e-mail can be confirmed.")
    if not source.strip():
        raise refuse("verify.source", "source", "Say how this is known: a call, a letter, a visit.")
    row = Debtor.objects.select_for_update().get(id=debtor)
    value = values_of(row)[what]
    if not value:
        raise refuse("verify.empty", "what", f"There is no {_NAMES[what].lower()} to confirm.")
    outcome = Outcome.PASSED if right else Outcome.FAILED
    _keep(ctx, row, [Evidence(what, Layer.PERSON, outcome, value, source.strip()[:120], "", today)], today)
    return debtor


@command("parties.note_delivery")
def note_delivery(
    ctx: Ctx, *, debtor: UUID, what: str, value: str, arrived: bool, source: str, today: date, detail: str = "",
    key: str | None = None,
) -> UUID:  # fmt: skip
    """Note that something sent to an address arrived or came back. One that came back is unverified at once."""
    del key
    row = Debtor.objects.select_for_update().get(id=debtor)
    outcome = Outcome.PASSED if arrived else Outcome.FAILED
    _keep(ctx, row, [Evidence(what, Layer.DELIVERY, outcome, value, source[:120], detail[:500], today)], today)
    return debtor


@command("parties.verify_value", Permission.CUSTOMERS_EDIT)
def verify_value(
    ctx: Ctx, *, debtor: UUID, what: str, state: str, source: str, today: date, key: str | None = None
) -> UUID:
    """Record how far the bill-to address or main e-mail is trusted, and by what (returned letter, register, call)."""
    del key
    if what not in _NAMES or state not in _MEANT:
        raise refuse("verify.unknown", "what", "Only the address and the e-mail have a state.")
    row = Debtor.objects.select_for_update().get(id=debtor)
    layer, outcome = _MEANT[States(state)]
    value = values_of(row)[what]
    if getattr(row, f"{what}_state") != state:
        _keep(ctx, row, [Evidence(what, layer, outcome, value, source[:120])], today)
    return debtor


def _keep(ctx: Ctx, row: Debtor, evidence: Sequence[Evidence], today: date) -> None:
    current = values_of(row)
    known = evidence_of(row.id)
    fresh = [*_remembered(row, current, known), *evidence]
    places = sorted(uuid7() for _ in fresh)  # what one look found stands in its order: the last word of a layer counts
    AddressEvidence.objects.bulk_create(
        _stored(ctx, row, one, today, place) for one, place in zip(fresh, places, strict=True)
    )
    known += fresh
    for what in _NAMES:
        mine = [one for one in known if one.what == what and one.value == current[what]]
        state = States(state_of(current[what], mine).value)
        if mine and state != getattr(row, f"{what}_state"):
            Debtor.objects.filter(id=row.id).update(**{f"{what}_state": state})
            _tell(ctx, row, what, state, mine, today)
    _identifiers(row.id, known)


def _remembered(row: Debtor, current: dict[str, str], known: Sequence[Evidence]) -> list[Evidence]:
    """Return what a state that was given before anything was kept stands for, so that a weaker look cannot undo it."""
    told = {(one.what, one.value) for one in known}
    states = {what: States(getattr(row, f"{what}_state")) for what in _NAMES}
    return [
        Evidence(what, *_MEANT[state], current[what], "recorded before")
        for what, state in states.items()
        if state in _MEANT and (what, current[what]) not in told
    ]


def _stored(ctx: Ctx, row: Debtor, one: Evidence, today: date, place: UUID) -> AddressEvidence:
    return AddressEvidence(
        tenant_id=ctx.tenant, id=place, creditor_id=row.creditor_id, debtor_id=row.id, what=one.what,
        layer=one.layer.value, outcome=one.outcome.value, value=one.value[:VALUE], source=one.source[:120],
        detail=one.detail[:500], checked_on=today, actor=ctx.actor,
    )  # fmt: skip


def _identifiers(debtor: UUID, known: Sequence[Evidence]) -> None:
    for item in DebtorIdentifier.objects.filter(debtor_id=debtor):
        mine = [one for one in known if one.what == item.scheme and one.value == item.value]
        state = state_of(item.value, mine).value
        if mine and state != item.state:
            DebtorIdentifier.objects.filter(id=item.id).update(state=state)


def _tell(ctx: Ctx, row: Debtor, what: str, state: States, mine: Sequence[Evidence], today: date) -> None:
    last = mine[-1]
    payload = {
        "what": _NAMES[what], "state": state.value.replace("_", " "), "source": last.source, "value": last.value,
        "detail": last.detail,
    }  # fmt: skip
    record(ctx, NewFact("debtor.verified", today, row.id, row.creditor_id, row.id, payload))


def evidence_of(debtor: UUID) -> list[Evidence]:
    """Return all evidence on a debtor in the order in which it was found."""
    rows = AddressEvidence.objects.filter(debtor_id=debtor).order_by("recorded_at", "id")
    return [
        Evidence(row.what, Layer(row.layer), Outcome(row.outcome), row.value, row.source, row.detail, row.checked_on)
        for row in rows
    ]
