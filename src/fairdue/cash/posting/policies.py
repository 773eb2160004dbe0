"""What a creditor lets the machine and each role post: tolerances, late discounts, limits, debits, refunds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cash.policies import WRONG_COST, automatic_of, settings_of, shadow_end, tolerances_of
from fairdue.core.directdebit import NOTICE_DAYS
from fairdue.core.findings import Finding, RefusedError, refuse
from fairdue.core.limits import TIMES, limit_of
from fairdue.core.matching import TOLERANCES, Policy, Tolerance
from fairdue.core.money import CURRENCIES
from fairdue.core.refunds import QUIET_DAYS
from fairdue.core.returned import MOST_RETRIES, MOST_RETRIES_EVER, PAYDAY
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.parties.services.creditors import change_creditor
from fairdue.receivables.services import LIMITS_SETTING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.foundation.context import Ctx

_NUMBERS = {
    "wrong_cost": (1, 1000),
    "discount_grace_days": (0, 30), "late_discount_days": (0, 90), "late_discount_posted_days": (0, 90),
    "refund_quiet_days": (0, 365), "prenotification_days": (1, 60), "payday": (1, 31),
    "debit_retries": (0, MOST_RETRIES_EVER),
}  # fmt: skip
"""The least and the most of each number."""
_AUTOMATIC = (5_000, 10_000)
"""Basis points: below half a posting would be wrong more often than right."""
_WORDS = {
    "wrong_cost": "cost of a wrong posting", "automatic_from": "confidence to post from",
    "shadow": "shadow mode", "shadow_until": "end of shadow mode",
    "discount_grace_days": "days of grace for a discount", "late_discount_days": "late discounts proposed",
    "late_discount_posted_days": "late discounts posted", "refund_quiet_days": "rest of an account before a refund",
    "prenotification_days": "notice before a direct debit", "payday": "payday", "debit_retries": "tries of a debit",
    "charge_return_fees": "fees for returns", "tolerances": "small differences", LIMITS_SETTING: "limits of roles",
}  # fmt: skip
"""Each setting as the fact names it."""


@dataclass(frozen=True, slots=True)
class CashPolicy:
    """The settings of a creditor for posting; limits in minor units of the books, tolerances by currency."""

    discount_grace_days: int = Policy().discount_grace_days
    late_discount_days: int = Policy().late_discount_days
    late_discount_posted_days: int = Policy().late_discount_posted_days
    tolerances: Mapping[str, Tolerance] = field(default_factory=dict)
    """The creditor's own; other currencies have the shipped ones."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """By role."""
    charge_return_fees: bool = False
    refund_quiet_days: int = QUIET_DAYS
    prenotification_days: int = NOTICE_DAYS
    payday: int = PAYDAY
    debit_retries: int = MOST_RETRIES
    wrong_cost: int = WRONG_COST
    """What a wrong posting costs, in manual looks; from it follows from which confidence is posted."""
    automatic_from: int | None = None
    """The confidence to post from in basis points, where the creditor chose one itself instead."""
    shadow: bool = False
    """Only propose, post nothing."""
    shadow_until: date | None = None
    """The last day on which it only proposes."""


def policy_settings(ctx: Ctx, creditor: UUID) -> CashPolicy:
    """Return the settings of a creditor as they stand, the shipped ones where it has set none."""
    row = parties.creditor(ctx, creditor)
    if row is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    own, plain = settings_of(ctx, creditor), CashPolicy()
    roles = {role: limit_of(role, row.currency, row.settings.get(LIMITS_SETTING, {})) for role in TIMES}
    limits = {**roles, **{role: int(minor) for role, minor in row.settings.get(LIMITS_SETTING, {}).items()}}
    days = {name: int(own.get(name, getattr(plain, name))) for name in _NUMBERS}
    charged = bool(own.get("charge_return_fees", plain.charge_return_fees))
    return CashPolicy(
        tolerances=tolerances_of(own), limits=limits, charge_return_fees=charged, shadow=bool(own.get("shadow")),
        shadow_until=shadow_end(own), automatic_from=automatic_of(own), **days,
    )  # fmt: skip


def shown_tolerances(policy: CashPolicy) -> dict[str, tuple[Tolerance, bool]]:
    """Return the tolerance of each currency that has one, and whether it is the creditor's own."""
    found = {code: (one, False) for code, one in TOLERANCES.items()}
    return {**found, **{code: (one, True) for code, one in sorted(policy.tolerances.items())}}


@command("cash.set_policy", Permission.SETTINGS_EDIT)
def set_policy(ctx: Ctx, *, creditor: UUID, policy: CashPolicy, today: date, key: str | None = None) -> UUID:
    """Set what a creditor lets be posted from now on; what is posted stays. Refuses with every reason."""
    del key
    wrong = tuple(Finding("cash.policy", path, sentence) for path, sentence in _wrong(policy))
    if wrong:
        raise RefusedError(*wrong)
    row = parties.creditor(ctx, creditor)
    if row is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    before, after = policy_settings(ctx, creditor), _stored(policy)
    settings = {**row.settings, "cash": {**row.settings.get("cash", {}), **after}, LIMITS_SETTING: dict(policy.limits)}
    changed = [name for name, value in _stored(before).items() if after[name] != value]
    changed += [LIMITS_SETTING] if before.limits != policy.limits else []
    if changed:
        change_creditor(ctx, creditor=creditor, changes={"settings": settings}, today=today)
        payload = {
            "changed": ", ".join(_WORDS[name] for name in changed),
            "after": {**after, LIMITS_SETTING: dict(policy.limits)},
        }
        record(ctx, NewFact("cash.policy_set", today, creditor, creditor, None, payload))
    return creditor


def _stored(policy: CashPolicy) -> dict[str, Any]:
    tolerances = {
        code: [one.small_difference, one.largest_charge, one.charge_step] for code, one in policy.tolerances.items()
    }
    numbers = {name: getattr(policy, name) for name in _NUMBERS}
    until = policy.shadow_until.isoformat() if policy.shadow_until else None
    flags = {"charge_return_fees": policy.charge_return_fees, "shadow": policy.shadow, "shadow_until": until}
    return {**numbers, "automatic_from": policy.automatic_from, **flags, "tolerances": tolerances}


def _wrong(policy: CashPolicy) -> Iterator[tuple[str, str]]:
    for name, (least, most) in _NUMBERS.items():
        if not least <= getattr(policy, name) <= most:
            yield name, f"From {least} to {most}."
    least, most = _AUTOMATIC
    if policy.automatic_from is not None and not least <= policy.automatic_from <= most:
        yield "automatic_from", "From 50 % to 100 %, or empty."
    if policy.late_discount_posted_days > policy.late_discount_days:
        yield "late_discount_posted_days", "A late discount cannot be posted longer than it is proposed."
    for code, one in policy.tolerances.items():
        if code not in CURRENCIES:
            yield "tolerances", f"{code} is not a currency of ISO 4217."
        elif one.small_difference < 0 or one.largest_charge < 0 or one.charge_step < 1:
            yield "tolerances", f"{code}: no amount is below zero, and a step is at least one minor unit."
    yield from (("limits", f"The limit of {role} is below zero.") for role, minor in policy.limits.items() if minor < 0)
