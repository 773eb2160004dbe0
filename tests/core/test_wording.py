"""The words where no tax is charged: the page row by row, in every language that documents are printed in."""

from __future__ import annotations

from pathlib import Path

from fairdue.core.invoice.answer import rules_answer
from fairdue.core.invoice.rules import rules
from fairdue.core.vat.supply import BuyerKind, Treatment
from fairdue.core.vat.wording import CONFIRMED, WORDING, source, words
from tests.core.pages import table
from tests.core.test_vat import DAY

ROWS = table(Path(__file__).parents[2] / "docs" / "rules" / "wording.md", "words")
PRINTED = "en de fr it es nl pl pt sv ar zh ja".split()


def test_the_page_has_the_words_with_their_sources():
    for row in ROWS:
        treatment, language = Treatment(row["treatment"]), row["language"]
        article, confirmed = source(treatment, language)
        assert (row["words"], row["source"]) == (words(treatment, language), article or "-")
        assert row["confirmed"] == ("yes" if confirmed else "**no**")


def test_every_treatment_has_words_in_every_printed_language():
    known = {(row["treatment"], row["language"]) for row in ROWS}
    wanted = set(WORDING) - {Treatment.DOMESTIC_REVERSE_CHARGE}
    assert known == {(treatment.value, language) for treatment in wanted for language in PRINTED}
    for texts in WORDING.values():
        assert set(PRINTED) <= set(texts)


def test_what_was_read_names_where():
    assert source(Treatment.MARGIN_TRAVEL, "de") == ("UStG § 14a (6)", True)
    assert source(Treatment.MARGIN_TRAVEL, "nl") == ("Directive 2006/112/EC Art. 226 (13), nl", False)
    assert source(Treatment.SALES_TAX, "en") == ("", False)
    assert all(CONFIRMED.values())


def test_an_answer_says_whether_its_words_were_read():
    treated = rules_answer(rules("NL", "DE", "", BuyerKind.B2B, DAY))["treatments"]
    [service] = [one for one in treated if one["nature"] == "services"]
    assert service["wording_article"]
    at_home = rules_answer(rules("NL", "NL", "", BuyerKind.B2B, DAY))["treatments"]
    assert all(one["wording_confirmed"] and not one["wording"] for one in at_home)
