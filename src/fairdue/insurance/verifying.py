"""The room's invariants, recomputed from raw rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import Finding
from fairdue.foundation.facts.witness import AMOUNT, CLIENT, CUSTOMER, witness
from fairdue.foundation.verifying import invariant
from fairdue.insurance.books import rows_of
from fairdue.insurance.models import Claim

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@invariant("insurance.claims")
def check_claims(ctx: Ctx) -> Iterable[Finding]:
    """Find indemnities that are not booked with their amount, claims without items or with foreign ones."""
    for claim, number, problem in rows_of("insurance", "verify_claims", {"tenant": ctx.tenant}):
        yield Finding("insurance.claim", f"insurance_claim {claim}", f"Claim {number}: {problem}")


@invariant("insurance.sheets")
def check_sheets(ctx: Ctx) -> Iterable[Finding]:
    """Find claims whose stored sheet ends in another amount than their row, or of whose year more or less is used."""
    del ctx
    used: Counter[UUID] = Counter()
    told: dict[UUID, int] = {}
    for row in Claim.objects.filter(indemnified_on__isnull=False).order_by("policy_id", "number"):
        assert row.sheet is not None
        if (
            row.sheet["steps"][-1]["amount"] != row.sheet["indemnity"]
            or _minor(row.sheet["indemnity"]) != row.indemnity
        ):
            yield Finding(
                "insurance.sheet", f"insurance_claim {row.id}", f"Claim {row.number}: the sheet ends in another amount"
            )
        used[row.policy_id] += row.aggregate_used
        told[row.policy_id] = max(told.get(row.policy_id, 0), _minor(row.sheet["year"]["aggregate_used"]))
    for policy in sorted(told):
        if told[policy] != used[policy]:
            message = f"the claims used {used[policy]} of the aggregate first loss, their sheets say {told[policy]}"
            yield Finding("insurance.aggregate", f"insurance_policy {policy}", message)


def _minor(amount: str) -> int:
    """Return an amount of a sheet, written with all digits of its currency, in minor units."""
    exact = Decimal(amount)
    return int(exact.scaleb(-int(exact.as_tuple().exponent)))


@invariant("insurance.recoveries")
def check_recoveries(ctx: Ctx) -> Iterable[Finding]:
    """Find claims whose insurer got back more than it paid, or a part that no payment gave."""
    for claim, number, problem in rows_of("insurance", "verify_recoveries", {"tenant": ctx.tenant}):
        yield Finding("insurance.recovery", f"insurance_claim {claim}", f"Claim {number}: {problem}")


@invariant("insurance.premiums")
def check_premiums(ctx: Ctx) -> Iterable[Finding]:
    """Find postings of premium that the journal does not bear out."""
    for posting, number, problem in rows_of("insurance", "verify_premiums", {"tenant": ctx.tenant}):
        yield Finding("insurance.premium", f"insurance_premium {posting}", f"Policy {number}: {problem}")


witness(
    "insurance_policy", "policy.taken_out",
    figures={**CLIENT, "insurer": "insurer", "currency": "currency?", "starts_on": "starts_on?", "ends_on": "ends_on?"},
)  # fmt: skip
witness(
    "insurance_terms", "policy.taken_out", "policy.terms_changed", subject="policy_id",
    figures={**CLIENT, "id": "version?", "valid_from": "valid_from?"},
    also="coalesce(f.payload -> 'terms', t.terms) = t.terms"
    " AND coalesce(f.payload -> 'premium', t.premium) = t.premium",
)  # fmt: skip
witness(
    "insurance_claim", "claim.filed",
    figures={
        "claimed": "amount,minor", "number": "number", "filed_on": "@happened_on", "loss_on": "loss_on",
        "terms_id": "terms?", "last_day_on": "last_day_on?",
    },
)  # fmt: skip
witness(
    "insurance_claim_item", "claim.filed", figures=CLIENT, subject="claim_id",
    also="coalesce(f.payload -> 'items' @> to_jsonb(t.item_id::text), true)",
)  # fmt: skip
witness(
    "insurance_claim", "claim.indemnified",
    figures={"indemnity": "amount,minor", "borne": "borne,minor", "indemnified_on": "@happened_on"},
    only="t.indemnified_on IS NOT NULL",
)  # fmt: skip
witness(
    "insurance_claim", "claim.withdrawn", figures={"withdrawn_on": "@happened_on"}, only="t.withdrawn_on IS NOT NULL"
)
witness(
    "insurance_limit", "limit.decided", subject="",
    figures={
        **AMOUNT, **CUSTOMER, "policy_id": "policy", "change": "change", "acts_on": "acts_on", "until_on": "until_on?",
        "percentage": "percentage?",
    },
)  # fmt: skip
witness("insurance_duty_kept", "duty.kept", figures={**CLIENT, "duty": "duty", "done_on": "done_on"}, subject="item_id")
witness(
    "insurance_declaration", "turnover.declared", subject="policy_id",
    figures={**CLIENT, "turnover": "amount,minor", "declared_on": "@happened_on"},
    also="f.payload ->> 'period' = t.starts_on || ' to ' || t.ends_on",
)  # fmt: skip
witness(
    "insurance_premium", "premium.posted", "premium.reversed", subject="policy_id",
    figures={**CLIENT, "id": "posting", "booked_on": "@happened_on"},
)  # fmt: skip
witness(
    "insurance_recovery", "recovery.shared", subject="claim_id",
    figures={
        **AMOUNT, **CLIENT, "insurer": "insurer,minor", "kept": "kept,minor", "received_on": "@happened_on",
        "credit_id": "credit?",
    },
)  # fmt: skip
witness(
    "insurance_payout", "indemnity.received", subject="claim_id",
    figures={**AMOUNT, **CLIENT, "received_on": "@happened_on", "credit_id": "credit?"},
)  # fmt: skip
