"""What an enhanced status code of a mail server says to a person (RFC 3463, RFC 7372, RFC 7505)."""

from __future__ import annotations

import re

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
WORDS = {
    "1.1": "The mailbox does not exist.",
    "1.2": "The domain does not exist.",
    "1.3": "The address has a wrong form.",
    "1.6": "The mailbox has moved and left no address.",
    "1.10": "The domain takes no mail.",
    "2.1": "The mailbox is switched off.",
    "2.2": "The mailbox is full.",
    "2.3": "The message is larger than the mailbox takes.",
    "3.2": "The mail server takes no messages now.",
    "3.4": "The message is larger than the mail server takes.",
    "4.1": "The mail server did not answer.",
    "4.2": "The connection broke.",
    "4.4": "No mail server of the domain was found.",
    "4.6": "The message went round in circles.",
    "4.7": "It was tried for too long.",
    "7.1": "The receiver refuses it by its own rules.",
    "7.20": "The receiver found no signature that it accepts (DKIM).",
    "7.21": "The signature is not of the visible sender (DKIM).",
    "7.22": "The signature is not of the author (DKIM).",
    "7.23": "The sender's domain does not allow this mail server (SPF).",
    "7.24": "The sender's SPF record could not be read.",
    "7.25": "The mail server has no name of its own (reverse DNS).",
    "7.26": "Neither signature nor SPF convinced the receiver.",
    "7.27": "The sender's domain takes no mail itself.",
}
KINDS = {
    "1": "Something is wrong with the address.", "2": "Something is wrong with the mailbox.",
    "3": "The receiver's mail system has a trouble.", "4": "The way to the mail server failed.",
    "5": "The mail servers did not understand each other.", "6": "The message cannot be brought in this form.",
    "7": "The receiver refuses it for safety.",
}  # fmt: skip
"""By the second number, where the third says nothing known (RFC 3463 § 3)."""


def words_of(text: str) -> str:
    """Return what the first status code in a text means in words; empty where there is none that says anything."""
    found = _STATUS.search(text)
    if found is None:
        return ""
    return WORDS.get(f"{found[2]}.{found[3]}") or KINDS.get(found[2], "")
