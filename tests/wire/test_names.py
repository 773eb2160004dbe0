"""The domain name system, against a resolver on this machine that answers what a test says."""

from __future__ import annotations

import pytest
from tests.dnspeer import serving

from fairdue.foundation.mail import names

ZONE = {
    ("fine.example.", "MX"): ["10 mail.fine.example."],
    ("null.example.", "MX"): ["0 ."],
    ("plain.example.", "A"): ["192.0.2.7"],
    ("fine.example.", "TXT"): ['"v=spf1 " "-all"'],
}


@pytest.fixture
def resolver(monkeypatch):
    with serving(ZONE) as address:
        monkeypatch.setenv("FAIRDUE_RESOLVER", address)
        yield


@pytest.mark.parametrize(
    ("domain", "answer", "words"),
    [
        ("fine.example", True, "MX mail.fine.example."),
        ("null.example", False, "null MX"),
        ("plain.example", True, "192.0.2.7"),
        ("gone.example", False, "no mail server"),
        ("ill.example", None, "no resolver"),
    ],
)
def test_a_domain_takes_mail_or_not_or_nobody_knows(resolver, monkeypatch, domain, answer, words):
    monkeypatch.setattr(names, "SECONDS", 1.0)
    taken, why = names.takes_mail(domain)
    assert (taken, words in why) == (answer, True)


def test_text_in_parts_is_one_text(resolver):
    assert names.lookup("fine.example", "TXT") == ("v=spf1 -all",)


def test_without_a_resolver_nothing_is_asked(monkeypatch):
    monkeypatch.delenv("FAIRDUE_RESOLVER", raising=False)
    assert names.takes_mail("fine.example") == (None, "no resolver answered")
