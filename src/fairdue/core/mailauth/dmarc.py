"""The policy of a domain for mail that fails (RFC 7489 § 6.3), and whether our mail would pass it (§ 3.1)."""

from __future__ import annotations

from fairdue.core.mailauth.check import Check, Look, Stand, silent, tags

SOURCE = "RFC 7489 § 6"
_POLICIES = ("none", "quarantine", "reject")


def parents(domain: str) -> tuple[str, ...]:
    """Return a domain and the domains above it, down to two labels."""
    labels = domain.split(".")
    return tuple(".".join(labels[start:]) for start in range(max(1, len(labels) - 1)))


def aligned(one: str, other: str) -> bool:
    """Tell whether two domains belong together: equal, or one below the other (relaxed alignment, § 3.1).

    The public suffix list is not at hand, so sister domains are not taken for one organisation.
    """
    return bool(one) and (one == other or one.endswith(f".{other}") or other.endswith(f".{one}"))


def _sisters(one: str, other: str) -> bool:
    """Tell whether two domains share one above them of two labels or more, which may be an organisation's."""
    return bool(other) and one.split(".")[-2:] == other.split(".")[-2:]


def check_dmarc(domain: str, look: Look) -> Check:
    """Read the policy of a domain, or the one that it inherits from a domain above it."""
    fresh = f"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"
    place = f"_dmarc.{domain}"
    for above in parents(domain):
        texts = look(f"_dmarc.{above}")
        if texts is None:
            return silent("DMARC", place, SOURCE)
        records = tuple(text for text in texts if text.replace(" ", "").startswith("v=DMARC1"))
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


def check_alignment(visible: str, envelope: str, signing: str) -> Check:
    """Tell whether the visible domain is the one that signs, or the one that bounces come to."""
    source = "RFC 7489 § 3.1"
    if aligned(visible, signing):
        sentence = f"The signature of {signing} stands for {visible}."
        return Check("Alignment", visible, Stand.VALID, sentence, source=source)
    if aligned(visible, envelope):
        sentence = f"Only SPF of {envelope} stands for {visible}; it breaks when mail is forwarded. Sign with DKIM."
        return Check("Alignment", visible, Stand.WEAK, sentence, source=source)
    sister = next((one for one in (signing, envelope) if _sisters(visible, one)), "")
    if sister:
        sentence = (
            f"{visible} and {sister} have a domain above in common. Whether it is one organisation's, or open to all "
            "like a country's, cannot be told here; receivers decide by the public suffix list."
        )
        return Check("Alignment", visible, Stand.NOT_CHECKED, sentence, source=source)
    sentence = f"Neither signature nor bounce address ({envelope}) belongs to {visible}: DMARC fails for each mail."
    return Check("Alignment", visible, Stand.WRONG, sentence, source=source)
