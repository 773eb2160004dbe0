"""The words of the portal in each language; a key without a translation shows in English."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

LANGUAGES = {"en": "English", "de": "Deutsch", "fr": "Français"}


@cache
def _table(language: str) -> dict[str, str]:
    found = tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text(encoding="utf-8"))
    return {f"{group}.{key}": text for group, words in found.items() for key, text in words.items()}


def language_for(*tags: str) -> str:
    """Return the first tag that the portal speaks (`de-AT` is `de`), English if none is."""
    for tag in tags:
        short = tag.replace("_", "-").partition("-")[0].lower()
        if short in LANGUAGES:
            return short
    return "en"


def words_of(language: str) -> Callable[..., str]:
    """Return `say(key, **values)` for a language; an unknown key is an error, so that none is forgotten."""
    table, english = _table(language_for(language)), _table("en")

    def say(key: str, **values: Any) -> str:
        return (table.get(key) or english[key]).format(**values)

    return say


def keys_of(language: str) -> set[str]:
    """Return the keys that a language has, for the test that compares them."""
    return set(_table(language))
