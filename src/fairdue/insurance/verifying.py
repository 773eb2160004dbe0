"""The room's invariants, recomputed from raw rows."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding
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
    """Find claims whose stored sheet ends in another amount than their row."""
    del ctx
    for row in Claim.objects.filter(indemnified_on__isnull=False):
        assert row.sheet is not None
        steps = row.sheet["steps"]
        exact = Decimal(row.sheet["indemnity"])
        minor = exact.scaleb(-int(exact.as_tuple().exponent))
        if steps[-1]["amount"] != row.sheet["indemnity"] or minor != row.indemnity:
            yield Finding(
                "insurance.sheet", f"insurance_claim {row.id}", f"Claim {row.number}: the sheet ends in another amount"
            )


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
