"""Reach: how a creditor's documents go out, what is known about a customer's addresses, and what it wants."""

from http import HTTPStatus
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.resources.creditors import found as known_creditor
from fairdue.api.resources.debtors import found as known_debtor
from fairdue.api.routing import Call, Resource
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import masterdata
from fairdue.invoicing.reaching import choice_for
from fairdue.invoicing.services.dispatch import Dispatch, dispatch_of, set_dispatch
from fairdue.parties import look_queue, selectors, services

dispatch, reach = Resource("/dispatch", "creditors"), Resource("/reach", "debtors")
RESOURCES = [dispatch, reach]


class DispatchIn(values.Body):
    """How documents go out; `channel` and `by_country` are wishes that count where no law says otherwise."""

    delivery: str = Field(max_length=20)
    channel: str = Field("", max_length=20)
    by_country: dict[values.Country, values.Word] = Field({}, max_length=250)
    large: bool = False
    policy: str = Field("warn", max_length=20)
    least: str = Field("well_formed", max_length=20)


class DispatchOut(BaseModel):
    """How the documents of a creditor go out, and what it asks of addresses."""

    creditor: UUID
    delivery: str
    channel: str
    by_country: dict[str, str]
    large: bool
    policy: str
    least: str


class EvidenceOut(BaseModel):
    """One look at one value: by which layer, what it said (passed, failed, not_checked), who said so, when."""

    what: str
    value: str
    layer: str
    outcome: str
    source: str
    detail: str
    on: values.Day | None


class ReachOut(BaseModel):
    """What is known about a customer's addresses, and the channel that its invoices take today with the reason."""

    debtor: UUID
    address_state: str
    email_state: str
    wish: str
    channel: str | None
    why: str
    evidence: list[EvidenceOut]


class Word(values.Body):
    """What a person found out about the address or the e-mail."""

    what: values.Word
    right: bool = True
    source: values.Name


class WishIn(values.Body):
    """The channel by which a customer wants its invoices; empty for no wish."""

    channel: str = Field(max_length=20)


def _dispatch(call: Call, creditor: UUID) -> DispatchOut:
    now = dispatch_of(known_creditor(call, creditor).settings)
    return DispatchOut(
        creditor=creditor, delivery=now.delivery, channel=now.channel, by_country=dict(now.by_country),
        large=now.large, policy=now.policy, least=now.least,
    )  # fmt: skip


@dispatch.get("/{creditor}", Permission.CUSTOMERS_VIEW, DispatchOut)
def get_dispatch(call: Call, creditor: UUID) -> DispatchOut:
    """Get how the documents of a creditor go out."""
    return _dispatch(call, creditor)


@dispatch.put("/{creditor}", Permission.SETTINGS_EDIT, DispatchOut)
def put_dispatch(call: Call, creditor: UUID, body: DispatchIn) -> DispatchOut:
    """Set how the documents of a creditor go out from now on."""
    known_creditor(call, creditor)
    set_dispatch(call.ctx, creditor=creditor, dispatch=Dispatch(**body.model_dump()), today=call.today)
    return _dispatch(call, creditor)


def _reach(call: Call, debtor: UUID) -> ReachOut:
    row = known_debtor(call, debtor)
    choice = choice_for(*masterdata.pair(call.ctx, row.creditor_id, debtor), call.today)
    return ReachOut(
        debtor=debtor, address_state=row.address_state, email_state=row.email_state, wish=row.delivery,
        channel=choice.way.value if choice and choice.way else None,
        why=choice.why if choice else "The creditor sends nothing by itself.",
        evidence=[
            EvidenceOut(
                what=one.what, value=one.value, layer=one.layer.value, outcome=one.outcome.value, source=one.source,
                detail=one.detail, on=one.on,
            )
            for one in selectors.evidence(call.ctx, debtor)
        ],
    )  # fmt: skip


@reach.get("/{debtor}", Permission.CUSTOMERS_VIEW, ReachOut)
def get_reach(call: Call, debtor: UUID) -> ReachOut:
    """Get how a customer is reached, with all evidence in order."""
    return _reach(call, debtor)


@reach.post("/{debtor}/check", Permission.CUSTOMERS_EDIT, ReachOut, status=HTTPStatus.ACCEPTED)
def check_reach(call: Call, debtor: UUID) -> ReachOut:
    """Look in every layer; where registers or the DNS are asked, the answer comes a moment later."""
    if known_debtor(call, debtor).merged_into_id:
        raise Http404
    look_queue.queue_look(call.ctx, debtor=debtor, today=call.today)
    return _reach(call, debtor)


@reach.post("/{debtor}/confirm", Permission.CUSTOMERS_EDIT, ReachOut)
def confirm_reach(call: Call, debtor: UUID, body: Word) -> ReachOut:
    """Record that a person confirmed the address or the e-mail, or learned that it is wrong."""
    known_debtor(call, debtor)
    services.confirm_value(call.ctx, debtor=debtor, today=call.today, **body.model_dump())
    return _reach(call, debtor)


@reach.put("/{debtor}/wish", Permission.CUSTOMERS_EDIT, ReachOut)
def put_wish(call: Call, debtor: UUID, body: WishIn) -> ReachOut:
    """Keep by which channel a customer wants its invoices."""
    known_debtor(call, debtor)
    services.set_delivery_wish(call.ctx, debtor=debtor, channel=body.channel, today=call.today)
    return _reach(call, debtor)
