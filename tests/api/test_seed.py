"""Load data: the same for the same seed, through the bulk doors, and every invariant holds."""

from datetime import date

import pytest

from fairdue.cli.seed import Size, seed_tenant
from fairdue.core.findings import RefusedError
from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.models import Tenant
from fairdue.foundation.verifying import verify_tenant
from fairdue.receivables.pages import credit_page, item_page
from fairdue.receivables.selectors import balances

TODAY = date(2026, 3, 2)
SIZE = Size(debtors=20, items=60, payments=20, bank_lines=5)


def seeded(seed, number=1):
    slug, made = seed_tenant(seed, number, SIZE, TODAY)
    return Ctx(TenantId(Tenant.objects.get(slug=slug).pk)), made


def picture(ctx):
    with ctx.open():
        items = item_page(ctx, after=None, limit=1000)
        credits_ = credit_page(ctx, after=None, limit=1000)
    return [(row.id, row.number, row.amount, row.residual, row.due_on) for row in items], len(credits_)


def test_the_same_seed_makes_the_same_tenant_and_every_invariant_holds(database):
    ctx, made = seeded(7001)
    assert made
    items, credits_ = picture(ctx)
    assert (len(items), credits_) == (60, 20 + 5)
    assert verify_tenant(ctx) == []
    again, made_again = seeded(7001)
    assert (again.tenant, made_again) == (ctx.tenant, False)
    other, _ = seeded(7002)
    assert picture(other) != (items, credits_)
    Tenant.objects.filter(id=ctx.tenant).update(slug="renamed-7001")
    twin, _ = seeded(7001)
    assert picture(twin) == (items, credits_)
    with ctx.open():
        rows = balances(ctx, as_of=TODAY)
        single = [row for one in {row.debtor_id for row in rows} for row in balances(ctx, as_of=TODAY, debtor=one)]
    assert sorted(single, key=str) == sorted(rows, key=str)


def test_a_load_that_was_cut_short_is_not_taken_for_whole(database):
    ctx, _ = seeded(7003)
    Tenant.objects.filter(id=ctx.tenant).update(settings={})
    with pytest.raises(RefusedError, match="cut short"):
        seeded(7003)
    with pytest.raises(RefusedError, match="need customers"):
        seed_tenant(7004, 1, Size(debtors=0, items=1, payments=0), TODAY)
