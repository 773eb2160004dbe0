"""Money on account meets the items of its customer: by what the payment said, else the oldest due first.

The same engine as for a payment that has just come: numbers, orders, references, the exact amount. Where the payment
said nothing that fits, the order of law counts (§ 366 BGB: the oldest due first). Nothing but the money is used: no
discount, no difference, no credit note. A person decides; a machine only proposes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fairdue.core.matching.amounts import shown
from fairdue.core.matching.engine import match
from fairdue.core.matching.ledger import Ledger
from fairdue.core.matching.payers import Payers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fairdue.core.matching.model import Item, Payment, Policy, Proposal

OLDEST = "account.oldest"
OLDEST_FIRST = 6_000
"""Confidence (basis points) of the order of law: the payer said nothing."""


@dataclass(frozen=True, slots=True)
class OnAccount:
    """Money on account of a customer: its payment with the amount that is not applied; `refused` sets of items."""

    debtor: str
    payment: Payment
    refused: frozenset[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Meeting:
    """What money on account should pay: (item, amount) in minor units, never more than either has."""

    payment: str
    parts: tuple[tuple[str, int], ...]
    rule: str
    reason: str
    confidence: int

    @property
    def amount(self) -> int:
        """What is used in all."""
        return sum(amount for _, amount in self.parts)


def meet(money: Sequence[OnAccount], items: Iterable[Item], policy: Policy) -> tuple[Meeting, ...]:
    """Return what each payment on account should pay, the oldest money first; no item is given away twice."""
    left = {item.id: item for item in items if item.residual > 0}
    found = []
    for one in sorted(money, key=lambda one: (one.payment.booked, one.payment.id)):
        own = [item for item in left.values() if item.debtor == one.debtor and item.currency == one.payment.currency]
        made = _named(one, own, policy) or _oldest(one, own)
        if made is not None:
            found.append(made)
            for item, amount in made.parts:
                left[item] = replace(left[item], residual=left[item].residual - amount)
    return tuple(found)


def _named(one: OnAccount, items: Sequence[Item], policy: Policy) -> Meeting | None:
    """Return what the engine says, as far as it is plain money onto open items of the customer."""
    key = f"account of {one.debtor}"
    payment = replace(one.payment, payer_account=key, payer_name="", on_behalf_of="")
    open_ = [item for item in items if item.residual > 0]
    (proposal,) = match([payment], Ledger(open_), Payers([], {key: {one.debtor: 9}}), policy)
    options = (proposal, *proposal.alternatives)
    return next((_meeting(one, option) for option in options if _plain(one, option)), None)


def _plain(one: OnAccount, proposal: Proposal) -> bool:
    parts = proposal.allocations
    plain = all(part.amount > 0 and not part.adjustment and part.settles is None for part in parts)
    return bool(parts) and plain and frozenset(part.item for part in parts) not in one.refused


def _meeting(one: OnAccount, proposal: Proposal) -> Meeting:
    parts = tuple((part.item, part.amount) for part in proposal.allocations)
    return Meeting(one.payment.id, parts, proposal.rule, proposal.reason, proposal.confidence)


def _oldest(one: OnAccount, items: Sequence[Item]) -> Meeting | None:
    """Return the items of the customer that are due first, as far as the money goes; held ones are left alone."""
    rest, parts = one.payment.amount, []
    for item in sorted(items, key=lambda item: (item.due, item.number, item.id)):
        part = 0 if item.held else min(rest, item.residual)
        if part:
            parts.append((item.id, part))
            rest -= part
    if not parts or frozenset(item for item, _ in parts) in one.refused:
        return None
    used = f"{shown(one.payment.amount - rest, one.payment.currency)} {one.payment.currency}"
    reason = f"{used} on account, and the payment names nothing that is open: the oldest due first."
    return Meeting(one.payment.id, tuple(parts), OLDEST, reason, OLDEST_FIRST)
