"""Whose request it is when proxies stand in between: believed only as far as the operator said.

Whoever sends a request may write any `X-Forwarded-For`. Only the last entries were written by our own proxies, so
the header is read from its end, and not at all unless FAIRDUE_TRUSTED_PROXIES is set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

type Address = IPv4Address | IPv6Address
MOST = 10
"""Proxies in a row; more is a mistake in the setting."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Which proxies are ours: so many in a row, or those of these networks; neither trusts nobody."""

    count: int = 0
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def holds(self, address: Address) -> bool:
        """Tell whether an address is one of our proxies."""
        return any(address in network for network in self.networks)


def parse_trust(text: str) -> Trust:
    """Read FAIRDUE_TRUSTED_PROXIES: empty, a number of proxies, or addresses and networks, comma-separated."""
    words = [word.strip() for word in text.split(",") if word.strip()]
    if len(words) == 1 and words[0].isdecimal():
        if int(words[0]) > MOST:
            raise ImproperlyConfigured(f"FAIRDUE_TRUSTED_PROXIES: {words[0]} proxies in a row are too many")
        return Trust(count=int(words[0]))
    try:
        return Trust(networks=tuple(ip_network(word) for word in words))
    except ValueError as error:
        raise ImproperlyConfigured(f"FAIRDUE_TRUSTED_PROXIES: {error}") from None


def _address(text: str) -> Address | None:
    """Read one entry: an address, perhaps with a port or in brackets."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def client_of(peer: str, forwarded: str, trust: Trust) -> str:
    """Return the address of whoever asks: the last one in the chain that is not a proxy of ours.

    `peer` is who connected, `forwarded` the header's text. An entry that cannot be read ends the search: what
    stands before it was written by somebody we do not know.
    """
    entries = forwarded.split(",") if forwarded.strip() else []
    if trust.count:
        found = _address(entries[-trust.count]) if len(entries) >= trust.count else None
        return str(found) if found else peer
    here = _address(peer)
    while here is not None and trust.holds(here) and entries:
        before = _address(entries.pop())
        if before is None:
            break
        here = before
    return str(here) if here is not None and trust.networks else peer


def sender_of(request: HttpRequest) -> str:
    """Return whom tries are counted for: the address, of IPv6 the /64 that one customer of a provider has."""
    text = str(request.META.get("REMOTE_ADDR", ""))
    found = _address(text)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, 64), strict=False).network_address)
    return str(found) if found else text


def client_address(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Put the client's address where everybody looks for it, before anybody does: rate limits, sessions, logs."""

    def answer(request: HttpRequest) -> HttpResponse:
        trust = settings.TRUSTED_PROXIES
        if trust.count or trust.networks:
            peer = str(request.META.get("REMOTE_ADDR", ""))
            request.META["REMOTE_ADDR"] = client_of(peer, request.headers.get("X-Forwarded-For", ""), trust)
        return get_response(request)

    return answer
