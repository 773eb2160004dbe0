"""Pillar 3 in prose, on a virtual clock: what is insured, what must be done by when, who pays what."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fairdue.core.findings import RefusedError
from fairdue.core.insurance.limits import LimitChange
from fairdue.core.insurance.obligations import Duty, Standing
from fairdue.core.insurance.policy import Policy
from fairdue.core.insurance.premium import PremiumTerms
from fairdue.foundation.verifying import verify_tenant
from fairdue.insurance import selectors
from fairdue.insurance.books import policy_on
from fairdue.insurance.services import (
    LimitDraft,
    PolicyDraft,
    decide_limits,
    declare_turnover,
    keep_duty,
    receive_indemnity,
    run,
    share_recovery,
    take_out_policy,
)
from fairdue.receivables.selectors import holds, trial_balance
from fairdue.receivables.services import Applied, HoldDraft, allocate, place_holds
from tests import make

YEAR = {"starts": date(2026, 1, 1), "ends": date(2026, 12, 31)}


class Story:
    """One creditor, its policy and its customers, told with short verbs."""

    def __init__(self, ctx, premium=None, **terms):
        self.ctx = ctx
        with ctx.open():
            self.books = make.books(ctx)
            policy = Policy("EUR", number="TC-7", **YEAR, **terms)
            draft = PolicyDraft(self.books.creditor, "Kreditschutz AG", policy, premium)
            self.policy = take_out_policy(ctx, policy=draft, today=YEAR["starts"])

    def customer(self, name):
        with self.ctx.open():
            return make.Books(self.books.creditor, make.debtor(self.ctx, self.books.creditor, name=name))

    def limit(self, who, amount, on, change=LimitChange.GRANTED):
        with self.ctx.open():
            draft = LimitDraft(who.debtor, on, change, amount)
            decide_limits(self.ctx, policy=self.policy, limits=[draft], today=on)

    def invoices(self, who, gross, on, net=None, days=30):
        with self.ctx.open():
            return make.item(self.ctx, who, gross, net=net, issued_on=on, days=days, delivered_on=on)

    def pays(self, who, amount, on, item=None, *, known=True):
        with self.ctx.open():
            credit = make.payment(self.ctx, who, amount, on=on, debtor_known=known)
            if item is not None:
                allocate(self.ctx, lines=[Applied(item, amount, credit)], effective_on=on, today=on)
            return credit

    def night(self, day):
        return run(self.ctx, today=day)

    def cover(self, who, day):
        with self.ctx.open():
            rows = selectors.covers(self.ctx, policy_on(self.ctx, self.policy, day), day)
            return next(row for row in rows if row.debtor_id == who.debtor)

    def clock(self, day):
        with self.ctx.open():
            row = policy_on(self.ctx, self.policy, day)
            return {(d.duty, d.standing): d.on for d in selectors.duties(self.ctx, row, day)}

    def claims(self):
        with self.ctx.open():
            return selectors.claims(self.ctx)

    def account(self, name, day):
        with self.ctx.open():
            rows = trial_balance(self.ctx, creditor=self.books.creditor, as_of=day)
            return next((row.balance for row in rows if row.name == name), 0)


def test_an_insured_invoice_goes_unpaid_and_the_insurer_pays(ctx):
    """From the invoice through every date of the policy to the indemnity, the payout and a late recovery."""
    # Bäckerei Ostermann is insured up to 60,000; 90,000 plus VAT leave the house on 16 August.
    story = Story(ctx)
    ostermann = story.customer("Bäckerei Ostermann GmbH")
    story.limit(ostermann, 60_000_00, date(2026, 1, 10))
    invoice = story.invoices(ostermann, 107_100_00, date(2026, 8, 16), net=90_000_00)
    cover = story.cover(ostermann, date(2026, 8, 16))
    assert (cover.exposure, cover.insured, cover.headroom) == (90_000_00, 60_000_00, 0)

    # It is due on 15 September. The extension period ends on 14 November: nothing has to be done before.
    assert story.clock(date(2026, 11, 14)) == {}
    # The day after, deliveries stop; the insurer must hear of it, and of the mandate, by 14 December.
    clock = story.clock(date(2026, 11, 15))
    assert clock[(Duty.STOP_DELIVERIES, Standing.DUE)] == date(2026, 11, 15)
    assert clock[(Duty.NOTIFY, Standing.DUE)] == clock[(Duty.MANDATE, Standing.DUE)] == date(2026, 12, 14)
    assert clock[(Duty.CLAIM, Standing.DUE)] == date(2027, 2, 12)

    # The credit manager reports the customer and mandates the insurer's collectors on the last day.
    with ctx.open():
        for duty in (Duty.NOTIFY, Duty.MANDATE):
            keep_duty(ctx, policy=story.policy, items=[invoice], duty=duty, done_on=date(2026, 12, 14),
                      today=date(2026, 12, 14))  # fmt: skip

    # A delivery made all the same is not insured, and the reason says why.
    story.invoices(ostermann, 1_000_00, date(2026, 12, 20))
    (_, late) = story.cover(ostermann, date(2026, 12, 20)).items
    assert "deliveries had to stop on 2026-11-15" in late.cover.reasons[0].message

    # A month before the last day the claim files itself, and the item is not chased any more.
    assert story.night(date(2027, 1, 12)).filed == ()
    assert len(story.night(date(2027, 1, 13)).filed) == 1
    with ctx.open():
        assert [hold.reason for hold in holds(ctx, debtors=[ostermann.debtor])] == ["filed_claim"]

    # 180 days after the mandate the waiting is over: 90 % of 60,000.
    assert story.night(date(2027, 6, 11)).indemnified == ()
    assert len(story.night(date(2027, 6, 12)).indemnified) == 1
    (claim,) = story.claims()
    assert (claim.loss_on, claim.indemnity) == (date(2027, 6, 12), 54_000_00)
    assert story.account("Receivables from insurers", date(2027, 6, 12)) == 54_000_00
    with ctx.open():
        assert make.residual(invoice) == 107_100_00 - 54_000_00

    # The insurer's money comes on 12 July and settles its account.
    money = story.pays(ostermann, 54_000_00, date(2027, 7, 12), known=False)
    with ctx.open():
        receive_indemnity(ctx, claim=claim.id, credit=money, amount=54_000_00, today=date(2027, 7, 12))
    assert story.account("Receivables from insurers", date(2027, 7, 12)) == 0

    # In October the collectors recover 14,280 with VAT: 12,000 net, at a cost of 1,500. 54/91 of 10,500 net
    # go to the insurer, for the delivery of December is part of the loss too.
    recovered = story.pays(ostermann, 14_280_00, date(2027, 10, 1))
    with ctx.open():
        share_recovery(ctx, claim=claim.id, credit=recovered, cost=1_500_00, today=date(2027, 10, 1))
    (claim,) = story.claims()
    assert claim.loss == 91_000_00
    assert claim.insurer_part == 6_230_77
    assert verify_tenant(ctx) == []


def test_a_limit_is_withdrawn_and_the_customer_fails(ctx):
    """What was delivered before the withdrawal runs off insured; what came after is the creditor's own risk."""
    # Metallbau Reuter is insured up to 50,000 and has 40,000 open when the insurer withdraws the limit.
    story = Story(ctx, insured_percentage=Decimal(85))
    reuter = story.customer("Metallbau Reuter KG")
    story.limit(reuter, 50_000_00, date(2026, 1, 2))
    first = story.invoices(reuter, 40_000_00, date(2026, 2, 2), days=60)
    story.limit(reuter, 0, date(2026, 3, 1), LimitChange.WITHDRAWN)

    # Sales deliver once more, on 5 March: no limit, no cover; the February delivery stays insured.
    second = story.invoices(reuter, 8_000_00, date(2026, 3, 5), days=60)
    cover = story.cover(reuter, date(2026, 3, 6))
    assert (cover.limit, cover.insured, cover.uninsured) == (0, 40_000_00, 8_000_00)

    # Reuter pays 5,000 for the new delivery; the insurer counts it against the oldest debt.
    story.pays(reuter, 5_000_00, date(2026, 3, 20), item=second)

    # On 1 April Reuter is insolvent: the claim is filed and computed the same night, without waiting.
    with ctx.open():
        hold = HoldDraft(reuter.creditor, reuter.debtor, "insolvency", date(2026, 4, 1))
        place_holds(ctx, holds=[hold], today=date(2026, 4, 1))
    ran = story.night(date(2026, 4, 1))
    assert len(ran.filed) == len(ran.indemnified) == 1
    (claim,) = story.claims()
    assert claim.cause == "insolvency"
    assert claim.indemnity == 29_750_00
    assert (claim.loss, claim.borne) == (43_000_00, 13_250_00)
    with ctx.open():
        detail = selectors.claim_detail(ctx, claim.id)
        assert [(row["open"], row["insured"]) for row in detail.sheet["items"]] == [
            ("35000.00", "35000.00"), ("8000.00", "0.00"),
        ]  # fmt: skip
        assert make.residual(first) == 40_000_00 - 29_750_00

    # The next nights find nothing more to do, and nobody can claim the item twice.
    assert story.night(date(2026, 4, 2)) == story.night(date(2026, 12, 31))
    assert verify_tenant(ctx) == []


