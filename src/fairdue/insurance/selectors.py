"""The door out: cover by debtor, duties with their clock, claims with their sheets. Call inside a tenant's context."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import Finding, Severity
from fairdue.core.insurance.cover import Cover, cover_debtor, extension_end, headroom
from fairdue.core.insurance.limits import LimitEvent, Limits
from fairdue.core.insurance.obligations import ACTS, Duty, Obligation, Standing, obligations, standing
from fairdue.insurance.books import (
    ClaimedItem,
    HeldItem,
    PolicyRow,
    claimed_items,
    duties_kept,
    held_items,
    insolvencies,
    limits_of,
    policies_on,
    policy_on,
    rows_of,
)
from fairdue.insurance.models import Claim, ClaimItem
from fairdue.insurance.premium_rows import (
    DeclarationRow,
    PremiumRow,
    TurnoverRow,
    declarations,
    insurable_turnover,
    premium_known,
    premium_left,
    premium_of,
    premiums_posted,
)

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

__all__ = [
    "ClaimDetail",
    "ClaimRow",
    "CoverRow",
    "DebtorCover",
    "DeclarationRow",
    "DutyRow",
    "HeldItem",
    "PolicyRow",
    "PremiumRow",
    "TurnoverRow",
    "claim_detail",
    "claimable",
    "claims",
    "covers",
    "declarations",
    "duties",
    "insurable_turnover",
    "limit_history",
    "policies_on",
    "policy_on",
    "premium_known",
    "premium_left",
    "premium_of",
    "premiums_posted",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CoverRow:
    """An item with its cover on the day."""

    item_id: UUID
    number: str
    due_on: date
    open: int
    cover: Cover


@dataclass(frozen=True, slots=True)
class DebtorCover:
    """One debtor under a policy: limit of the day, exposure, what is insured of it, headroom.

    `exposure` is what is open in the measure of the policy (without VAT unless insured).
    """

    policy_id: UUID
    debtor_id: UUID
    debtor_name: str
    currency: str
    limit: int
    limit_words: str
    exposure: int
    insured: int
    headroom: int
    stopped_since: date | None
    insolvent_on: date | None
    items: tuple[CoverRow, ...]

    @property
    def uninsured(self) -> int:
        """What is open without cover."""
        return self.exposure - self.insured

    @property
    def available(self) -> int | None:
        """What a delivery of the day would find insured of the limit; None when it would find nothing at all."""
        return None if self.stopped_since is not None or self.insolvent_on is not None else self.headroom


def covers(ctx: Ctx, policy: PolicyRow, day: date, debtors: Iterable[UUID] | None = None) -> list[DebtorCover]:
    """Return the cover of every debtor that owes something or has a limit decision, by name.

    Items in a claim keep what they took of the limit, also when they are indemnified. The number of
    statements does not depend on the debtors; the pure rule decides on each.
    """
    wanted = None if debtors is None else list(debtors)
    return _covers_of(ctx, policy, day, held_items(ctx, policy, day, wanted), wanted)


def _covers_of(
    ctx: Ctx, policy: PolicyRow, day: date, rows: list[HeldItem], wanted: list[UUID] | None
) -> list[DebtorCover]:
    held: dict[UUID, list[HeldItem]] = defaultdict(list)
    for item in rows:
        held[item.debtor_id].append(item)
    events = limits_of(policy.id, wanted)
    insolvent = insolvencies(ctx, policy.creditor_id, day)
    claimed = claimed_items(policy.id, day, wanted)
    found = [_debtor_cover(policy, own, events.get(debtor, ()), claimed, insolvent.get(debtor), day)
             for debtor, own in held.items()]  # fmt: skip
    found += [_free(policy, debtor, name, events[debtor], day)
              for debtor, name in _names(ctx, events.keys() - held.keys())]  # fmt: skip
    return sorted(found, key=lambda row: (row.debtor_name.casefold(), row.debtor_id))


def _debtor_cover(
    policy: PolicyRow,
    rows: list[HeldItem],
    events: tuple[LimitEvent, ...],
    claimed: dict[UUID, ClaimedItem],
    insolvent_on: date | None,
    day: date,
) -> DebtorCover:
    terms = policy.terms
    limits = Limits([event for event in events if event.on <= day], terms.discretionary_limit)
    free = [row for row in rows if row.id not in claimed]
    taken = sum(claimed[row.id].taken for row in rows if row.id in claimed)
    covered = cover_debtor(
        terms, [row.insured for row in free], limits, day=day, open_amounts=[row.open_basis(terms) for row in free],
        insolvent_on=insolvent_on, taken=taken, claimed=[row.insured for row in rows if row.id in claimed],
    )  # fmt: skip
    found = dict(zip((row.id for row in free), covered, strict=True))
    found |= {row.id: _claimed(policy, row, claimed[row.id]) for row in rows if row.id in claimed}
    limit = limits.on(day)
    return DebtorCover(
        policy.id, rows[0].debtor_id, rows[0].debtor_name, policy.currency, limit.amount, limit.words,
        sum(one.open for one in found.values()), sum(one.insured for one in found.values()),
        headroom(covered, limits, day) - taken, _stopped_since(policy, rows, day), insolvent_on,
        tuple(CoverRow(row.id, row.insured.id, row.insured.due, row.open, found[row.id]) for row in rows if row.open),
    )  # fmt: skip


def _claimed(policy: PolicyRow, row: HeldItem, claimed: ClaimedItem) -> Cover:
    """Return the cover of an item in a claim: what it took of the limit, as far as it is still open."""
    left = row.open_basis(policy.terms)
    reason = Finding("cover.claimed", row.insured.id, f"in claim {claimed.claim_number}", Severity.INFO)
    return Cover(row.insured, left, left, min(left, claimed.taken), policy.terms.insured_percentage, (reason,))


def _stopped_since(policy: PolicyRow, rows: list[HeldItem], day: date) -> date | None:
    """Return since when deliveries have to stop, because something is unpaid beyond its extension period."""
    if not policy.terms.stop_deliveries:
        return None
    unpaid = (row.insured for row in rows if row.insured.paid_on is None)
    stops = (extension_end(policy.terms, item) + timedelta(days=1) for item in unpaid)
    return min((stop for stop in stops if stop <= day), default=None)


def _free(policy: PolicyRow, debtor: UUID, name: str, events: tuple[LimitEvent, ...], day: date) -> DebtorCover:
    """Return the cover of a debtor that owes nothing: its whole limit is free."""
    limit = Limits(events, policy.terms.discretionary_limit).on(day)
    return DebtorCover(
        policy.id, debtor, name, policy.currency, limit.amount, limit.words, 0, 0, limit.amount, None, None, ()
    )


def _names(ctx: Ctx, debtors: Iterable[UUID]) -> list[tuple[UUID, str]]:
    return [(row[0], row[1]) for row in rows_of("insurance", "names", {"tenant": ctx.tenant, "debtors": list(debtors)})]


def limit_history(policy: UUID, debtor: UUID) -> tuple[LimitEvent, ...]:
    """Return every decision on a debtor's limit, as recorded."""
    return limits_of(policy, [debtor]).get(debtor, ())


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One date of one insured item, with where it stands."""

    policy_id: UUID
    policy_number: str
    item_id: UUID
    number: str
    debtor_id: UUID
    debtor_name: str
    currency: str
    open: int
    duty: Duty
    on: date
    opens: date | None
    standing: Standing
    note: str

    def days_left(self, today: date) -> int:
        """Return the days until the last day, negative when it is over."""
        return (self.on - today).days


def duties(
    ctx: Ctx, policy: PolicyRow, today: date, *, debtors: Iterable[UUID] | None = None, everything: bool = False
) -> list[DutyRow]:
    """Return what somebody must do for insured items and what is late, the nearest last day first.

    `everything` lists every date of the items, also those to come and those done.
    """
    found: list[DutyRow] = []
    wanted = None if debtors is None else list(debtors)
    held = held_items(ctx, policy, today, wanted)
    # Nothing is to be done for an item before its extension period is over.
    rows = {
        row.id: row for row in held if row.open and (everything or extension_end(policy.terms, row.insured) < today)
    }
    insured = {
        one.item_id
        for debtor in _covers_of(ctx, policy, today, held, wanted)
        for one in debtor.items
        if one.cover.is_insured
    }
    claimed = dict(ClaimItem.objects.filter(policy_id=policy.id).values_list("item_id", "claim_id"))
    claims_ = {row.id: row for row in Claim.objects.filter(policy_id=policy.id)}
    kept = duties_kept(policy.id, insured)
    insolvent = insolvencies(ctx, policy.creditor_id, today)
    for item_id, row in rows.items():
        if item_id not in insured and item_id not in claimed:
            continue
        done = dict(kept.get(item_id, {}))
        done[Duty.INVOICE] = row.insured.invoiced
        if item_id in claimed:
            claim = claims_[claimed[item_id]]
            if claim.indemnified_on is not None and not everything:
                continue  # what the insurer has settled is no longer at risk
            done[Duty.CLAIM] = claim.filed_on
        for date_ in obligations(policy.terms, row.insured, done=done, insolvent_on=insolvent.get(row.debtor_id)):
            where = standing(date_, today, done=done)
            if everything or (date_.duty in ACTS and where in {Standing.DUE, Standing.LATE}):
                found.append(_duty_row(policy, row, date_, where))
    return sorted(found, key=lambda duty: (duty.on, duty.debtor_name, duty.number, duty.duty))


def _duty_row(policy: PolicyRow, row: HeldItem, date_: Obligation, where: Standing) -> DutyRow:
    return DutyRow(
        policy.id, policy.number, row.id, row.insured.id, row.debtor_id, row.debtor_name, policy.currency, row.open,
        date_.duty, date_.on, date_.opens, where, date_.note,
    )  # fmt: skip


def claimable(policy: UUID, row: DebtorCover) -> list[CoverRow]:
    """Return the insured items of a customer that are in no claim yet: what a claim of today would hold."""
    ids = [item.item_id for item in row.items]
    claimed = set(ClaimItem.objects.filter(policy_id=policy, item_id__in=ids).values_list("item_id", flat=True))
    return [item for item in row.items if item.cover.is_insured and item.item_id not in claimed]


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim in a list; amounts are minor units of `currency`, None until it is indemnified."""

    id: UUID
    creditor_id: UUID
    policy_id: UUID
    policy_number: str
    insurer: str
    number: str
    debtor_id: UUID
    debtor_name: str
    currency: str
    cause: str
    filed_on: date
    last_day_on: date | None
    insolvent_on: date | None
    loss_on: date
    claimed: int
    loss: int | None
    indemnity: int | None
    borne: int | None
    indemnified_on: date | None
    withdrawn_on: date | None
    received: int
    recovered: int
    insurer_part: int

    @property
    def state(self) -> str:
        """Where the claim stands: filed, indemnified, paid, closed (nothing to pay), withdrawn."""
        if self.withdrawn_on is not None:
            return "withdrawn"
        if self.indemnified_on is None or self.indemnity is None:
            return "filed"
        if self.indemnity == 0:
            return "closed"
        return "paid" if self.received >= self.indemnity else "indemnified"


