"""Ask the domain name system whether mail may be sent in a name; the answers are judged by `core.mailauth`."""

from __future__ import annotations

import os
from dataclasses import dataclass

from fairdue.core.mailauth.check import Check, Stand, silent
from fairdue.core.mailauth.dkim import check_dkim
from fairdue.core.mailauth.dmarc import check_alignment, check_dmarc
from fairdue.core.mailauth.spf import check_spf
from fairdue.foundation.mail.names import lookup, takes_mail


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a signing key, and where it stands."""

    domain: str
    selector: str
    public: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a message says that it is from, and where it comes back to; keys as signing, then waiting."""

    visible: str
    bounces: str
    signing: PublicKey | None = None
    waiting: PublicKey | None = None


class _Asking:
    """Asks for texts and hosts, each once; when nobody answers it asks no more, so that it costs one time-out."""

    def __init__(self) -> None:
        self.silent = False
        self._known: dict[tuple[str, str], tuple[str, ...] | None] = {}

    def __call__(self, name: str) -> tuple[str, ...] | None:
        return self.hosts(name, "TXT")

    def hosts(self, name: str, kind: str) -> tuple[str, ...] | None:
        """Return the records of a name and kind."""
        if (name, kind) not in self._known:
            self._known[name, kind] = None if self.silent else lookup(name, kind)
            self.silent = self.silent or self._known[name, kind] is None
        return self._known[name, kind]


def domain_of(address: str) -> str:
    """Return the domain of an address, `Name <a@b.example>` too; empty where there is none."""
    return address.rpartition("@")[2].strip().rstrip(">").lower() if "@" in address else ""


def asked() -> bool:
    """Tell whether the operator named a resolver to be asked."""
    return bool(os.environ.get("FAIRDUE_RESOLVER"))


def sending() -> str:
    """Return the SPF mechanism that stands for the mail server of this installation; empty where nobody said."""
    return os.environ.get("FAIRDUE_SPF", "").strip()


def published(key: PublicKey) -> Check:
    """Compare the key with what its domain publishes."""
    return check_dkim(key.domain, key.selector, key.public, _Asking())


def examine(sender: Sender) -> list[Check]:
    """Return how each record of a sender stands today; nothing is kept."""
    look = _Asking()
    visible, envelope = domain_of(sender.visible), domain_of(sender.bounces or sender.visible)
    checks = [check_spf(envelope, look, sending(), look.hosts)]
    checks += [
        check_dkim(one.domain, one.selector, one.public, look) for one in (sender.signing, sender.waiting) if one
    ]
    if sender.signing is None:
        sentence = f"Mail of {visible} is not signed. Make a key, publish it, then sign with it."
        checks.append(Check("DKIM", visible, Stand.WRONG, sentence, source="RFC 6376"))
    checks.append(check_dmarc(visible, look))
    checks.append(check_alignment(visible, envelope, sender.signing.domain if sender.signing else "", look))
    return [*checks, _bounces(envelope, look)]


def _bounces(domain: str, look: _Asking) -> Check:
    source = "RFC 5321 § 5.1"
    taken, why = (None, "") if look.silent else takes_mail(domain)
    if taken is None:
        return silent("Bounces", domain, source)
    return Check("Bounces", domain, Stand.VALID if taken else Stand.WRONG, why, source=source)
