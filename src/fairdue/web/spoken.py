"""Stored words as a person says them: the kinds of messages, the reasons of holds, and codes in what is recorded."""

from __future__ import annotations

import re

from fairdue.core.cadence import Template
from fairdue.core.contact import HoldReason

TEMPLATE_WORDS: dict[str, str] = {
    Template.REMINDER: "Courtesy reminder",
    Template.DUE_TODAY: "Due today",
    Template.NOTICE: "Friendly notice",
    Template.FIRM_NOTICE: "Firm notice",
    Template.CALL: "Call",
    Template.FORMAL_NOTICE: "Formal notice",
}
HOLD_WORDS: dict[str, str] = {
    HoldReason.DISPUTE: "dispute",
    HoldReason.PROMISE_TO_PAY: "promise to pay",
    HoldReason.PAYMENT_PLAN: "payment plan",
    HoldReason.FILED_CLAIM: "claim filed with the insurer",
    HoldReason.INSOLVENCY: "insolvency",
    HoldReason.MORATORIUM: "moratorium",
    HoldReason.RESTRICTION_OF_PROCESSING: "restriction of processing",
    HoldReason.SNOOZE: "snoozed",
    HoldReason.PLAUSIBLE_PAYMENT: "says it is paid",
    HoldReason.MANUAL: "placed by hand",
}
_FORMATS = {"ubl": "UBL", "cii": "CII", "factur-x": "hybrid PDF", "xrechnung": "XRechnung", "peppol": "Peppol UBL"}
_CHANNELS = {
    "email": "e-mail", "print": "post", "portal": "the portal", "folder": "a folder", "peppol": "Peppol", "sdi": "SdI",
    "ksef": "KSeF", "platform": "the approved platform",
}  # fmt: skip
"""Channels as the end of a sentence: delivered by, handed over to."""
_SIDES = {"ours": "us", "theirs": "the customer"}
_CODE = re.compile(r"[a-z]+(_[a-z]+)+")


def spoken(type_: str, key: str, value: str) -> str:
    """Return a text of a fact as a person says it; what is no stored word stays as it is."""
    if key == "template":
        return TEMPLATE_WORDS.get(value, value)
    if key == "reason" and type_.startswith("hold."):
        return HOLD_WORDS.get(value, value)
    if key == "format":
        return _FORMATS.get(value, value)
    if key == "channel":
        return _CHANNELS.get(value, value)
    if key == "clock":
        return _SIDES.get(value, value)
    return value.replace("_", " ") if _CODE.fullmatch(value) else value


def hold_words(reason: str) -> str:
    """Return why somebody is not chased, in lower case: `promise_to_pay` as `promise to pay`."""
    return HOLD_WORDS.get(reason, reason.replace("_", " "))
