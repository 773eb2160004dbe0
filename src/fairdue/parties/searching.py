"""Find customers by what a person has in hand: a name, a number, a VAT number, an e-mail address.

What begins a word of the name (`debtor.word1` to `word4`, folded) or the customer number is found in an index. Where
nothing begins with it, any part of `debtor.search_text` is looked for by reading all of a tenant: under row-level
security the database may look up an index only for comparisons that are leakproof, and the ones of trigrams are not.
Where that finds nothing either, one mistake of the typist is forgiven.
"""

from __future__ import annotations

from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

from fairdue.core.parties.names import normal_name

if TYPE_CHECKING:
    from uuid import UUID

    from fairdue.foundation.context import Ctx

LONGEST = 200
_AFTER_ALL = "\U0010ffff"
"""No word goes on with this character, so a beginning is a range."""
_MOST = 20
"""What is read of each word's beginning before the best are shown."""
_SHORTEST, _MOST_LETTERS = 5, 16
"""Letters of a word in which one mistake is forgiven."""
_MARKS = str.maketrans("", "", " .-/'()")


def patterns_for(text: str) -> list[str]:
    """Return patterns for `search_text LIKE ANY (…)`, none for a text that says nothing.

    A text is looked for as it was typed, as names are folded (no accents, no legal form), and, when it holds a digit,
    without the marks that people put into numbers.
    """
    typed = " ".join(text.replace("\0", "").lower().split())[:LONGEST]
    readings = [typed, normal_name(typed)]
    if any(sign.isdigit() for sign in typed):
        readings.append(typed.translate(_MARKS))
    return [f"%{_plain(reading)}%" for reading in dict.fromkeys(readings) if reading]


def _plain(text: str) -> str:
    """Return a text whose signs stand for nothing but themselves in a pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def search_parameters(ctx: Ctx, text: str, creditor: UUID | None, limit: int) -> dict[str, Any]:
    """Return what `sql/search.sql` asks for; nothing for a text that says nothing."""
    patterns = patterns_for(text)
    if not patterns:
        return {}
    typed = " ".join(text.replace("\0", "").lower().split())[:LONGEST]
    name = normal_name(typed)
    head, *others = sorted(dict.fromkeys(name.split()), key=len, reverse=True) or [""]
    return {
        "tenant": ctx.tenant, "patterns": patterns, "creditor": creditor, "limit": limit, "number": typed,
        "name": name or typed, "heads": _spelled(head), "others": [_loose(word) for word in others],
        "near": _near(head), "end": _AFTER_ALL, "most": max(limit, _MOST),
    }  # fmt: skip


def _spelled(word: str) -> list[str]:
    """Return a word, and how it stands in a folded name where its typist left the dots of an umlaut away."""
    if not word:
        return []
    return list(dict.fromkeys([word, *(_dotted(word, place) for place, sign in enumerate(word) if sign in "aou")]))


def _dotted(word: str, place: int) -> str:
    return f"{word[: place + 1]}e{word[place + 1 :]}"


def _loose(word: str) -> str:
    """Return the pattern of a word in which an umlaut may have been typed without its dots."""
    return "".join(f"{sign}e?" if sign in "aou" else sign for sign in word)


def _near(word: str) -> list[str]:
    """Return what a word may be that is one mistake away; nothing for a short one, of which too much would be near."""
    if not _SHORTEST <= len(word) <= _MOST_LETTERS or not word.isascii():
        return []
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    less = [left + right[1:] for left, right in cuts if right]
    swapped = [left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1]
    more = [left + sign + right for left, right in cuts for sign in ascii_lowercase]
    other = [left + sign + right[1:] for left, right in cuts for sign in ascii_lowercase if right]
    return sorted({*less, *swapped, *more, *other} - {word})
