from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core import refs

PAGE = (Path(__file__).parents[2] / "docs/rules/references.md").read_text(encoding="utf-8")


def table(header: str) -> list[list[str]]:
    lines = PAGE.split(header, 1)[1].splitlines()[2:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    assert rows
    return rows


@pytest.mark.parametrize(("scheme", "payload", "reference"), table("| scheme | payload | reference |"))
def test_the_page_says_which_reference_a_payload_makes(scheme, payload, reference):
    assert refs.generate(scheme, payload) == reference
    assert refs.valid(scheme, reference)
    assert scheme in refs.recognise(reference)


@pytest.mark.parametrize(("scheme", "reference", "printed"), table("| scheme | reference | printed |"))
def test_the_page_says_how_a_reference_is_printed(scheme, reference, printed):
    assert refs.show(scheme, reference) == printed
    assert refs.valid(scheme, printed)


@pytest.mark.parametrize(("scheme", "text", "found"), table("| scheme | text | found |"))
def test_the_page_says_what_is_found_in_free_text(scheme, text, found):
    first = next(refs.find(text, [scheme]), None)
    assert (first.value if first else "–") == found


def test_the_page_names_every_scheme():
    assert [row[0] for row in table("| scheme | form | check | source |")] == list(refs.SCHEMES)


@pytest.mark.parametrize(
    ("scheme", "payload"),
    [("RF", ""), ("RF", "Ä1"), ("RF", "1" * 22), ("QRR", "1" * 27), ("OGM", "12345678901"), ("VIITE", "12"),
     ("KID10", ""), ("OCR", "1" * 24), ("NL", "1" * 16), ("QRR", "12A"), ("OGM", "١٢"),
     ("FIK71", "1" * 15), ("SI", "1" * 13), ("HR", "12-3")],
)  # fmt: skip
def test_a_payload_that_does_not_fit_is_refused(scheme, payload):
    with pytest.raises(refs.ReferenceRefusedError):
        refs.generate(scheme, payload)


@pytest.mark.parametrize(
    ("scheme", "text"),
    [("RF", "RF1"), ("RF", "RF00G72UUR"), ("QRR", "0" * 27), ("QRR", "1" * 26), ("QRR", "1" * 26 + "X"),
     ("OGM", "09093375549"), ("OGM", "090933755494"), ("VIITE", "123"), ("VIITE", "1234562"),
     ("KID10", "2345677"), ("KID10", ""), ("KID10", "-"), ("KID11", "A1"), ("NL", "5000056789012346"),
     ("NL", "123456789"), ("NL", "12345678"), ("NL", "12A"), ("NL", "1" * 15),
     ("FIK71", "000000000000019"), ("FIK71", "0" * 15), ("FIK71", "18"), ("FIK71", "+75<000000000000018+12345678<"),
     ("FIK71", "00000000000001A"), ("FIK75", "000000000000018"), ("SI", "SI121234567890121"), ("SI", "HR012026004714"),
     ("SI", "SI561910000001234"), ("SI", "SI121-12"), ("SI", "SI12"), ("SI", "SI015"), ("SI", "X"),
     ("SI", "SI001234567890123-1234567890-1"), ("HR", "HR121234567890120"), ("HR", "HR022026-5-5")],
)  # fmt: skip
def test_a_wrong_reference_is_not_valid(scheme, text):
    assert not refs.valid(scheme, text)


PAYLOADS = {
    "RF": st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=21),
    "QRR": st.text("0123456789", min_size=1, max_size=25).map(lambda digits: digits + "1"),
    "OGM": st.text("0123456789", min_size=1, max_size=10),
    "VIITE": st.text("123456789", min_size=3, max_size=19),
    "KID10": st.text("0123456789", min_size=1, max_size=24),
    "KID11": st.text("0123456789", min_size=1, max_size=24),
    "OCR": st.text("0123456789", min_size=1, max_size=23),
    "NL": st.text("0123456789", min_size=1, max_size=15),
    "FIK71": st.text("0123456789", min_size=1, max_size=13).map(lambda digits: digits + "1"),
    "FIK75": st.text("0123456789", min_size=1, max_size=14).map(lambda digits: digits + "1"),
    "SI": st.text("0123456789", min_size=1, max_size=12),
    "HR": st.text("0123456789", min_size=1, max_size=12),
}


@pytest.mark.parametrize("scheme", PAYLOADS)
def test_what_is_made_is_valid_printed_or_not(scheme):
    @given(PAYLOADS[scheme])
    def holds(payload):
        reference = refs.generate(scheme, payload)
        assert refs.valid(scheme, reference)
        assert refs.SCHEMES[scheme].canonical(refs.show(scheme, reference)) == reference

    holds()


