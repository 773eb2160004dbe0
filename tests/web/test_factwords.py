"""Facts are told in words: no stored code, no raw amount, no raw day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from fairdue.core.cadence import Template
from fairdue.core.contact import HoldReason
from fairdue.foundation.facts.reading import LoggedFact
from fairdue.web.factwords import sentence
from fairdue.web.spoken import HOLD_WORDS, TEMPLATE_WORDS, hold_words

pytestmark = pytest.mark.no_database
ID = UUID(int=1)


def told(type_, **payload):
    on = date(2026, 11, 22)
    return sentence(LoggedFact(ID, type_, ID, ID, ID, payload, "", None, on, datetime(2026, 11, 22, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("type_", "payload", "text"),
    [
        ("notice.cancelled", {"template": "firm_notice", "reason": "too old to send"},
         "Firm notice not sent: too old to send"),
        ("hold.placed", {"reason": "promise_to_pay", "until_on": ""}, "Hold placed: promise to pay"),
        ("hold.placed", {"reason": "snooze", "until_on": "2026-11-29"}, "Hold placed: snoozed, until 29 Nov 2026"),
        ("hold.released", {"reason": "plausible_payment"}, "Hold released: says it is paid"),
        ("call.logged", {"outcome": "Promised to pay", "spoke_with": "Frau Kern"},
         "Call: Promised to pay, with Frau Kern"),
        ("call.logged", {"outcome": "No answer", "spoke_with": ""}, "Call: No answer"),
        ("document.rendered", {"number": "RE-77", "format": "ubl", "state": "valid"}, "RE-77 written as UBL: valid"),
        ("invoice.delivered", {"number": "RE-77", "recipient": "a@b.example", "channel": "email"},
         "RE-77 delivered to a@b.example by e-mail"),
        ("delivery.handed_over", {"number": "RE-77", "channel": "sdi", "reference": "IT1"},
         "RE-77 handed over to SdI as IT1"),
        ("task.done", {"outcome": "no_answer"}, "Task done: no answer"),
        ("dispute.moved", {"clock": "theirs", "owner": "Jana"}, "Dispute now with the customer, owner Jana"),
        ("approval.proposed", {"title": "Write off 1234.50 EUR of RE-77"},
         "Write off 1,234.50\N{NO-BREAK SPACE}EUR of RE-77 proposed for approval"),
    ],
)  # fmt: skip
def test_a_fact_is_told_in_words(type_, payload, text):
    assert told(type_, **payload) == text


def test_every_message_and_every_reason_of_a_hold_has_its_words():
    assert set(TEMPLATE_WORDS) == set(Template)
    assert set(HOLD_WORDS) == set(HoldReason)
    assert hold_words("of_another_kind") == "of another kind"
