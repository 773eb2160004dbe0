"""Which facts exist, and who answers them. Rooms register in their `AppConfig.ready`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class FactType:
    """A kind of fact: its dotted name in the past tense, and how a person reads it.

    `sentence` is filled from the payload: "Invoice {number} issued". Money in payloads is
    `{"minor": int, "currency": str}` under its own name and is shown formatted.
    """

    name: str
    sentence: str
    area: str = "receivables"
    """What the timeline filters by: invoices, payments, collections, disputes, insurance, master data."""
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactRow:
    """A recorded fact as consumers and readers see it."""

    id: UUID
    type: str
    subject_id: UUID | None
    creditor_id: UUID | None
    debtor_id: UUID | None
    payload: dict[str, Any]
    actor: str
    happened_on: date
    recorded_at: datetime


type Answer = Callable[[Ctx, list[FactRow]], None]


@dataclass(frozen=True, slots=True)
class Consumer:
    """A named answer to some types of facts; called with facts in order, in one transaction."""

    name: str
    types: frozenset[str]
    answer: Answer
    batch: int = 200


FACT_TYPES: dict[str, FactType] = {}
CONSUMERS: dict[str, Consumer] = {}
_BY_TYPE: dict[str, list[str]] = defaultdict(list)


def declare(*types: FactType) -> None:
    """Make fact types known; recording an undeclared type is an error."""
    for fact_type in types:
        known = FACT_TYPES.setdefault(fact_type.name, fact_type)
        if known != fact_type:
            raise ValueError(f"the fact type {fact_type.name} is declared twice")


def consume(name: str, *types: str, batch: int = 200) -> Callable[[Answer], Answer]:
    """Register a consumer: `@consume("collections.open_disputes", "cash.deduction_recorded")`."""

    def register(answer: Answer) -> Answer:
        known = CONSUMERS.get(name)
        if known is not None and known.answer.__qualname__ != answer.__qualname__:
            raise ValueError(f"the consumer {name} is registered twice")
        if known is None:
            CONSUMERS[name] = Consumer(name, frozenset(types), answer, batch)
            for fact_type in types:
                _BY_TYPE[fact_type].append(name)
        return answer

    return register


def consumers_of(fact_type: str) -> list[str]:
    """Return the names of the consumers that answer facts of this type."""
    return _BY_TYPE.get(fact_type, [])
