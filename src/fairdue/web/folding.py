"""Facts that tell one event become one line of a timeline, and the line unfolds into its facts.

A payment leaves three facts and more (recorded, applied, settled), an invoice those of its files and its way to the
customer, a message those of its mail. Facts of one day are one event when they share what they are about: the credit,
the group of allocations, the bank line and the item of a payment; the document or message; the promise, dispute or call
from which holds and tasks come.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fairdue.foundation.facts.reading import LoggedFact

PAYMENT = (
    "credit.recorded", "bank_line.received", "cash.put_on_account", "cash.allocated", "item.allocated",
    "item.discounted", "credit.assigned", "cash.proposed", "item.settled",
)  # fmt: skip
"""The facts of a payment; the first of them that is there names the event."""
MESSAGE = (
    "invoice.issued", "credit_note.issued", "notice.sent", "notice.cancelled", "notice.planned", "open_item.opened",
    "invoice.delivered", "mail.failed", "mail.sent", "mail.cancelled", "document.rendered", "draft.written",
    "portal.link_made",
)  # fmt: skip
"""The same for documents and messages."""
DEED = (
    "promise.broken", "promise.kept", "promise.partly_kept", "promise.cancelled", "promise.reopened", "promise.made",
    "plan.broken", "plan.completed", "plan.agreed", "dispute.resolved", "dispute.opened", "call.logged", "task.done",
    "task.opened", "hold.placed", "hold.released",
)  # fmt: skip
"""The same for what a person did: the hold of a promise, the task that a call ended and the one that it opened."""
_FAMILIES = (PAYMENT, MESSAGE, DEED)
_ON_ITEM = ("item.allocated", "item.discounted")
_ABOUT_ANOTHER = (*_ON_ITEM, "hold.placed", "hold.released")
"""Facts whose subject is an item or a customer, which several events of a day may be about."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line: the fact that names it, and the others as they stood."""

    head: LoggedFact
    others: tuple[LoggedFact, ...] = ()

    @property
    def settled(self) -> tuple[str, ...]:
        """Return the numbers of the items that it settled, in order of writing."""
        facts = (self.head, *self.others)
        return tuple(sorted({str(one.payload.get("number", "")) for one in facts if one.type == "item.settled"}))


def _family(fact: LoggedFact) -> tuple[str, ...] | None:
    return next((family for family in _FAMILIES if fact.type in family), None)


def _about(fact: LoggedFact, day: Sequence[LoggedFact]) -> set[str]:
    """Return what a fact shares with the others of its event; nothing for a fact that stands alone.

    An item shares nothing by itself, for two payments of a day may be for one item; that it is settled belongs to the
    allocation that stands next to it, and a portal link to the message that carries it.
    """
    family = _family(fact)
    if family is None:
        return set()
    if fact.type == "item.settled":
        after = day[day.index(fact) :]
        last = next((one for one in (*after, *day) if _pays(one, fact)), None)
        return _about(last, day) if last else set()
    if fact.type == "portal.link_made":
        carrier = next((one for one in day if one.type == "notice.planned" and one.debtor_id == fact.debtor_id), None)
        return _about(carrier, day) if carrier else set()
    context = fact.payload.get("context")
    told = [None if fact.type in _ABOUT_ANOTHER else fact.subject_id]
    told += [fact.payload.get(key) for key in (("source",) if family is DEED else ("credit", "group"))]
    told += [context.get("notice")] if isinstance(context, dict) else []
    return {f"{_FAMILIES.index(family)}:{one}" for one in told if one}


def _pays(fact: LoggedFact, settled: LoggedFact) -> bool:
    return fact.type in _ON_ITEM and fact.subject_id == settled.subject_id


def events(facts: Sequence[LoggedFact]) -> Iterator[Event]:
    """Yield the events of facts that stand by day; each where its newest fact stood."""
    for _, day in groupby(facts, key=lambda fact: fact.happened_on):
        for together in _together(list(day)):
            yield _event(together)


def _together(day: Sequence[LoggedFact]) -> list[list[LoggedFact]]:
    """Return the facts of a day by event, in the order of the day: what shares anything belongs together."""
    threads: list[tuple[set[str], list[int]]] = []
    for place, fact in enumerate(day):
        about, places = _about(fact, day), [place]
        apart = []
        for known, members in threads:
            if known & about:
                about, places = about | known, members + places
            else:
                apart.append((known, members))
        threads = [*apart, (about, sorted(places))]
    return [[day[place] for place in places] for _, places in sorted(threads, key=lambda one: one[1][0])]


def _event(together: Sequence[LoggedFact]) -> Event:
    family = _family(together[0])
    if family is None:
        return Event(together[0])
    head = min(together, key=lambda fact: family.index(fact.type))
    return Event(head, tuple(fact for fact in together if fact is not head))
