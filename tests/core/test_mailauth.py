"""What the domain name system says about a sender: the worked rows of docs/rules/mail-authentication.md, and more."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.mailauth.check import Stand, tags
from fairdue.core.mailauth.dkim import check_dkim, record_of
from fairdue.core.mailauth.dmarc import aligned, check_alignment, check_dmarc, organisation, walked
from fairdue.core.mailauth.spf import check_spf
from fairdue.core.mailauth.status import words_of
from tests.core.pages import table

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "mail-authentication.md"
SPF, DKIM, DMARC, ALIGNED = (table(PAGE, f"{name} case") for name in ("spf", "dkim", "dmarc", "alignment"))
WALKS = table(PAGE, "walk case")
OTHERS = {
    "_spf.mail.example": ("v=spf1 ip4:198.51.100.0/24 ip6:2001:db8::/32 -all",),
    "_spf.other.example": ("v=spf1 ip4:203.0.113.0/24 -all",),
    "silent.example": None,
}


HOSTS = {
    ("nordwind.example", "MX"): ("10 mail.nordwind.example.",), ("mail.nordwind.example", "A"): ("192.0.2.25",),
    ("mail.nordwind.example", "AAAA"): ("2001:db8:1::25",),
    ("crowd.example", "MX"): tuple(f"10 m{at}.crowd.example." for at in range(11)),
}  # fmt: skip


def hosts(name, kind):
    """Return what the page says of hosts; `ill.example` does not answer."""
    return None if name == "ill.example" else HOSTS.get((name, kind), ())


def dns(**places):
    """Return a lookup over what the cells of the page say; a place that is not named has no record."""
    known = OTHERS | {name: _records(cell) for name, cell in places.items()}
    return lambda name: known.get(name, ())


def _records(cell):
    if cell == "silent":
        return None
    return () if cell == "–" else tuple(part.strip() for part in cell.split(" / "))


def given_or_nothing(cell):
    return "" if cell == "–" else cell


def test_the_page_has_its_worked_rows():
    assert [len(rows) for rows in (SPF, DKIM, DMARC, ALIGNED, WALKS)] == [29, 12, 10, 7, 9]


@pytest.mark.parametrize("row", SPF, ids=lambda row: row["spf case"])
def test_the_worked_rows_of_spf(row):
    look = dns(**{"nordwind.example": row["record of nordwind.example"]})
    found = check_spf("nordwind.example", look, given_or_nothing(row["our server"]), hosts)
    assert found.stand == row["stands"], found.sentence


@pytest.mark.parametrize("row", DKIM, ids=lambda row: row["dkim case"])
def test_the_worked_rows_of_dkim(row):
    look = dns(**{"f1._domainkey.nordwind.example": row["what stands at the selector"]})
    found = check_dkim("nordwind.example", "f1", "OURS", look)
    assert found.stand == row["stands"], found.sentence
    assert found.publish == ("" if found.stand is Stand.VALID else record_of("OURS"))


@pytest.mark.parametrize("row", DMARC, ids=lambda row: row["dmarc case"])
def test_the_worked_rows_of_dmarc(row):
    look = dns(**{
        "_dmarc.ar.nordwind.example": row["at ar.nordwind.example"],
        "_dmarc.nordwind.example": row["at nordwind.example"],
    })  # fmt: skip
    assert check_dmarc("ar.nordwind.example", look).stand == row["stands"]


@pytest.mark.parametrize("row", WALKS, ids=lambda row: row["walk case"])
def test_the_worked_rows_of_the_tree_walk(row):
    said = row["records (at: psd)"]
    records = {}
    for part in said.split(", ") if ":" in said else ():
        at, _, psd = part.partition(": ")
        records[f"_dmarc.{at}"] = f"v=DMARC1; p=reject; psd={psd}"
    look = (lambda _: None) if said == "silent" else dns(**records)
    found = organisation(row["asked about"], look)
    assert (found.domain if found else "not_checked") == row["organisation"]
    if found:
        own = f"{row['asked about']}: " in said
        assert found.said == (own or found.domain != row["asked about"])


def test_sisters_are_one_organisations_only_where_a_record_says_it():
    def alignment(signs, **records):
        look = dns(**{f"_dmarc.{at.replace('_', '.')}": text for at, text in records.items()})
        return check_alignment("news.nordwind.example", "bounce.nordwind.example", signs, look).stand

    ours = {"nordwind_example": "v=DMARC1; p=reject"}
    assert alignment("", **ours) is Stand.WEAK
    assert alignment("mail.nordwind.example", **ours) is Stand.VALID
    assert alignment("") is Stand.NOT_CHECKED
    assert alignment("", nordwind_example="silent") is Stand.NOT_CHECKED
    assert alignment("", nordwind_example="v=DMARC1; p=none; psd=y") is Stand.WRONG


def test_without_an_answer_for_hosts_the_reason_is_told():
    look = dns(**{"n.example": "v=spf1 a mx exists:%{i}.x ptr -all"})
    found = check_spf("n.example", look, "ip4:192.0.2.7")
    assert (found.stand, "addresses of n.example (a)" in found.sentence) == (Stand.NOT_CHECKED, True)
    look = dns(**{"n.example": "v=spf1 a/1x -all"})
    assert "no term of SPF" in check_spf("n.example", look, "ip4:192.0.2.7", hosts).sentence
    look = dns(**{"n.example": "v=spf1 mx -all"})
    null = check_spf("n.example", look, "ip4:192.0.2.7", lambda _, kind: ("0 .",) if kind == "MX" else ("192.0.2.7",))
    assert null.stand is Stand.WRONG
    odd = check_spf("n.example", dns(**{"n.example": "v=spf1 a -all"}), "ip4:192.0.2.7", lambda *_: ("no address",))
    assert odd.stand is Stand.WRONG


@pytest.mark.parametrize("row", ALIGNED, ids=lambda row: row["alignment case"])
def test_the_worked_rows_of_alignment(row):
    found = check_alignment(row["visible"], row["bounces to"], given_or_nothing(row["signs"]))
    assert found.stand == row["stands"]


@pytest.mark.parametrize(
    ("record", "publish"),
    [("v=spf1 mx ip4:192.0.2.1 -all", "v=spf1 mx ip4:192.0.2.1 include:m.example -all"),
     ("v=spf1 ip4:192.0.2.1 -all", "v=spf1 ip4:192.0.2.1 include:m.example -all"),
     ("v=spf1 redirect=_spf.other.example", "v=spf1 include:m.example redirect=_spf.other.example"),
     ("v=spf1", "v=spf1 include:m.example ~all"),
     ("v=spf1 +all", "v=spf1 ~all"), ("v=spf1 all", "v=spf1 ~all"),
     ("v=spf1 exp=why.example ?include:_spf.mail.example ~all",
      "v=spf1 exp=why.example ?include:_spf.mail.example include:m.example ~all")],
)  # fmt: skip
def test_what_is_to_be_published_keeps_what_stands(record, publish):
    found = check_spf("nordwind.example", dns(**{"nordwind.example": record}), "include:m.example")
    assert found.publish == publish


def test_a_record_to_begin_with_is_given_where_the_server_is_known():
    assert check_spf("n.example", dns(), "include:m.example").publish == "v=spf1 include:m.example ~all"
    without = check_spf("n.example", dns())
    assert (without.publish, "FAIRDUE_SPF" in without.sentence) == ("", True)
    assert check_dmarc("n.example", dns()).publish.startswith("v=DMARC1; p=none; rua=")


def test_a_denied_address_lets_nobody_send():
    look = dns(**{"n.example": "v=spf1 -ip4:192.0.2.7 ~all"})
    assert check_spf("n.example", look, "ip4:192.0.2.7").stand is Stand.WRONG


def test_an_address_of_the_other_family_is_not_inside():
    look = dns(**{"n.example": "v=spf1 include:_spf.mail.example -all"})
    assert check_spf("n.example", look, "ip6:2001:db8::25").stand is Stand.VALID
    assert check_spf("n.example", look, "ip6:2001:db9::25").stand is Stand.WRONG
    assert check_spf("n.example", look, "ip4:mail").stand is Stand.WRONG


def test_only_the_own_record_says_how_it_ends():
    look = dns(**{"n.example": "v=spf1 include:_spf.mail.example ?all"})
    assert check_spf("n.example", look, "include:_spf.mail.example").stand is Stand.WEAK


def test_the_walk_asks_at_most_eight_domains():
    assert walked("localhost") == ("localhost",)
    assert walked("a.b.example") == ("a.b.example", "b.example", "example")
    assert len(walked("a.b.c.d.e.f.g.example")) == 8
    assert walked("a.b.c.d.e.f.g.h.example")[:2] == ("a.b.c.d.e.f.g.h.example", "c.d.e.f.g.h.example")


@given(st.text(max_size=80), st.text(max_size=80))
def test_no_text_breaks_the_reading(text, other):
    look = dns(**{"n.example": f"v=spf1 {text}", "_dmarc.n.example": f"v=DMARC1; {other}"})
    assert check_spf("n.example", look, "include:m.example").stand in Stand
    assert check_dmarc("n.example", look).stand in Stand
    assert isinstance(tags(text), dict)


@given(st.from_regex(r"[a-z]{1,5}(\.[a-z]{1,5}){1,3}", fullmatch=True), st.from_regex(r"[a-z]{1,5}", fullmatch=True))
def test_alignment_holds_both_ways_and_downwards(domain, label):
    assert aligned(domain, domain)
    assert aligned(f"{label}.{domain}", domain)
    assert aligned(domain, f"{label}.{domain}")
    assert not aligned(f"{label}{domain}", domain)


@pytest.mark.parametrize(
    ("text", "words"),
    [("550 5.1.1 no such user here", "The mailbox does not exist."), ("5.1.10 null MX", "The domain takes no mail."),
     ("ap@kaufmann.example came back: 5.7.26 Unauthenticated", "Neither signature nor SPF convinced the receiver."),
     ("552-5.2.99 odd", "Something is wrong with the mailbox."), ("5.9.1", ""), ("the letter came back", ""),
     ("192.0.2.1 answered", ""), ("", "")],
)  # fmt: skip
def test_a_status_code_is_said_in_words(text, words):
    assert words_of(text) == words
