"""Facts in words: the sentence of their type, filled with the payload, money and days as a person reads them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.facts.registry import FACT_TYPES
from fairdue.web import formats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from zoneinfo import ZoneInfo

    from fairdue.foundation.context import Ctx
    from fairdue.foundation.facts.reading import LoggedFact

_LOOKS = {
    "invoices": ("file-text", "accent"),
    "payments": ("landmark", "done"),
    "cash": ("landmark", "done"),
    "receivables": ("landmark", ""),
    "collections": ("mail", ""),
    "disputes": ("message-square-warning", "attention"),
    "insurance": ("shield-check", ""),
    "approvals": ("users-round", ""),
    "administration": ("settings", ""),
    "mail": ("send", ""),
}
_WORDS = (
    ("broken", "circle-x", "danger"), ("failed", "circle-x", "danger"), ("refused", "circle-x", "danger"),
    ("reversed", "undo-2", "attention"), ("promise", "handshake", "accent"), ("call", "phone", ""),
    ("dispute", "message-square-warning", "attention"), ("hold", "pause", "attention"),
    ("written_off", "eraser", "attention"), ("claim", "shield-alert", "attention"),
)  # fmt: skip


def sentence(fact: LoggedFact, locale: str = "en") -> str:
    """Return what happened as a sentence; an unknown type shows its own name."""
    known = FACT_TYPES.get(fact.type)
    if known is None:
        return fact.type
    words = {key: _word(value, locale) for key, value in fact.payload.items()}
    # What an old fact does not carry shows as a dash.
    text = known.sentence.format_map(defaultdict(lambda: "\N{EN DASH}", words))
    return text[:1].upper() + text[1:] if text.partition(" ")[0].isalpha() else text


def _word(value: Any, locale: str) -> str:
    if isinstance(value, dict) and {"minor", "currency"} <= value.keys():
        return formats.money_text(int(value["minor"]), str(value["currency"]), locale)
    if isinstance(value, str):
        try:
            return formats.day_text(date.fromisoformat(value), locale)
        except ValueError:
            return value
    if isinstance(value, list):
        return ", ".join(_word(one, locale) for one in value)
    return str(value)


def look(fact: LoggedFact) -> tuple[str, str]:
    """Return the icon and the tone of a fact."""
    for word, icon, tone in _WORDS:
        if word in fact.type:
            return icon, tone
    return _LOOKS.get(fact.area, ("dot", ""))


def timeline_days(
    ctx: Ctx,
    facts: Sequence[LoggedFact],
    zone: ZoneInfo,
    locale: str = "en",
    url: Callable[[LoggedFact], str] | None = None,
) -> list[tuple[date, list[dict[str, str]]]]:
    """Return facts, newest first, by day for `{% timeline %}`; `url` leads to what a fact is about."""
    names = actor_names(ctx, {fact.actor for fact in facts})

    def entry(fact: LoggedFact) -> dict[str, str]:
        icon, tone = look(fact)
        return {
            "icon": icon,
            "tone": tone,
            "title": sentence(fact, locale),
            "text": str(fact.payload.get("note", "")),
            "who": names[fact.actor],
            "at": f"{fact.recorded_at.astimezone(zone):%H:%M}",
            "url": url(fact) if url else "",
        }

    by_day = groupby(facts, key=lambda fact: fact.recorded_at.astimezone(zone).date())
    return [(day, [entry(fact) for fact in group]) for day, group in by_day]
