"""The tenant's settings and experience as the core's policy."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cash.bulk import rows
from fairdue.cash.models import CashRule, DeductionCode
from fairdue.core.matching import Coded, Codes, Policy, Tolerance, Treatment, threshold
from fairdue.foundation.models import Tenant
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

WRONG_COST = 25
"""How many manual looks a wrong posting costs, where the tenant says nothing else."""
SETTLED_DAYS = 14
"""So many days a posting of the machine must stand until it counts as right."""


def settings_of(ctx: Ctx, creditor: UUID | None = None) -> dict[str, Any]:
    """Return `settings["cash"]` of the tenant, under those of the creditor."""
    own: dict[str, Any] = Tenant.objects.get(id=ctx.tenant).settings.get("cash", {})
    row = parties.creditor(ctx, creditor) if creditor else None
    return {**own, **row.settings.get("cash", {})} if row else own


def tolerances_of(own: dict[str, Any]) -> dict[str, Tolerance]:
    """Return the tolerances that are set, by currency."""
    return {code: Tolerance(*map(int, parts)) for code, parts in own.get("tolerances", {}).items()}


def automatic_of(own: dict[str, Any]) -> int | None:
    """Return the confidence that a creditor chose to post from, basis points; None where its cost decides."""
    said = own.get("automatic_from")
    return None if said is None else int(said)


def codes_of(creditor: UUID) -> Codes:
    """Return what the codes of a creditor's customers mean."""
    found = DeductionCode.objects.filter(creditor_id=creditor, removed_on__isnull=True)
    return Codes({
        (str(row.debtor_id or ""), row.key): Coded(
            row.code, row.reason, Treatment(row.treatment), row.most, row.currency
        )
        for row in found
    })  # fmt: skip


def policy_of(ctx: Ctx, creditor: UUID) -> Policy:
    """Return the policy: the tenant's settings, how often each rule was right here, and which may not post."""
    own, plain = settings_of(ctx, creditor), Policy()
    known = CashRule.objects.filter(creditor_id=creditor)
    counted = known.values_list("signature", "was_right", "judged", "mode")
    return Policy(
        automatic_from=automatic_of(own) or threshold(int(own.get("wrong_cost", WRONG_COST))),
        tolerances=tolerances_of(own),
        codes=codes_of(creditor),
        discount_grace_days=int(own.get("discount_grace_days", plain.discount_grace_days)),
        late_discount_days=int(own.get("late_discount_days", plain.late_discount_days)),
        late_discount_posted_days=int(own.get("late_discount_posted_days", plain.late_discount_posted_days)),
        right={signature: (right, judged) for signature, right, judged, _ in counted},
        manual_rules=frozenset(signature for signature, _, _, mode in counted if mode == CashRule.Mode.MANUAL),
    )


def in_shadow(ctx: Ctx, today: date, creditor: UUID | None = None) -> bool:
    """Tell whether a creditor still only watches: `shadow` is true, or `shadow_until` has not passed."""
    return watches(settings_of(ctx, creditor), today)


def watches(own: dict[str, Any], today: date) -> bool:
    """Tell by the settings whether everything is only proposed."""
    until = shadow_end(own)
    return bool(own.get("shadow")) or (until is not None and today <= until)


def shadow_end(own: dict[str, Any]) -> date | None:
    """Return the last day of shadow mode, None where no day is set."""
    said = own.get("shadow_until")
    return date.fromisoformat(said) if said else None


def first_weeks(today: date, days: int) -> dict[str, Any]:
    """Return the settings of a new tenant: until the end of so many days everything is only proposed."""
    return {"cash": {"shadow_until": (today + timedelta(days=days)).isoformat()}} if days > 0 else {}


def watching(ctx: Ctx, today: date) -> dict[UUID, date | None]:
    """Return the creditors that are in shadow mode, each with its last day; None where it has no end."""
    own = settings_of(ctx)
    said = {row.id: {**own, **row.settings.get("cash", {})} for row in parties.creditors(ctx)}
    return {
        creditor: None if one.get("shadow") else shadow_end(one)
        for creditor, one in said.items()
        if watches(one, today)
    }


def experience(ctx: Ctx, creditor: UUID, today: date) -> dict[str, tuple[int, int]]:
    """Return (right, judged) by signature, counted from proposals and what became of them."""
    settled = today - timedelta(days=SETTLED_DAYS)
    found = rows(ctx, "experience", creditor=creditor, settled=settled)
    return {row["signature"]: (row["was_right"], row["judged"]) for row in found}