@dataclass(frozen=True, slots=True)
class ClaimItemRow:
    """An item of a claim."""

    item_id: UUID
    number: str
    issued_on: date
    due_on: date
    amount: int
    residual: int
    insured: int


@dataclass(frozen=True, slots=True)
class RecoveryRow:
    """A shared recovery."""

    received_on: date
    number: str
    amount: int
    cost: int
    insurer: int
    kept: int


@dataclass(frozen=True, slots=True)
class ClaimDetail:
    """A claim with its items, its stored calculation sheet and its recoveries."""

    row: ClaimRow
    items: tuple[ClaimItemRow, ...]
    sheet: dict[str, Any] | None
    recoveries: tuple[RecoveryRow, ...]


def claims(
    ctx: Ctx, *, policy: UUID | None = None, debtor: UUID | None = None, claim: UUID | None = None,
    creditor: UUID | None = None, after: tuple[date, str, UUID] | None = None, limit: int = 500,
) -> list[ClaimRow]:  # fmt: skip
    """Return claims, the newest first; `after` is (filed on, number, id) of the last one seen."""
    on, number, id_ = after or (None, None, None)
    parameters = {
        "tenant": ctx.tenant, "policy": policy, "debtor": debtor, "claim": claim, "creditor": creditor,
        "after_on": on, "after_number": number, "after_id": id_, "limit": limit,
    }  # fmt: skip
    return [ClaimRow(*row) for row in rows_of("insurance", "claims", parameters)]


def claim_detail(ctx: Ctx, claim: UUID) -> ClaimDetail | None:
    """Return a claim with everything that belongs to it, None when there is none."""
    rows = claims(ctx, claim=claim)
    if not rows:
        return None
    parameters = {"tenant": ctx.tenant, "claim": claim}
    return ClaimDetail(
        rows[0],
        tuple(ClaimItemRow(*row) for row in rows_of("insurance", "claim_items", parameters)),
        Claim.objects.values_list("sheet", flat=True).get(id=claim),
        tuple(RecoveryRow(*row) for row in rows_of("insurance", "recoveries", parameters)),
    )