def test_a_policy_year_from_premium_to_its_maximum(ctx):
    """The declared turnover sets the premium, the premium the maximum, and three losses use it up."""
    # The year is estimated at 24 million; the maximum is the premium paid times a factor.
    premium = PremiumTerms(Decimal("0.18"), 24_000_000_00, liability_multiple=Decimal(1))
    story = Story(ctx, premium, threshold=3_000_00, aggregate_first_loss=25_000_00, liability_multiple=Decimal(1))
    customers = [story.customer(name) for name in ("Adler OHG", "Birke AG", "Clasen GmbH", "Dietz SE")]
    for one, gross in zip(customers, (3_000_00, 18_000_00, 22_000_00, 60_000_00), strict=True):
        story.limit(one, 1_000_000_00, date(2026, 1, 2))
        story.invoices(one, gross, date(2026, 1, 5))

    # In January the books hold 103,000 of insurable turnover; the creditor declares what it sold in all.
    with ctx.open():
        row = policy_on(ctx, story.policy, date(2026, 1, 31))
        counted = selectors.insurable_turnover(ctx, row, date(2026, 1, 1), date(2026, 1, 31))
        assert sum(one.net for one in counted) == 103_000_00
        declare_turnover(ctx, policy=story.policy, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
                         turnover=22_500_000_00, today=date(2026, 2, 10))  # fmt: skip
        assert selectors.premium_of(row).adjustment == 5_940_00

    # All four fail, one after the other. The first loss is too small to count, the second falls into the
    # first loss of the year, the third partly, the fourth is cut by the maximum of 40,500.
    indemnities = []
    for place, one in enumerate(customers):
        day = date(2026, 3, 1) + timedelta(days=place)
        with ctx.open():
            place_holds(ctx, holds=[HoldDraft(one.creditor, one.debtor, "insolvency", day)], today=day)
        story.night(day)
        indemnities.append(story.claims()[0].indemnity)
    assert indemnities == [0, 0, 11_000_00, 29_500_00]
    assert sum(indemnities) == 40_500_00
    with ctx.open(), pytest.raises(RefusedError):
        receive_indemnity(ctx, claim=story.claims()[0].id, credit=story.policy, amount=30_000_00,
                          today=date(2026, 4, 1))  # fmt: skip
    assert verify_tenant(ctx) == []
