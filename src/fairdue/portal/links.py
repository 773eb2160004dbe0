"""Personal links: made, opened into a visit, asked for again, ended.

A token is 32 random bytes and only its SHA-256 is kept: nobody guesses 256 random bits, so a slow hash would
protect nothing. A link opens as often as its holder follows it until it ends, because mail scanners follow
links before people do; what it opens is one debtor's own items, never an account.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F

from fairdue.foundation import clock
from fairdue.foundation.arrays import columns
from fairdue.foundation.commands import command
from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.mail import Mail, queue_mail
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.portal.models import Failure, Link, Visit
from fairdue.portal.words import words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.parties.selectors import DebtorRow

LINK_DAYS = 60
VISIT = timedelta(hours=12)
IDLE = timedelta(hours=2)
MOST_OPENS = 200
MOST_FAILURES = 20
SPAN = timedelta(minutes=10)
ACTS = frozenset({Permission.COLLECTIONS_ACT, Permission.INVOICES_VIEW})
"""What a debtor may do for himself; every action names his own items again."""
ADDRESS = "p/l/"
"""Where a link opens, before its token. Written here because asking the table of addresses loads every page of the
product into a process that only sends messages."""
_INSERT = """
INSERT INTO portal_link (tenant_id, expires_at, opens, id, creditor_id, debtor_id, token_hash)
SELECT %s, %s, 0, l.* FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[]) AS l(id, creditor, debtor, token)
"""
_COUNT_FAILURE = """
INSERT INTO portal_failure (bucket, count) VALUES (%s, 1)
ON CONFLICT (bucket) DO UPDATE SET count = portal_failure.count + 1 RETURNING count
"""


@dataclass(frozen=True, slots=True)
class Guest:
    """Who visits: one debtor of one creditor of one tenant."""

    visit: UUID
    tenant: int
    tenant_name: str
    timezone: str
    creditor: UUID
    debtor: UUID

    @property
    def reading(self) -> Ctx:
        """Return the context for pages: the weak database role that sees this creditor's rows only."""
        return Ctx(TenantId(self.tenant), f"portal:{self.debtor}", self.creditor, ACTS)

    @property
    def acting(self) -> Ctx:
        """Return the context for commands, which write."""
        return Ctx(TenantId(self.tenant), f"portal:{self.debtor}", None, ACTS)


def digest(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@command("portal.make_links", Permission.COLLECTIONS_ACT)
def make_links(ctx: Ctx, *, debtors: Sequence[UUID], today: date) -> dict[UUID, str]:
    """Make a personal link for each debtor, record `portal.link_made` and return the addresses, shown this once.

    A debtor that does not exist gets none. Merged records get the link of their survivor.
    """
    expires_at = clock.now() + timedelta(days=LINK_DAYS)
    rows = parties.homes(ctx, debtors)
    tokens = {id_: secrets.token_urlsafe(32) for id_, _, _ in rows}
    links = [(uuid7(), creditor, survivor, digest(tokens[id_])) for id_, creditor, survivor in rows]
    if not links:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [ctx.tenant, expires_at, *columns(links)])
    until = expires_at.date().isoformat()
    record_all(ctx, [
        NewFact("portal.link_made", today, debtor, creditor, debtor, {"link": str(link), "expires_on": until})
        for link, creditor, debtor, _ in links
    ])  # fmt: skip
    return {id_: f"{settings.BASE_URL}/{ADDRESS}{token}" for id_, token in tokens.items()}


def links_for(ctx: Ctx, debtors: Sequence[UUID], today: date) -> dict[UUID, str]:
    """Make links for messages that a room writes."""
    return make_links(ctx, debtors=debtors, today=today)


@command("portal.revoke_links", Permission.COLLECTIONS_ACT)
def revoke_links(ctx: Ctx, *, debtor: UUID) -> int:
    """End every link and visit of a debtor at once; returns how many links ended."""
    links = Link.objects.filter(tenant_id=ctx.tenant, debtor_id=debtor, revoked_at__isnull=True)
    return links.update(revoked_at=clock.now())


def end_links(ctx: Ctx, debtor: UUID) -> int:
    """End the links of a debtor for a screen."""
    return revoke_links(ctx, debtor=debtor)


