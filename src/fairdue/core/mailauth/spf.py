"""Who may send for a domain (RFC 7208): the record and what it includes, read like a receiver reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network

from fairdue.core.mailauth.check import Check, Hosts, Look, Stand, silent

SOURCE = "RFC 7208"
LOOKUPS = 10
"""Mechanisms that ask the domain name system, at most (§ 4.6.4); the eleventh is an error."""
EXCHANGES = 10
"""Mail servers of one `mx` that are looked at, at most (§ 4.6.4); more is an error."""
_PREFIX = re.compile(r"(?P<name>[^/]*)(?:/(?P<four>\d{1,2}))?(?://(?P<six>\d{1,3}))?")
_TERM = re.compile(r"([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists)([:/].*)?", re.IGNORECASE)
_MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9._-]*)=(.*)")
_BARE = frozenset({"all", "a", "mx", "ptr"})
"""Mechanisms that stand without a value; the others need one."""


@dataclass(slots=True)
class _Read:
    """What reading a record and its includes has found so far."""

    lookups: int = 0
    names: set[str] = field(default_factory=set)
    networks: list[IPv4Network | IPv6Network] = field(default_factory=list)
    unasked: str = ""
    """Why it cannot be told for a mechanism whether it names our server; the first of them."""
    end: str = ""
    """The qualifier of `all` in the record itself; empty where there is none."""
    everybody: bool = False
    wrong: str = ""
    silent: bool = False


def check_spf(domain: str, look: Look, sending: str = "", hosts: Hosts | None = None) -> Check:
    """Read the record of a domain; `sending` is the mechanism that stands for our mail server.

    It is `include:NAME`, `ip4:ADDRESS` or `ip6:ADDRESS`. Without it nobody can tell whether the record lets us send,
    and the check says so. `hosts` answers for the addresses that `a` and `mx` name; without it they are not checked.
    """
    texts = look(domain)
    if texts is None:
        return silent("SPF", domain, SOURCE)
    records = tuple(text for text in texts if re.match(r"v=spf1( |$)", text, re.IGNORECASE))
    fresh = f"v=spf1 {sending} ~all" if sending else ""
    if not records:
        sentence = "No record says who may send for this domain." + ("" if fresh else _UNTOLD)
        return Check("SPF", domain, Stand.WRONG, sentence, (), fresh, f"{SOURCE} § 4.5")
    if len(records) > 1:
        sentence = f"{len(records)} records stand there; receivers answer with an error. Merge them into one."
        return Check("SPF", domain, Stand.WRONG, sentence, records, "", f"{SOURCE} § 3.2")
    read = _Read()
    _follow(domain, records[0], _Names(look, hosts), read, top=True)
    stand, sentence, publish = _judged(records[0], read, sending)
    return Check("SPF", domain, stand, sentence, records, publish, SOURCE)


_UNTOLD = " Which server sends for this installation is not set (FAIRDUE_SPF); ask whoever runs your mail server."


def _judged(record: str, read: _Read, sending: str) -> tuple[Stand, str, str]:
    if read.wrong:
        return Stand.WRONG, read.wrong, ""
    if read.everybody:
        return (
            Stand.WRONG,
            "It lets everybody send for this domain (+all).",
            re.sub(r"(?<!\S)\+?all(?!\S)", "~all", record),
        )
    if read.silent:
        return Stand.NOT_CHECKED, "The record stands; a record that it includes could not be asked for.", ""
    if not sending:
        return Stand.NOT_CHECKED, "The record is in order; whether it lets us send cannot be told." + _UNTOLD, ""
    return _for_us(record, read, sending)


def _for_us(record: str, read: _Read, sending: str) -> tuple[Stand, str, str]:
    lets = _lets(read, sending)
    if lets is None:
        return Stand.NOT_CHECKED, f"Whether our mail server is among those named cannot be told: {read.unasked}.", ""
    if not lets:
        return Stand.WRONG, f"It does not name our mail server ({sending}).", _with(record, sending)
    if read.end in {"", "?"}:
        return Stand.WEAK, "It does not say what to do with mail from elsewhere (~all or -all).", ""
    return Stand.VALID, f"It names our mail server ({sending}); {read.lookups} of {LOOKUPS} questions.", ""


def _with(record: str, sending: str) -> str:
    head, space, tail = record.rpartition(" ")
    last = re.fullmatch(r"[+?~-]?all|redirect=.*", tail, re.IGNORECASE)
    return f"{head} {sending}{space}{tail}" if last else f"{record} {sending} ~all"


def _lets(read: _Read, sending: str) -> bool | None:
    """Tell whether the mechanism is among what was read; none where hosts were named that were not asked for."""
    kind, _, value = sending.lower().partition(":")
    if kind == "include":
        return value in read.names
    network = _network(value)
    if network is not None and any(_inside(network, one) for one in read.networks):
        return True
    return None if read.unasked else False


def _inside(network: IPv4Network | IPv6Network, other: IPv4Network | IPv6Network) -> bool:
    return network.version == other.version and network.subnet_of(other)  # type: ignore[arg-type]


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Names:
    """Who is asked: for texts, and for hosts where somebody may be asked for them."""

    look: Look
    hosts: Hosts | None


def _follow(domain: str, record: str, names: _Names, read: _Read, *, top: bool) -> None:
    """Read the terms of one record; what it includes is read too."""
    redirect = ""
    for term in record.split()[1:]:
        found = _TERM.fullmatch(term)
        modifier = None if found else _MODIFIER.fullmatch(term)
        if found:
            _mechanism(domain, found, names, read, top=top)
        elif modifier is None:
            _fault(read, f"“{term}” in the record of {domain} is no term of SPF")
        elif modifier[1].lower() == "redirect":
            redirect = modifier[2]
    if redirect and not read.end:
        _nested(redirect, names, read, top=top)


def _fault(read: _Read, what: str) -> None:
    read.wrong = read.wrong or f"{what}; receivers answer with an error."


def _mechanism(domain: str, term: re.Match[str], names: _Names, read: _Read, *, top: bool) -> None:
    qualifier, name, rest = term[1] or "+", term[2].lower(), (term[3] or "").removeprefix(":")
    if not rest and name not in _BARE:
        _fault(read, f"{name} in the record of {domain} lacks its value")
    elif name == "all":
        read.end = qualifier if top else read.end
        read.everybody = read.everybody or qualifier == "+"
    elif name in {"ip4", "ip6"}:
        network = _network(rest)
        if network is None or network.version != int(name[2]):
            _fault(read, f"{name}:{rest} in the record of {domain} is no such address")
        elif qualifier == "+":
            read.networks.append(network)
    elif name == "include":
        read.names |= {rest.lower()} if qualifier == "+" else set()
        _nested(rest, names, read, top=False)
    else:
        _count(read)
        _named(domain, qualifier + name, rest, names, read)


def _named(domain: str, term: str, rest: str, names: _Names, read: _Read) -> None:
    """Ask for the addresses that `a` and `mx` name; `exists`, `ptr` and macros depend on each message."""
    said = f"“{term[1:]}:{rest}”" if rest and rest[0] != "/" else f"“{term[1:]}{rest}”"
    if term[1:] in {"exists", "ptr"} or "%" in rest:
        _untold(read, f"{said} of {domain} depends on each message")
        return
    place = _PREFIX.fullmatch(rest)
    four, six = int((place and place["four"]) or 32), int((place and place["six"]) or 128)
    if place is None or four > 32 or six > 128:  # noqa: PLR2004 - the lengths of an address
        _fault(read, f"{said} in the record of {domain} is no term of SPF")
    elif not read.wrong:
        _hosts(place["name"] or domain, term, (four, six), names, read)


def _hosts(name: str, term: str, prefixes: tuple[int, int], names: _Names, read: _Read) -> None:
    asked = (name,) if term[1:] == "a" else _exchanges(name, names, read)
    for host in asked or ():
        for kind, prefix in zip(("A", "AAAA"), prefixes, strict=True):
            found = names.hosts(host, kind) if names.hosts else None
            if found is None:
                asked = None
            elif term[0] == "+":
                networks = (_network(f"{address}/{prefix}") for address in found)
                read.networks += [network for network in networks if network is not None]
    if asked is None:
        _untold(read, f"nobody answered for the addresses of {name} ({term[1:]})")


def _exchanges(name: str, names: _Names, read: _Read) -> tuple[str, ...] | None:
    """Return the mail servers of a name, none where nobody answers."""
    found = names.hosts(name, "MX") if names.hosts else None
    if found is None:
        return None
    servers = tuple(one.split()[-1].rstrip(".") for one in found if one.strip())
    if len(servers) > EXCHANGES:
        _fault(read, f"{name} has more than {EXCHANGES} mail servers (§ 4.6.4)")
    return tuple(one for one in servers if one)


def _untold(read: _Read, why: str) -> None:
    read.unasked = read.unasked or why


def _count(read: _Read) -> None:
    read.lookups += 1
    if read.lookups > LOOKUPS:
        _fault(read, f"It asks more than {LOOKUPS} questions (§ 4.6.4)")


def _nested(name: str, names: _Names, read: _Read, *, top: bool) -> None:
    _count(read)
    if "%" in name:
        _untold(read, f"“{name}” depends on each message")
        return
    if read.wrong:
        return
    texts = names.look(name)
    if texts is None:
        read.silent = True
        return
    records = [text for text in texts if re.match(r"v=spf1( |$)", text, re.IGNORECASE)]
    if len(records) == 1:
        _follow(name, records[0], names, read, top=top)
    else:
        _fault(read, f"{name}, which it includes, has no single record of its own (§ 5.2)")
