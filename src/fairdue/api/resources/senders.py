"""Senders: whose name a creditor's mail carries, the key that signs it, and what the DNS says about both."""

from http import HTTPStatus
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.routing import Call, Resource
from fairdue.foundation.mail import authentic
from fairdue.foundation.permissions import Permission
from fairdue.parties import senders, services

sending = Resource("/senders", "creditors")
RESOURCES = [sending]


class KeyOut(BaseModel):
    """A signing key: the record that the domain publishes. The private half is never told."""

    domain: str
    selector: str
    place: str
    record: str
    made_on: values.Day | None


class CheckOut(BaseModel):
    """One record of the domain: valid, weak, wrong or not_checked, what was found, and what to publish."""

    name: str
    place: str
    stand: str
    sentence: str
    found: list[str]
    publish: str
    source: str


class SenderOut(BaseModel):
    """How the mail of a creditor goes out; `waiting` is a key that does not sign yet."""

    creditor: UUID
    mail_from: str
    bounce_address: str
    signing: KeyOut | None
    waiting: KeyOut | None
    checked_on: values.Day | None
    checks: list[CheckOut]


class SenderIn(values.Body):
    """The visible sender and the mailbox for bounces; empty is the installation's."""

    mail_from: values.Text
    bounce_address: values.Text


class MailKeyIn(values.Body):
    """Which key is to be made."""

    domain: values.Name
    selector: str = Field(min_length=1, max_length=63)


def _key(key: senders.KeyRow | None) -> KeyOut | None:
    return None if key is None else KeyOut(**{name: getattr(key, name) for name in KeyOut.model_fields})


def _known(call: Call, creditor: UUID) -> senders.SenderRow:
    row = senders.sender(call.ctx, creditor)
    if row is None:
        raise Http404
    return row


def _show(call: Call, creditor: UUID) -> SenderOut:
    row = _known(call, creditor)
    return SenderOut(
        creditor=row.creditor, mail_from=row.mail_from, bounce_address=row.bounce_address, signing=_key(row.signing),
        waiting=_key(row.waiting), checked_on=row.checked_on,
        checks=[
            CheckOut(
                name=one.name, place=one.place, stand=one.stand.value, sentence=one.sentence, found=list(one.found),
                publish=one.publish, source=one.source,
            )
            for one in row.checks
        ],
    )  # fmt: skip


@sending.get("/{creditor}", Permission.SETTINGS_EDIT, SenderOut)
def get_a_sender(call: Call, creditor: UUID) -> SenderOut:
    """Get the sender of a creditor with the last check of its domain."""
    return _show(call, creditor)


@sending.put("/{creditor}", Permission.SETTINGS_EDIT, SenderOut)
def set_a_sender(call: Call, creditor: UUID, body: SenderIn) -> SenderOut:
    """Set the visible sender and the mailbox for bounces."""
    _known(call, creditor)
    services.set_sender(call.ctx, creditor=creditor, today=call.today, **body.model_dump())
    return _show(call, creditor)


@sending.post("/{creditor}/key", Permission.SETTINGS_EDIT, SenderOut, status=HTTPStatus.CREATED)
def make_a_mail_key(call: Call, creditor: UUID, body: MailKeyIn) -> SenderOut:
    """Make a signing key; it waits until its record is published."""
    _known(call, creditor)
    services.make_mail_key(call.ctx, creditor=creditor, today=call.today, **body.model_dump())
    return _show(call, creditor)


@sending.post("/{creditor}/key/use", Permission.SETTINGS_EDIT, SenderOut)
def use_a_mail_key(call: Call, creditor: UUID) -> SenderOut:
    """Sign with the key that waits; refused where the DNS shows another one or none."""
    waiting = _known(call, creditor).waiting
    if waiting is None:
        raise Http404
    said = authentic.published(waiting.published)
    services.use_mail_key(call.ctx, creditor=creditor, published=said, today=call.today)
    return _show(call, creditor)


@sending.post("/{creditor}/key/retire", Permission.SETTINGS_EDIT, SenderOut)
def retire_a_mail_key(call: Call, creditor: UUID) -> SenderOut:
    """Sign no more."""
    _known(call, creditor)
    services.retire_mail_key(call.ctx, creditor=creditor, today=call.today)
    return _show(call, creditor)


@sending.post("/{creditor}/check", Permission.SETTINGS_EDIT, SenderOut)
def check_a_sender(call: Call, creditor: UUID) -> SenderOut:
    """Ask the DNS about the sender's domain and keep the answer; not_checked where nobody can be asked."""
    found = authentic.examine(_known(call, creditor).asked_about)
    services.keep_mail_check(call.ctx, creditor=creditor, checks=found, today=call.today)
    return _show(call, creditor)