def open_link(token: str, sender: str) -> str | None:
    """Return the secret of a new visit; None for a link that opens nothing, whatever the reason."""
    if too_many_failures(sender):
        return None
    link = _living(token)
    if link is None:
        note_failure(sender)
        return None
    secret = secrets.token_urlsafe(32)
    Visit.objects.create(link=link, secret_hash=digest(secret), expires_at=clock.now() + VISIT)
    Link.objects.filter(id=link.id).update(opens=F("opens") + 1)
    _record(link, "portal.opened")
    return secret


def _living(token: str) -> Link | None:
    found = Link.objects.select_related("tenant").filter(token_hash=digest(token), revoked_at__isnull=True)
    return found.filter(expires_at__gt=clock.now(), opens__lt=MOST_OPENS).first()


def _record(link: Link, fact: str) -> None:
    ctx = Ctx(TenantId(link.tenant.pk), f"portal:{link.debtor_id}")
    with ctx.open():
        today = clock.today(link.tenant.timezone)
        record(ctx, NewFact(fact, today, link.debtor_id, link.creditor_id, link.debtor_id, {"link": str(link.id)}))


def guest_of(secret: str) -> Guest | None:
    """Return who visits with this secret; None once the visit or its link has ended."""
    now = clock.now()
    row = (
        Visit.objects.select_related("link__tenant")
        .filter(secret_hash=digest(secret), expires_at__gt=now, seen_at__gt=now - IDLE, link__revoked_at__isnull=True)
        .first()
    )
    if row is None:
        return None
    _seen(row, now)
    link = row.link
    ctx = Ctx(TenantId(link.tenant.pk))
    with ctx.open():
        debtor = parties.survivor(ctx, link.debtor_id)
    return Guest(row.id, link.tenant.pk, link.tenant.name, link.tenant.timezone, link.creditor_id, debtor)


def _seen(row: Visit, now: datetime) -> None:
    """Note that the visitor is still here, at most once a minute."""
    if row.seen_at < now - timedelta(minutes=1):
        Visit.objects.filter(id=row.id).update(seen_at=now)


def leave(secret: str) -> None:
    """End a visit."""
    Visit.objects.filter(secret_hash=digest(secret)).delete()


def send_again(token: str, sender: str) -> None:
    """Send a fresh link to the address on file, if this token ever was one of ours; tells nothing either way."""
    if too_many_failures(sender):
        return
    note_failure(sender)
    link = Link.objects.select_related("tenant").filter(token_hash=digest(token), revoked_at__isnull=True).first()
    if link is None:
        return
    ctx = Ctx(TenantId(link.tenant.pk), f"portal:{link.debtor_id}", None, ACTS)
    with ctx.open():
        debtor = parties.debtor(ctx, parties.survivor(ctx, link.debtor_id))
        if debtor is not None and debtor.email:
            _mail_fresh_link(ctx, debtor, clock.today(link.tenant.timezone))


def _mail_fresh_link(ctx: Ctx, debtor: DebtorRow, today: date) -> None:
    """Queue the message; one a debtor and day, so that nobody floods a mailbox."""
    say = words_of(debtor.language)
    payload = {"email": debtor.email}
    record(ctx, NewFact("portal.link_asked", today, debtor.id, debtor.creditor_id, debtor.id, payload))
    creditor = parties.creditor(ctx, debtor.creditor_id)
    name = creditor.name if creditor else ""
    link = make_links(ctx, debtors=[debtor.id], today=today)[debtor.id]
    text = say("mail.text", creditor=name, link=link, days=LINK_DAYS)
    queue_mail(ctx, [Mail(
        "portal_link", f"portal_link:{debtor.id}:{today}", debtor.creditor_id, debtor.email,
        say("mail.subject", creditor=name), text, debtor_id=debtor.id, subject_id=debtor.id,
    )])  # fmt: skip


def too_many_failures(sender: str) -> bool:
    """Say whether this sender has failed so often that nothing is tried for a while."""
    return Failure.objects.filter(bucket=_bucket(sender), count__gte=MOST_FAILURES).exists()


def note_failure(sender: str) -> None:
    """Count a try that opened nothing, and forget old counts."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_FAILURE, [_bucket(sender)])
        fresh = cursor.fetchone() == (1,)
    if fresh:
        Failure.objects.filter(started_at__lt=clock.now() - timedelta(days=1)).delete()
        Visit.objects.filter(expires_at__lt=clock.now() - timedelta(days=1)).delete()


def _bucket(sender: str) -> str:
    """Return the name of the counter: a hash, so that no addresses are collected."""
    span = int(clock.now().timestamp()) // int(SPAN.total_seconds())
    return digest(f"{settings.SECRET_KEY}|{sender}|{span}")
