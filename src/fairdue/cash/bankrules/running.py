"""Ask the rules of people in a matching run: before memory and guess, after what the payment itself names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fairdue.cash.bankrules.making import rules_of
from fairdue.core.bankrules import RuleAction, disputed, explained, first_hit, overrules, proposal_of
from fairdue.core.matching import match

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from fairdue.core.bankrules import Hit
    from fairdue.core.matching import Ledger, Payers, Payment, Policy, Proposal, Refusals


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a run proposes, and by payment which rule had a say."""

    proposals: list[Proposal]
    rules: dict[str, str] = field(default_factory=dict)


def hits_of(creditor: UUID, payments: Sequence[Payment]) -> dict[str, Hit]:
    """Return by payment the hit of the first rule that fits it."""
    rules = rules_of(creditor)
    found = ((payment.id, first_hit(rules, payment)) for payment in payments) if rules else ()
    return {one: hit for one, hit in found if hit is not None}


def match_ruled(
    payments: Sequence[Payment], ledger: Ledger, payers: Payers, policy: Policy, refused: Refusals,
    hits: Mapping[str, Hit],
) -> Ruled:  # fmt: skip
    """Return one proposal for each payment: by its rule where one decides, else by matching."""
    ruled = _whole(payments, policy, refused, hits)
    if ruled:
        asked = [payment for payment in payments if payment.id in ruled]
        # Claims of this look must not bind the run itself: it has a ledger of its own.
        alone = match(asked, ledger.again(), payers, policy, refused)
        named = {one.payment for one in alone if overrules(one)}
    else:
        named = set()
    rest = [payment for payment in payments if payment.id not in ruled or payment.id in named]
    matched = {one.payment: _told(one, ruled, hits) for one in match(rest, ledger, payers, policy, refused)}
    done = ruled | matched
    return Ruled([done[payment.id] for payment in payments], {one: hit.rule.id for one, hit in hits.items()})


def _whole(
    payments: Sequence[Payment], policy: Policy, refused: Refusals, hits: Mapping[str, Hit]
) -> dict[str, Proposal]:
    """Return the proposals of rules that decide about a whole payment, without those that a person refused."""
    made = [
        proposal_of(hits[payment.id], payment, policy)
        for payment in payments
        if payment.id in hits and hits[payment.id].rule.action is not RuleAction.PAYER
    ]
    return {one.payment: one for one in made if (one.payment, one.fingerprint) not in refused}


def _told(one: Proposal, ruled: Mapping[str, Proposal], hits: Mapping[str, Hit]) -> Proposal:
    """Return a proposal with what the rule of its payment has to say of it."""
    hit = hits.get(one.payment)
    if hit is None:
        return one
    if one.payment in ruled:
        return disputed(one, ruled[one.payment], hit)
    return explained(one, hit) if hit.rule.action is RuleAction.PAYER else one
