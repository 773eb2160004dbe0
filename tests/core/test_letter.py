"""A letter says what its wording says, and a value can never say more."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.findings import RefusedError
from fairdue.core.letter import Table, check_wording, escape, placeholders, plain_table, write_letter

ITEMS = Table(("Invoice", "Open"), (("RE-1", "1,200.00"), ("RE-22", "3.00")), frozenset({1}))


def test_paragraphs_values_and_tables():
    letter = write_letter(
        "Reminder for {customer}", "Dear {customer},\n\n{items}\n\nKind regards\n{sender}",
        {"customer": "Müller & Söhne", "sender": "Anna"}, {"items": ITEMS},
    )  # fmt: skip
    assert letter.subject == "Reminder for Müller & Söhne"
    assert letter.text == (
        "Dear Müller & Söhne,\n\nInvoice      Open\nRE-1     1,200.00\nRE-22        3.00\n\nKind regards\nAnna\n"
    )
    assert "<p>Dear Müller &amp; Söhne,</p>" in letter.html
    assert '<td align="right">1,200.00</td>' in letter.html
    assert "<p>Kind regards<br>Anna</p>" in letter.html


def test_an_empty_table_leaves_no_trace():
    letter = write_letter("S", "One\n\n{claims}\n\nTwo", {}, {"claims": Table(("A",), ())})
    assert letter.text == "One\n\nTwo\n"


@given(st.text(), st.text())
def test_no_value_adds_a_header_a_tag_or_a_placeholder(customer, sender):
    letter = write_letter("To {customer}", "Dear {customer}\n\n{sender}", {"customer": customer, "sender": sender}, {})
    assert not any(ord(c) < 32 or c in "\x7f\u2028\u2029" for c in letter.subject)
    assert set(letter.html.replace("<p>", "").replace("</p>", "").replace("<br>", "")) & {"<", ">"} == set()
    twice = write_letter("x", "{customer}", {"customer": "{sender}", "sender": "secret"}, {})
    assert twice.text == "{sender}\n"


@pytest.mark.parametrize(
    "subject, body, codes",
    [
        ("Hello", "Dear {customer}", []),
        ("", "text", ["wording.empty"]),
        ("Hello", " ", ["wording.empty"]),
        ("Hello", "{nobody}", ["wording.unknown"]),
        ("Hello", "{% if x %}", ["wording.brace"]),
        ("Hello", "{customer.__class__}", ["wording.brace"]),
        ("Hello\r\nBcc: all@example.org", "text", ["wording.subject"]),
        ("{x}", "{y} {", ["wording.unknown", "wording.unknown", "wording.brace"]),
    ],
)
def test_every_finding_of_a_wording_is_told(subject, body, codes):
    found = check_wording(subject, body, frozenset({"customer"}))
    assert [finding.code for finding in found] == codes
    if codes:
        with pytest.raises(RefusedError):
            write_letter(subject, body, {"customer": "x"}, {})


def test_placeholders_are_named():
    assert placeholders("{a} and {b_c} and {D}") == {"a", "b_c"}
    assert plain_table(ITEMS).splitlines()[0] == "Invoice      Open"


@given(st.text(alphabet=st.sampled_from("ab<>&\"' é")))
def test_text_is_escaped_as_the_standard_library_does(text):
    assert escape(text) == html.escape(text)
