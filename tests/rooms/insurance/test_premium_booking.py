"""The premium that is computed is also booked, once, and taken back by a reversal."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairdue.core.findings import RefusedError
from fairdue.core.insurance.premium import PremiumTerms, declared_premium
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.verifying import verify_tenant
from fairdue.insurance import selectors
from fairdue.insurance.models import PremiumPosting
from fairdue.insurance.services import declare_turnover, post_premium, reverse_premium
from fairdue.receivables.models import Account, JournalLine
from tests import make
from tests.rooms.insurance import given as insured

TODAY = date(2026, 5, 4)
TERMS = PremiumTerms(Decimal("0.2"), estimate=1_000_000_00, tax_percent=Decimal(19))


@pytest.fixture
def policy(ctx, books):
    with ctx.open():
        return insured.policy(ctx, books, premium=TERMS)


def declare(ctx, policy, month, turnover):
    starts = date(2026, month, 1)
    return declare_turnover(
        ctx, policy=policy, starts_on=starts, ends_on=date(2026, month, 28), turnover=turnover, today=TODAY
    )


def balance(role):
    accounts = Account.objects.filter(role=role).values("id")
    return sum(JournalLine.objects.filter(account_id__in=accounts).values_list("amount", flat=True))


def test_the_minimum_is_booked_first_and_then_only_what_is_due_beyond_it(ctx, policy):
    with ctx.open():
        post_premium(ctx, policy=policy, today=TODAY)
        # 0.2 % of 1,000,000.00, of it 80 %: 1,600.00, with 19 % tax 304.00.
        assert (balance("premium"), balance("insurer_share")) == (1_904_00, -1_904_00)
        with pytest.raises(RefusedError) as refusal:
            post_premium(ctx, policy=policy, today=TODAY)
        assert refusal.value.findings[0].code == "premium.posted"
        declare(ctx, policy, 1, 900_000_00)
        post_premium(ctx, policy=policy, today=TODAY)
        # 0.2 % of 900,000.00 is 1,800.00, with tax 2,142.00.
        assert balance("premium") == 2_142_00
        first = selectors.premiums_posted(policy)[-1]
        assert (first.premium, first.tax) == (1_600_00, 304_00)
        declare(ctx, policy, 1, 850_000_00)
        post_premium(ctx, policy=policy, today=TODAY)
        assert balance("premium") == 2_023_00
        assert verify_tenant(ctx) == []
        facts = logged_facts(ctx, FactFilter(subject=policy, type="premium.posted"))
        assert [fact.payload["amount"]["minor"] for fact in facts] == [-119_00, 238_00, 1_904_00]
        assert selectors.premiums_posted(policy)[-1].turnover == 0


def test_a_booking_is_taken_back_once_and_can_be_booked_anew(ctx, policy):
    with ctx.open():
        made = post_premium(ctx, policy=policy, today=TODAY)
        mirror = reverse_premium(ctx, posting=made, today=TODAY)
        assert balance("premium") == balance("insurer_share") == 0
        for again in (made, mirror):
            with pytest.raises(RefusedError) as refusal:
                reverse_premium(ctx, posting=again, today=TODAY)
            assert refusal.value.findings[0].code == "premium.reversed"
        post_premium(ctx, policy=policy, today=TODAY)
        assert balance("premium") == 1_904_00
        assert [row.reversed for row in selectors.premiums_posted(policy)] == [False, False, True]
        assert verify_tenant(ctx) == []


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 3_000_000_00)), max_size=5), st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_books_hold_the_premium_whatever_was_declared_corrected_and_reversed(ctx, books, told, data):
    with ctx.open():
        policy = insured.policy(ctx, books, number=f"P-{make.next_number()}", premium=TERMS)
        for month, turnover in told:
            declare(ctx, policy, month, turnover)
            if data.draw(st.booleans()) and selectors.premium_left(selectors.policy_on(ctx, policy, TODAY)):
                made = post_premium(ctx, policy=policy, today=TODAY)
                if data.draw(st.booleans()):
                    reverse_premium(ctx, posting=made, today=TODAY)
        if selectors.premium_left(selectors.policy_on(ctx, policy, TODAY)):
            post_premium(ctx, policy=policy, today=TODAY)
        due = declared_premium(TERMS, sum(dict(told).values()))
        assert sum(row.premium for row in selectors.premiums_posted(policy)) == due.due
        assert sum(row.tax for row in selectors.premiums_posted(policy)) == due.tax


def test_what_cannot_be_booked_is_refused(ctx, books, policy):
    with ctx.open():
        bare = insured.policy(ctx, books, number="BARE")
        for change, code in ((bare, "premium.terms"), (books.debtor, "policy.unknown")):
            with pytest.raises(RefusedError) as refusal:
                post_premium(ctx, policy=change, today=TODAY)
            assert refusal.value.findings[0].code == code
        with pytest.raises(RefusedError):
            reverse_premium(ctx, posting=books.debtor, today=TODAY)
    foreign = make.TODAY
    with ctx.open():
        seller = make.books(ctx, currency="CHF", country="CH")
        far = insured.policy(ctx, seller, number="CHF", premium=TERMS)
        with pytest.raises(RefusedError) as refusal:
            post_premium(ctx, policy=far, today=foreign)
        assert refusal.value.findings[0].code == "rate.missing"


@pytest.mark.parametrize("statement", ["UPDATE insurance_premium SET premium = 1", "DELETE FROM insurance_premium"])
def test_a_booking_is_never_changed(ctx, policy, statement):
    from django.db import connection

    with ctx.open():
        post_premium(ctx, policy=policy, today=TODAY)
    with pytest.raises(DatabaseError), ctx.open(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_verify_names_a_booking_that_the_journal_does_not_bear_out(ctx, policy):
    with ctx.open():
        made = post_premium(ctx, policy=policy, today=TODAY)
        entry = PremiumPosting.objects.get(id=made).entry_id
        row = PremiumPosting.objects.get(id=made)
        PremiumPosting.objects.create(
            tenant_id=ctx.tenant, creditor_id=row.creditor_id, policy_id=policy, premium=5, booked_on=TODAY,
            turnover=0, entry_id=entry, posted_by="test",
        )  # fmt: skip
        assert [finding.code for finding in verify_tenant(ctx)] == ["verify.told", "insurance.premium"]


def test_the_command_line_books_and_takes_back(ctx, policy, capsys):
    from fairdue.cli.main import main
    from fairdue.foundation.models import Tenant

    slug = Tenant.objects.get(id=ctx.tenant).slug

    def run(verb, number="TC-2026"):
        status = main(["insurance", verb, number, "--tenant", slug, "--today", "2026-05-04", "--json"])
        out = capsys.readouterr().out
        return json.loads(out)["booked"] if status == 0 else status

    assert run("premium-post") == "1904.00"
    assert run("premium-post") == 1
    assert run("premium-reverse") == "0.00"
    assert run("premium-reverse") == 1
    assert run("premium-post", "NONE") == 1
