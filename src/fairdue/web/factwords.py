"""Facts in words: the sentence of their type, filled with the payload, money and days as a person reads them."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.facts.registry import FACT_TYPES
from fairdue.web import formats
from fairdue.web.folding import Event, events
from fairdue.web.spoken import spoken

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
    ("written_off", "eraser", "attention"), ("claim", "shield-alert", "attention"), ("note.", "sticky-note", ""),
)  # fmt: skip
_TAILS = {"hold.placed": ("until_on", "until"), "call.logged": ("spoke_with", "with")}
"""What a sentence says besides where the fact carries it."""


def sentence(fact: LoggedFact, locale: str = "en") -> str:
    """Return what happened as a sentence; an unknown type shows its own name."""
    known = FACT_TYPES.get(fact.type)
    if known is None:
        return fact.type
    words = {key: _word(value, locale, fact.type, key) for key, value in fact.payload.items()}
    # What an old fact does not carry shows as a dash.
    text = known.sentence.format_map(defaultdict(lambda: "\N{EN DASH}", words))
    key, link = _TAILS.get(fact.type, ("", ""))
    text += f", {link} {words[key]}" if words.get(key) else ""
    return text[:1].upper() + text[1:] if text.partition(" ")[0].isalpha() else text


def _word(value: Any, locale: str, type_: str, key: str) -> str:
    if isinstance(value, dict) and {"minor", "currency"} <= value.keys():
        return formats.money_text(int(value["minor"]), str(value["currency"]), locale)
    if isinstance(value, str):
        try:
            return formats.day_text(date.fromisoformat(value), locale)
        except ValueError:
            return formats.in_words(spoken(type_, key, value), locale)
    if isinstance(value, list):
        return ", ".join(_word(one, locale, type_, key) for one in value)
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
    *,
    recorded: bool = False,
) -> list[tuple[date, list[dict[str, Any]]]]:
    """Return facts by the day they happened for `{% timeline %}`; `url` leads to what a fact is about.

    `facts` stand in that order already. Facts that tell one event stand in one line that unfolds. With `recorded` the
    day is that of the recording and each fact stands alone, as the audit tells it; otherwise a fact that was recorded
    on another day says so.
    """
    names = actor_names(ctx, {fact.actor for fact in facts})

    def entry(event: Event) -> dict[str, Any]:
        fact = event.head
        icon, tone = look(fact)
        return {
            "icon": icon,
            "tone": tone,
            "title": sentence(fact, locale),
            "text": str(fact.payload.get("note", "")),
            "who": names[fact.actor],
            "at": _moment(fact, zone, locale, recorded=recorded),
            "url": url(fact) if url else "",
            "settled": event.settled if fact.type != "item.settled" else (),
            "parts": [(sentence(one, locale), url(one) if url else "") for one in event.others],
        }

    shown = [Event(fact) for fact in facts] if recorded else list(events(facts))
    by_day = groupby(shown, key=lambda one: _local(one.head, zone).date() if recorded else one.head.happened_on)
    return [(day, [entry(event) for event in group]) for day, group in by_day]


def _local(fact: LoggedFact, zone: ZoneInfo) -> datetime:
    return fact.recorded_at.astimezone(zone)


def _moment(fact: LoggedFact, zone: ZoneInfo, locale: str, *, recorded: bool) -> str:
    """Return the time of day; a fact of another day also says when it was recorded, or when it happened."""
    at = _local(fact, zone)
    if at.date() == fact.happened_on:
        return f"{at:%H:%M}"
    if recorded:
        return f"{at:%H:%M}, of {formats.day_text(fact.happened_on, locale)}"
    return f"recorded {formats.day_text(at.date(), locale)}"
