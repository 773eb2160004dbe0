"""The policy of a domain for mail that fails (RFC 7489 § 6.3), and whether our mail would pass it (§ 3.1).

The organisation of a domain is found by the tree walk of RFC 9989, which replaces RFC 7489 and needs no list of public
suffixes: the records at the domain and above it say it themselves. Receivers that still go by the list may see it
otherwise where nothing is published.
"""

from __future__ import annotations

from dataclasses import dataclass

from fairdue.core.mailauth.check import Check, Look, Stand, silent, tags

SOURCE = "RFC 7489 § 6"
_POLICIES = ("none", "quarantine", "reject")


MOST = 8
"""Domains that the tree walk asks, at most; of a longer name the middle is left out."""


def walked(domain: str) -> tuple[str, ...]:
    """Return what the tree walk asks: the domain, then each above it, of a long name from seven labels on."""
    labels = domain.split(".")
    start = 1 if len(labels) <= MOST else len(labels) - MOST + 1
    return (domain, *(".".join(labels[at:]) for at in range(start, len(labels))))


@dataclass(frozen=True, slots=True)
class Organisation:
    """The organisational domain of a domain; `said` when a record says so, else it is the domain itself."""

    domain: str
    said: bool


def organisation(domain: str, look: Look) -> Organisation | None:
    """Return the organisation that a domain belongs to, none where somebody did not answer.

    A record with psd=n is the organisation's, one with psd=y a public suffix just above it; without either it is
    that with the fewest labels.
    """
    found = ""
    for above in walked(domain):
        texts = look(f"_dmarc.{above}")
        if texts is None:
            return None
        records = _policies(texts)
        if len(records) != 1:
            continue
        suffix = tags(records[0]).get("psd", "u").lower()
        if suffix == "n":
            return Organisation(above, said=True)
        if suffix == "y" and above != domain:
            below = domain.removesuffix(f".{above}").rpartition(".")[2]
            return Organisation(f"{below}.{above}", said=True)
        found = above
    return Organisation(found or domain, said=bool(found))


def _policies(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for text in texts if text.replace(" ", "").startswith("v=DMARC1"))


def aligned(one: str, other: str) -> bool:
    """Tell whether two domains belong together by their names: equal, or one below the other (relaxed, § 3.1)."""
    return bool(one) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))


def _sisters(one: str, other: str) -> bool:
    """Tell whether two domains share one above them of two labels or more, which may be an organisation's."""
    return bool(other) and one.split(".")[-2:] == other.split(".")[-2:]


def _together(one: str, other: str, look: Look | None) -> bool | None:
    """Tell whether two sister domains are of one organisation by what is published; none where nothing says it."""
    if look is None or not _sisters(one, other):
        return None
    first, second = organisation(one, look), organisation(other, look)
    if first is None or second is None or not (first.said and second.said):
        return None
    return first.domain == second.domain


def check_dmarc(domain: str, look: Look) -> Check:
    """Read the policy of a domain, or the one that it inherits from its organisation."""
    fresh = f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"
    place = f"_dmarc.{domain}"
    owner = organisation(domain, look)
    if owner is None:
        return silent("DMARC", place, SOURCE)
    for above in dict.fromkeys((domain, owner.domain)):
        records = _policies(look(f"_dmarc.{above}") or ())
        if len(records) > 1:
            sentence = f"{len(records)} policies stand there, so none is followed (§ 6.6.3). Leave one."
            return Check("DMARC", f"_dmarc.{above}", Stand.WRONG, sentence, records, "", SOURCE)
        if records:
            return _judged(f"_dmarc.{above}", records[0], domain, inherited=above != domain)
    sentence = "No policy is published. Large mailbox providers refuse bulk mail without one."
    return Check("DMARC", place, Stand.WRONG, sentence, (), fresh, SOURCE)


def _judged(place: str, record: str, domain: str, *, inherited: bool) -> Check:
    found = tags(record)
    policy = (found.get("sp") if inherited else None) or found.get("p", "")
    if policy.lower() not in _POLICIES:
        sentence = f"p is “{policy}”; it is none, quarantine or reject, so the policy is not followed."
        publish = f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"
        return Check("DMARC", place, Stand.WRONG, sentence, (record,), publish, SOURCE)
    weak = []
    if policy.lower() == "none":
        weak.append("It only watches (p=none); raise it to quarantine when the reports are clean.")
    if found.get("pct", "100") != "100":
        weak.append(f"It holds for {found['pct']} % of the mail only.")
    if "rua" not in found:
        weak.append("Nobody gets its reports (rua).")
    sentence = " ".join(weak) or f"Mail that fails is put to {policy.lower()}."
    return Check("DMARC", place, Stand.WEAK if weak else Stand.VALID, sentence, (record,), "", SOURCE)


def check_alignment(visible: str, envelope: str, signing: str, look: Look | None = None) -> Check:
    """Tell whether the visible domain is the one that signs, or the one that bounces come to.

    `look` answers whether sister domains are of one organisation; without it that is not checked.
    """
    source = "RFC 7489 § 3.1"
    if aligned(visible, signing) or _together(visible, signing, look):
        sentence = f"The signature of {signing} stands for {visible}."
        return Check("Alignment", visible, Stand.VALID, sentence, source=source)
    if aligned(visible, envelope) or _together(visible, envelope, look):
        sentence = f"Only SPF of {envelope} stands for {visible}; it breaks when mail is forwarded. Sign with DKIM."
        return Check("Alignment", visible, Stand.WEAK, sentence, source=source)
    sisters = [one for one in (signing, envelope) if _sisters(visible, one)]
    sister = next((one for one in sisters if _together(visible, one, look) is None), "")
    if sister:
        sentence = (
            f"{visible} and {sister} have a domain above in common. Whether it is one organisation's, or open to all "
            "like a country's, cannot be told here: no record above them says it (RFC 9989), or nobody answered; "
            "receivers that go by the public suffix list decide themselves."
        )
        return Check("Alignment", visible, Stand.NOT_CHECKED, sentence, source=source)
    sentence = f"Neither signature nor bounce address ({envelope}) belongs to {visible}: DMARC fails for each mail."
    return Check("Alignment", visible, Stand.WRONG, sentence, source=source)
