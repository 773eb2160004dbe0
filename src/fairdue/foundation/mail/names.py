"""What the domain name system says about a domain, where a resolver may be asked.

`FAIRDUE_RESOLVER` is `system` or the address of a resolver (`192.0.2.1` or `192.0.2.1:53`); without it nothing is
asked. An answer of none means "not checked", an empty one means "there is no such record".
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dns.resolver import Resolver

SECONDS = 3.0
"""How long one question may take."""


def lookup(domain: str, kind: str) -> tuple[str, ...] | None:
    """Return the records of a domain (MX as "10 host."), sorted; none where nobody could be asked."""
    place = os.environ.get("FAIRDUE_RESOLVER", "")
    if not place:
        return None
    import dns.exception
    import dns.resolver

    try:
        answer = _resolver(place).resolve(domain, kind, lifetime=SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except (dns.exception.DNSException, ValueError, OSError):
        return None
    return tuple(sorted(_text(record) for record in answer))


def _resolver(place: str) -> Resolver:
    import dns.resolver

    if place == "system":
        return dns.resolver.Resolver()
    host, _, port = place.partition(":")
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = [host], int(port or 53)
    return resolver


def _text(record: object) -> str:
    strings = getattr(record, "strings", None)
    return b"".join(strings).decode("utf-8", "replace") if strings is not None else str(record)


def takes_mail(domain: str) -> tuple[bool | None, str]:
    """Tell whether a domain takes mail, and why; none where nobody could be asked.

    Without MX the address record is the mail server (RFC 5321 § 5.1); an MX of "." takes no mail (RFC 7505).
    """
    found = lookup(domain, "MX")
    if found is None:
        return None, "no resolver answered"
    if found:
        null = all(one.split()[-1] == "." for one in found)
        return (False, f"{domain} takes no mail (null MX)") if null else (True, f"MX {found[0].split()[-1]}")
    for kind in ("A", "AAAA"):
        address = lookup(domain, kind)
        if address is None:
            return None, "no resolver answered"
        if address:
            return True, f"no MX; {kind} record {address[0]} (RFC 5321 § 5.1)"
    return False, f"{domain} has no mail server"