@pytest.mark.parametrize("scheme", ["RF", "QRR", "OGM", "KID10", "OCR", "FIK71", "FIK75"])
def test_one_wrong_digit_never_passes(scheme):
    @given(PAYLOADS[scheme], st.data())
    def holds(payload, data):
        reference = refs.generate(scheme, payload)
        places = [at for at, character in enumerate(reference) if character.isdigit()]
        at = data.draw(st.sampled_from(places))
        wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != reference[at]]))
        changed = reference[:at] + wrong + reference[at + 1 :]
        assert refs.SCHEMES[scheme].canonical(changed) is None

    holds()


@given(PAYLOADS["RF"], st.text("abcxyz äöü,.;:", max_size=20), st.text(",.;: ", min_size=1, max_size=3))
def test_a_printed_creditor_reference_is_found_in_any_text(payload, before, after):
    reference = refs.generate("RF", payload)
    text = before + " " + refs.show("RF", reference) + "," + after
    found = [hit for hit in refs.find(text, ["RF"]) if hit.value == reference]
    assert found
    assert text[found[0].start : found[0].end].replace(" ", "") == reference


def test_a_reference_reads_on_only_as_far_as_it_can_be():
    found = list(refs.find("RF18 5390 0754 7034 " + "WORD" * 6, ["RF"]))
    assert [hit.value for hit in found] == ["RF18539007547034"]


def test_a_creditor_reference_is_also_known_by_the_national_one_inside():
    reference = refs.generate("RF", "1234561")
    assert refs.keys(reference) == {reference, "1234561"}
    assert refs.keys("+++090/9337/55493+++") == {"090933755493", "90933755493"}
    assert refs.keys("0") == {"0"}


def test_a_country_without_scheme_takes_the_creditor_reference():
    assert refs.for_country("FI").code == "VIITE"
    assert refs.for_country("DE").code == "RF"


def test_digit_groups_are_joined_over_print_marks_only():
    assert [hit.value for hit in refs.find("090 und 933755493", ["OGM"])] == []
    assert [hit.value for hit in refs.find("1 090/9337/55493 2", ["OGM"])] == ["090933755493"]


def checked(part: str) -> str:
    return part + refs.generate("SI", part)[-1]


@pytest.mark.parametrize(
    ("model", "parts"),
    [
        ("00", ("1", "2", "3")), ("01", ("1", "2", checked("123")[2:])), ("02", ("1", checked("22"), checked("33"))),
        ("03", (checked("1"), checked("2"), checked("3"))), ("04", (checked("11"), "2", checked("3"))),
        ("05", (checked("11"), "2", "3")), ("05", (checked("11"),)), ("06", ("9", "2", checked("23")[1:])),
        ("07", ("1", checked("2"), "3")), ("08", ("1", checked("12")[1:], checked("3"))),
        ("09", ("1", checked("12")[1:], "3")), ("10", (checked("1"), checked("2"))),
        ("11", (checked("1"), checked("2"), "3")),
    ],
)  # fmt: skip
def test_each_model_checks_the_parts_that_it_says(model, parts):
    text = f"SI{model}{'-'.join(parts)}"
    assert refs.valid("SI", text), text


def test_a_wrong_digit_in_a_checked_part_is_found():
    for model, parts in (
        ("02", ("1", checked("22"), checked("33"))),
        ("03", (checked("1"), checked("2"), checked("3"))),
    ):
        right = "-".join(parts)
        wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
        assert refs.valid("HR", f"HR{model} {right}")
        assert not refs.valid("HR", f"HR{model} {wrong}")


@pytest.mark.parametrize(
    ("number", "country", "currency", "account", "reference"),
    table("| number | country | currency | account | reference |"),
)
def test_the_page_says_what_stands_on_an_invoice(number, country, currency, account, reference):
    assert refs.for_invoice(number, country, currency, account.strip("–")) == reference


@given(
    st.from_regex(r"[A-Z]{0,3}-?[0-9]{4,9}", fullmatch=True),
    st.sampled_from(["BE", "FI", "SI", "HR", "NL", "DE", "EE"]),
)
def test_every_invoice_in_euro_carries_a_reference_that_is_valid_where_it_goes(number, country):
    reference = refs.for_invoice(number, country, "EUR")
    assert {refs.for_country(country).code, "RF"} & set(refs.recognise(reference))


def test_two_series_with_the_same_digits_have_two_references():
    found = {refs.for_invoice(number, "FI", "EUR") for number in ("RE-2026-1", "GS-2026-1")}
    assert len(found) == 2


def test_nothing_stands_for_a_number_without_letters_and_digits():
    assert refs.payloads("---") == ()
    assert refs.for_invoice("---", "BE", "EUR") == "---"
