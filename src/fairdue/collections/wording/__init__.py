"""The built-in wordings: template by language, each a subject and a body with placeholders."""

from __future__ import annotations

from dataclasses import dataclass

from fairdue.collections.wording import de, en, fr

LANGUAGES = ("en", "de", "fr")
TEMPLATES = ("reminder", "due_today", "notice", "firm_notice", "formal_notice")
VALUES = frozenset(
    "customer customer_address creditor creditor_address creditor_register total interest compensation "
    "total_claim reply_by account iban bic contact today articles daily_interest".split()
)
"""What a wording may name besides the tables."""
TABLES = frozenset({"items", "claims", "rates"})


@dataclass(frozen=True, slots=True)
class Wording:
    """A subject and a body."""

    subject: str
    body: str


_BUILT_IN = {"en": en, "de": de, "fr": fr}


def language_of(tag: str) -> str:
    """Return the language of the letters for a language tag: de-AT is de, what is not spoken is en."""
    short = tag.partition("-")[0].lower()
    return short if short in _BUILT_IN else "en"


def built_in(template: str, language: str) -> Wording:
    """Return the built-in wording of a template."""
    return Wording(*_BUILT_IN[language_of(language)].WORDINGS[template])


def statement_wording(language: str) -> Wording:
    """Return the built-in wording of a statement of account."""
    return Wording(*_BUILT_IN[language_of(language)].STATEMENT)


def heading(language: str, name: str) -> str:
    """Return a column heading or phrase of the tables."""
    return _BUILT_IN[language_of(language)].HEADINGS[name]
