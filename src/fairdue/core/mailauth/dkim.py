"""The record that publishes a signing key (RFC 6376 § 3.6.1), compared with the key that signs."""

from __future__ import annotations

from fairdue.core.mailauth.check import Check, Look, Stand, silent, tags

SOURCE = "RFC 6376 § 3.6"


def record_of(public: str) -> str:
    """Return the text record that publishes a public RSA key (base64)."""
    return f"v=DKIM1; k=rsa; p={public}"


def place_of(domain: str, selector: str) -> str:
    """Return where the key of a selector stands."""
    return f"{selector}._domainkey.{domain}"


def check_dkim(domain: str, selector: str, public: str, look: Look) -> Check:
    """Compare what stands at the selector with the public half of the key."""
    place, publish = place_of(domain, selector), record_of(public)
    texts = look(place)
    if texts is None:
        return silent("DKIM", place, SOURCE, publish)
    records = tuple(text for text in texts if "p" in tags(text))
    stand, sentence = _judged(records, public)
    return Check("DKIM", place, stand, sentence, texts, publish if stand is not Stand.VALID else "", SOURCE)


def _judged(records: tuple[str, ...], public: str) -> tuple[Stand, str]:
    if not records:
        return Stand.WRONG, "No key is published: receivers cannot verify the signature."
    if len(records) > 1:
        return Stand.WRONG, f"{len(records)} keys stand at one selector; receivers may take either (§ 3.6.2.2)."
    found = tags(records[0])
    for wrong, sentence in (
        (found.get("v", "DKIM1") != "DKIM1", "Its version is not DKIM1."),
        (not "".join(found["p"].split()), "The key was revoked: p is empty."),
        (found.get("k", "rsa") != "rsa", f"It is a key of another kind ({found.get('k', '')}), ours is RSA."),
        ("".join(found["p"].split()) != public, "Another key stands there; signatures with ours do not verify."),
        ("sha256" not in found.get("h", "sha256").split(":"), "It does not allow SHA-256."),
        (not {"*", "email"} & set(found.get("s", "*").split(":")), "It is not meant for e-mail (s)."),
    ):
        if wrong:
            return Stand.WRONG, sentence
    if "y" in found.get("t", "").split(":"):
        return Stand.WEAK, "The key is marked as a test (t=y): receivers treat the mail as unsigned."
    return Stand.VALID, "The key that signs is published."
