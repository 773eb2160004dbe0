"""The worked numbers of the insurance pages, executed."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from fairdue.core.insurance.cover import InsuredItem, StoppedDays, cover_debtor
from fairdue.core.insurance.indemnity import Loss, Year, indemnify
from fairdue.core.insurance.limits import LimitChange, LimitEvent, Limits
from fairdue.core.insurance.obligations import obligations
from fairdue.core.insurance.policy import AggregateOn, FirstLossPlace, Policy, RecoveryRule
from fairdue.core.insurance.premium import (
    Band,
    Factor,
    PremiumTerms,
    declared_premium,
    experience,
    indicative_price,
    top_up_premium,
)
from fairdue.core.insurance.receipts import Receipt
from fairdue.core.insurance.recovery import Recovery
from fairdue.core.money import decimal_of

PAGES = Path(__file__).parents[2] / "docs" / "rules"
LOSS_DAY = date(2026, 12, 1)
GRANTED = date(2026, 1, 1)


def tables(page):
    """Return every table of a page: rows as dictionaries from header to cell."""
    found, header = [], None
    for line in (PAGES / f"{page}.md").read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            header = None
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if header is None:
            header = cells
            found.append([])
        elif not set(line) <= set("|-: "):
            found[-1].append(dict(zip(header, cells, strict=True)))
    return found


def minor(text):
    return int(Decimal(text.replace(",", "")).scaleb(2))


def text(minor_units):
    return f"{decimal_of(minor_units, 'EUR'):,}"


def item(name, net, delivered=date(2026, 3, 1), **more):
    due = more.pop("due", delivered + timedelta(days=30))
    return InsuredItem(name, delivered, delivered, due, net, **more)


def grant(amount, on=GRANTED):
    return LimitEvent(on, LimitChange.GRANTED, amount)


def test_the_cover_page_limit_over_time():
    rows = tables("cover")[0]
    limits = Limits(
        [
            grant(minor("150,000.00")),
            LimitEvent(date(2026, 3, 1), LimitChange.REDUCED, minor("60,000.00")),
            LimitEvent(date(2026, 5, 1), LimitChange.WITHDRAWN),
        ]
    )
    items = [item(row["delivered"], minor(row["open"]), date.fromisoformat(row["delivered"])) for row in rows]
    covers = cover_debtor(Policy("EUR", stop_deliveries=False), items, limits, day=LOSS_DAY)
    assert [text(found.insured) for found in covers] == [row["insured"] for row in rows]
    for found, row in zip(covers, rows, strict=True):
        assert row["why"].removesuffix(" 150,000.00") in " ".join(r.message for r in found.reasons)


def test_the_cover_page_stop_of_deliveries():
    for row in tables("cover")[1]:
        paid = None if row["A paid on"] == "never" else date.fromisoformat(row["A paid on"])
        first = item("A", 100, date(2026, 3, 1), due=date(2026, 3, 31), paid_on=paid)
        second = item("B", 100, date.fromisoformat(row["delivered"]))
        found = cover_debtor(Policy("EUR"), [first, second], Limits([grant(10_000)]), day=LOSS_DAY)
        assert found[1].is_insured is (row["insured"] == "yes"), row
        stopped = StoppedDays(Policy("EUR"), [first]).since(second.delivered)
        assert stopped == (None if row["insured"] == "yes" else date(2026, 5, 31))


def test_the_obligations_page():
    found = obligations(Policy("EUR"), item("A", 100, date(2026, 8, 15), due=date(2026, 9, 15)))
    assert [(row.duty.value, row.on.isoformat()) for row in found] == [
        (row["duty"], row["date"]) for row in tables("obligations")[1]
    ]


def test_the_premium_page_declared_turnover():
    for row in tables("premium")[0]:
        terms = PremiumTerms(
            Decimal(row["rate %"]),
            minor(row["estimate"]),
            Decimal(row["minimum %"]),
            int(row["advances"]),
            liability_multiple=Decimal(row["multiple"]),
        )
        premium = declared_premium(terms, minor(row["declared"]))
        assert text(premium.estimated) == row["estimated premium"]
        assert text(premium.minimum) == row["minimum"]
        assert {text(part) for part in premium.instalments} == {row["advance"]}
        assert text(premium.declared) == row["declared premium"]
        assert text(premium.adjustment) == row["adjustment"]
        assert text(premium.maximum_liability) == row["maximum liability"]


def test_the_premium_page_price_by_factors():
    base, *rows = tables("premium")[1]
    factors = [Factor(row["factor"], Decimal(row["value"])) for row in rows]
    price = indicative_price(Decimal(base["value"]), factors, minor("12,000,000.00"))
    assert [f"{rate:f}" for _, rate in price.factors] == [row["rate after it %"] for row in rows]
    page = (PAGES / "premium.md").read_text(encoding="utf-8")
    assert f"**{text(price.premium)}**" in page


def test_the_premium_page_top_up_and_scale():
    for row in tables("premium")[2]:
        months, least = int(row["months"]), int(row["minimum months"])
        found = top_up_premium(minor(row["amount"]), Decimal(row["yearly rate %"]), months, least)
        assert text(found) == row["premium"]
    bands = [Band(Decimal(top), Decimal(change)) for top, change in ((60, 0), (20, -10), (100, 15))]
    for row in tables("premium")[3]:
        assert text(experience(minor(row["premium"]), minor(row["claims"]), bands)) == row["change"]


def test_the_indemnity_page_limit_and_receipts():
    items = (
        item("A", minor("60,000.00")),
        item("B", minor("55,000.00"), date(2026, 3, 8)),
        item("C", minor("50,000.00"), date(2026, 3, 15)),
    )
    for row in tables("indemnity")[1]:
        received = minor(row["receipt before the loss"])
        receipts = (Receipt(date(2026, 5, 1), received, received, "C"),) if received else ()
        loss = Loss(LOSS_DAY, items, (grant(minor("150,000.00")),), receipts)
        found = indemnify(Policy("EUR", insured_percentage=Decimal(85)), loss)
        assert text(found.loss) == row["open"]
        assert text(sum(share.cover.insured for share in found.items)) == row["insured"]
        assert text(found.indemnity) == row["indemnity"]
        assert text(found.borne) == row["borne"]
        if received:
            assert [share.cover.open for share in found.items] == [4_000_000, 5_500_000, 5_000_000]


def test_the_indemnity_page_year():
    policy = Policy(
        "EUR",
        threshold=minor("3,000.00"),
        aggregate_first_loss=minor("25,000.00"),
        aggregate_on=AggregateOn.INDEMNITY,
        maximum_liability=minor("200,000.00"),
    )
    year = Year()
    for row in tables("indemnity")[2]:
        loss = Loss(LOSS_DAY, (item("A", minor(row["loss"])),), (grant(minor("1,000,000.00")),))
        found = indemnify(policy, loss, year)
        steps = {step.name: step.amount for step in found.steps}
        year = found.year
        assert text(steps["percentage"]) == row["after percentage"]
        assert text(-steps["aggregate_first_loss"]) == row["aggregate first loss taken"]
        assert text(found.indemnity) == row["indemnity"]
        assert text(year.aggregate_used) == row["aggregate used so far"]
        assert text(year.indemnified) == row["indemnified so far"]


def test_the_indemnity_page_first_losses():
    for row in tables("indemnity")[3]:
        policy = Policy(
            "EUR",
            each_and_every=minor(row["each and every"]),
            each_and_every_place=FirstLossPlace(row["place"]),
            minimum_retention=minor(row["minimum retention"]),
        )
        loss = Loss(LOSS_DAY, (item("A", minor("50,000.00")),), (grant(minor("100,000.00")),))
        assert text(indemnify(policy, loss).indemnity) == row["indemnity"]


def test_the_recovery_page():
    for row in tables("recovery")[0]:
        policy = Policy("EUR", each_and_every=minor(row["first loss"]), recovery_rule=RecoveryRule(row["rule"]))
        recovered = Recovery(date(2027, 2, 1), minor(row["recovered"]), minor(row["cost"]))
        loss = Loss(LOSS_DAY, (item("A", minor("90,000.00")),), (grant(minor("60,000.00")),), recoveries=(recovered,))
        found = indemnify(policy, loss).recoveries[0]
        assert (text(found.insurer), text(found.kept)) == (row["insurer"], row["kept"])
