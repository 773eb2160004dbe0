"""The sender of a creditor's mail, and the key that signs it (DKIM): made here, sealed to its row, never shown again.

A new key waits until its domain publishes it; the earlier one signs meanwhile. So no message goes out with a
signature that cannot be verified.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import date, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import Finding, RefusedError, refuse
from fairdue.core.mailauth.check import Check, Stand
from fairdue.core.mailauth.dkim import record_of
from fairdue.foundation.commands import command
from fairdue.foundation.crypto import decrypt, encrypt
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.mail.authentic import domain_of
from fairdue.foundation.mail.signing import Key, make_key, register_keys
from fairdue.foundation.permissions import Permission
from fairdue.parties.models import Creditor
from fairdue.parties.senders import CHECKED, RETIRED, SIGNING, WAITING, sender_of
from fairdue.parties.services.creditors import paid_to_digest
from fairdue.parties.validation import check_email, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fairdue.foundation.context import Ctx

PLACE = "creditor.dkim"
KEPT = timedelta(days=7)
"""How long the record of a retired key must stay: messages on their way carry its signature."""
_SELECTOR = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


@command("parties.set_sender", Permission.SETTINGS_EDIT)
def set_sender(
    ctx: Ctx, *, creditor: UUID, mail_from: str, bounce_address: str, today: date, key: str | None = None
) -> UUID:
    """Set the visible sender of a creditor's mail and the mailbox that bounces come to; empty is the installation's.

    Refuses what is no address, and a bounce address that has a sub-address already (the id of the message is put
    there).
    """
    del key
    visible, bounces = one_line(mail_from), one_line(bounce_address)
    if wrong := tuple(_wrong_addresses(visible, bounces)):
        raise RefusedError(*wrong)
    row = _locked(creditor)
    _save(ctx, row, {"mail_from": visible, "bounce_address": bounces, CHECKED: {}}, "sender", today)
    return creditor


def _wrong_addresses(visible: str, bounces: str) -> Iterator[Finding]:
    for path, text in (("mail_from", parseaddr(visible)[1]), ("bounce_address", bounces)):
        given = visible if path == "mail_from" else bounces
        if given:
            yield from (Finding(one.code, path, one.message) for one in check_email(text or given).findings)
    if "+" in bounces.partition("@")[0]:
        yield Finding("sender.bounce", "bounce_address", "Leave the + out; the id of each message is put there.")


@command("parties.make_mail_key", Permission.SETTINGS_EDIT)
def make_mail_key(ctx: Ctx, *, creditor: UUID, domain: str, selector: str, today: date, key: str | None = None) -> str:
    """Make a signing key for a domain of the creditor; returns the text record that its DNS must publish.

    It stands at `<selector>._domainkey.<domain>` and waits: `use_mail_key` lets it sign. A key that waited before is
    replaced. Refuses a domain that is not the sender's, and a selector that is in use: its record is another key's.
    """
    del key
    row = _locked(creditor)
    domain, selector = domain.strip().lower(), selector.strip().lower()
    known = sender_of(row)
    sender = domain_of(known.mail_from)
    if not _SELECTOR.fullmatch(selector):
        raise refuse("dkim.selector", "selector", "A selector is letters, digits and hyphens, such as fairdue1.")
    if check_email(f"a@{domain}").findings:
        raise refuse("dkim.domain", "domain", f"“{domain}” is no domain.")
    if sender and sender != domain and not sender.endswith(f".{domain}"):
        raise refuse("dkim.domain", "domain", f"Mail goes out from {sender}; a key of {domain} does not sign it.")
    used = {known.signing.place} if known.signing else set()
    used |= {one.place for one in known.retired if one.retired_on > today - KEPT}
    if f"{selector}._domainkey.{domain}" in used:
        raise refuse("dkim.used", "selector", f"{selector} is the selector of an earlier key; take another one.")
    private, public = make_key()
    sealed = encrypt(private, tenant=ctx.tenant, column=PLACE, row=creditor).hex()
    kept = {"domain": domain, "selector": selector, "sealed": sealed, "public": public, "made_on": today.isoformat()}
    _save(ctx, row, {WAITING: kept}, f"mail key of {domain} made", today)
    return record_of(public)


@command("parties.use_mail_key", Permission.SETTINGS_EDIT)
def use_mail_key(ctx: Ctx, *, creditor: UUID, published: Check, today: date, key: str | None = None) -> UUID:
    """Sign with the key that waits; `published` is what the domain name system said about it (`authentic.published`).

    Refuses a key that is not published; where nobody could be asked the key is used and the fact says so.
    """
    del key
    row = _locked(creditor)
    known = sender_of(row)
    if known.waiting is None:
        raise refuse("dkim.none", "key", "No key waits to be used.")
    if published.place != known.waiting.place or published.stand is Stand.WRONG:
        raise refuse("dkim.unpublished", "key", f"{known.waiting.place}: {published.sentence}", published.source)
    unasked = " (not checked whether it is published)" if published.stand is Stand.NOT_CHECKED else ""
    changes = {SIGNING: row.settings[WAITING], WAITING: {}, RETIRED: _retired(row, today), CHECKED: {}}
    _save(ctx, row, changes, f"mail is signed by {known.waiting.place}{unasked}", today)
    return creditor


@command("parties.retire_mail_key", Permission.SETTINGS_EDIT)
def retire_mail_key(ctx: Ctx, *, creditor: UUID, today: date, key: str | None = None) -> UUID:
    """Sign no more; the private half is forgotten, the record may go after a week."""
    del key
    row = _locked(creditor)
    known = sender_of(row)
    if known.signing is None:
        raise refuse("dkim.none", "key", "No key signs.")
    changes: dict[str, Any] = {SIGNING: {}, RETIRED: _retired(row, today), CHECKED: {}}
    _save(ctx, row, changes, f"mail is not signed by {known.signing.place} any more", today)
    return creditor


@command("parties.keep_mail_check", Permission.SETTINGS_EDIT)
def keep_mail_check(ctx: Ctx, *, creditor: UUID, checks: Sequence[Check], today: date, key: str | None = None) -> UUID:
    """Keep what the domain name system said about a sender, with the day."""
    del key
    row = _locked(creditor)
    kept = [{**asdict(one), "found": [text[:500] for text in one.found]} for one in checks]
    words = ", ".join(f"{one.name} {one.stand.value.replace('_', ' ')}" for one in checks)
    _save(ctx, row, {CHECKED: {"on": today.isoformat(), "checks": kept}}, f"sender checked: {words}", today)
    return creditor


def _locked(creditor: UUID) -> Creditor:
    row: Creditor | None = Creditor.objects.select_for_update().filter(id=creditor).first()
    if row is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    return row


def _retired(row: Creditor, today: date) -> list[dict[str, str]]:
    """Return the keys whose record must stay, with the one that signs now as the last."""
    signing = sender_of(row).signing
    earlier = [one for one in row.settings.get(RETIRED) or () if date.fromisoformat(one["on"]) > today - KEPT]
    return [*earlier, *([{"place": signing.place, "on": today.isoformat()}] if signing else [])]


def _save(ctx: Ctx, row: Creditor, changes: dict[str, Any], words: str, today: date) -> None:
    row.settings = {name: value for name, value in {**row.settings, **changes}.items() if value != {}}
    row.save(update_fields=["settings"])
    payload = {"name": row.name, "changes": words, "paid_to": paid_to_digest(row.iban, row.bic)}
    record(ctx, NewFact("creditor.changed", today, row.id, row.id, None, payload))


def mail_key(ctx: Ctx, creditor: UUID) -> Key | None:
    """Return the signing key of a creditor, none where it has none."""
    row = Creditor.objects.filter(id=creditor).first()
    kept = (row.settings.get(SIGNING) if row else None) or {}
    if not kept.get("sealed"):
        return None
    private = decrypt(bytes.fromhex(kept["sealed"]), tenant=ctx.tenant, column=PLACE, row=creditor)
    return Key(kept["domain"], kept["selector"], private)


register_keys(mail_key)
