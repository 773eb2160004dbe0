"""What the domain name system says about a sender, asked of a name server on this machine."""

from __future__ import annotations

import pytest
from tests.dnspeer import quoted, serving

from fairdue.core.mailauth.dkim import record_of
from fairdue.foundation.mail import authentic, names
from fairdue.foundation.mail.authentic import PublicKey, Sender, examine, published
from fairdue.foundation.mail.signing import make_key

_, PUBLIC = make_key()
KEY = PublicKey("nordwind.example", "f1", PUBLIC)
SENDER = Sender("Nordwind <ar@nordwind.example>", "bounce@mail.nordwind.example", KEY)
SOUND = {
    ("mail.nordwind.example.", "TXT"): ['"unrelated"', '"v=spf1 include:_spf.agency.example -all"'],
    ("_spf.agency.example.", "TXT"): ['"v=spf1 ip4:192.0.2.0/24 -all"'],
    ("f1._domainkey.nordwind.example.", "TXT"): [quoted(record_of(PUBLIC))],
    ("_dmarc.nordwind.example.", "TXT"): ['"v=DMARC1; p=reject; rua=mailto:d@nordwind.example"'],
    ("mail.nordwind.example.", "MX"): ["10 mx.agency.example."],
}


@pytest.fixture
def zone(monkeypatch):
    """The records of a test; the name server answers from them."""
    records = dict(SOUND)
    monkeypatch.setattr(names, "SECONDS", 1.0)
    monkeypatch.setenv("FAIRDUE_SPF", "include:_spf.agency.example")
    with serving(records) as address:
        monkeypatch.setenv("FAIRDUE_RESOLVER", address)
        yield records


def stands(sender=SENDER):
    return {one.name: one.stand.value for one in examine(sender)}


def test_a_sender_that_is_in_order_is_valid_in_every_record(zone):
    assert stands() == dict.fromkeys(("SPF", "DKIM", "DMARC", "Alignment", "Bounces"), "valid")


@pytest.mark.parametrize(
    ("gone", "name"),
    [(("mail.nordwind.example.", "TXT"), "SPF"), (("f1._domainkey.nordwind.example.", "TXT"), "DKIM"),
     (("_dmarc.nordwind.example.", "TXT"), "DMARC")],
)  # fmt: skip
def test_what_is_missing_is_wrong_and_says_what_to_publish(zone, gone, name):
    del zone[gone]
    [found] = [one for one in examine(SENDER) if one.name == name]
    assert (found.stand.value, bool(found.publish), found.found) == ("wrong", True, ())


def test_a_null_mx_takes_no_bounces(zone):
    zone["mail.nordwind.example.", "MX"] = ["0 ."]
    assert stands()["Bounces"] == "wrong"


def test_without_a_key_the_page_asks_to_make_one(zone):
    checks = examine(Sender("ar@nordwind.example", ""))
    assert "Make a key" in next(one.sentence for one in checks if one.name == "DKIM")


def test_a_key_that_waits_is_looked_at_beside_the_one_that_signs(zone):
    waiting = PublicKey("nordwind.example", "f2", PUBLIC)
    found = [(one.place, one.stand.value) for one in examine(Sender(SENDER.visible, "", KEY, waiting))
             if one.name == "DKIM"]  # fmt: skip
    assert found == [("f1._domainkey.nordwind.example", "valid"), ("f2._domainkey.nordwind.example", "wrong")]


def test_where_nobody_can_be_asked_nothing_is_called_valid(monkeypatch):
    monkeypatch.delenv("FAIRDUE_RESOLVER", raising=False)
    checks = {one.name: one.stand.value for one in examine(SENDER)}
    assert checks.pop("Alignment") == "valid"  # needs nobody: the addresses themselves say it
    assert set(checks.values()) == {"not_checked"}
    assert published(KEY).stand.value == "not_checked"


def test_a_resolver_that_is_away_is_asked_once(monkeypatch):
    asked = []
    monkeypatch.setattr(authentic, "lookup", lambda name, _kind: asked.append(name))
    monkeypatch.setattr(authentic, "takes_mail", lambda _domain: pytest.fail("asked again"))
    examine(SENDER)
    assert len(asked) == 1
