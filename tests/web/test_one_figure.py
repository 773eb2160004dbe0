"""One figure is the same to the cent wherever it stands: dashboard, lists, customer, files, API, verification."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest

from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.verifying import verify_tenant
from fairdue.parties.services import merge_debtors
from fairdue.receivables.services import (
    Applied,
    add_rates,
    allocate,
    close_period,
    reverse_allocations,
)
from fairdue.receivables.services.books import RateDraft
from tests import make
from tests.api.calling import Machine

TODAY = date(2026, 6, 30)
CURRENCIES = {"EUR": 2, "USD": 2, "JPY": 0}
BALANCE = re.compile(
    "<dt>Balance</dt><dd>(.*?)</dd><dt>Overdue</dt><dd[^>]*>(.*?)</dd>(?:<dt>On account</dt><dd>(.*?)</dd>)?"
)
NOTHING = (Decimal(0), Decimal(0), Decimal(0))


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())


@pytest.fixture
def world(ctx, books):
    """Three customers in three currencies: paid, part paid, discounted, written off, on account and taken back."""
    with ctx.open():
        days = [TODAY - timedelta(days=back) for back in range(220)]
        add_rates(
            ctx, rates=[RateDraft(code, "EUR", day, Decimal("0.9"), "ECB") for code in ("USD", "JPY") for day in days]
        )
        twin, other = (make.Books(books.creditor, make.debtor(ctx, books.creditor, name=name)) for name in ("B", "C"))
        taken_back = []
        for place, one in enumerate((books, twin, other)):
            for number, currency in enumerate(CURRENCIES):
                day = TODAY - timedelta(days=20 + 30 * number + 7 * place)
                for step in range(4):
                    name = f"N-{place}-{currency}-{step}"
                    amount = 10_007 * (place + 2) + 313 * number + 1_011 * step
                    item = make.item(
                        ctx, one, amount, issued_on=day - timedelta(days=25 * step), currency=currency, number=name
                    )
                    credit = make.payment(ctx, one, 3_333 + step, on=day, currency=currency)
                    lines = [
                        [Applied(item, 3_000, credit)],
                        [Applied(item, 3_334, credit), Applied(item, 17, kind="discount")],
                        [Applied(item, 501, kind="write_off")], [Applied(item, 1_111, credit)],
                    ]  # fmt: skip
                    group = allocate(ctx, lines=lines[step], effective_on=day, today=day)
                    if step == 3:
                        taken_back.append((group, day))
    return books, twin, other, taken_back


def decimal(text):
    plain = re.sub(r"<[^>]+>", "", unescape(text)).replace("\N{MINUS SIGN}", "-")
    return Decimal(re.sub(r"[^0-9.\-]", "", plain))


def summed(rows):
    """Return {currency: (open, overdue, unapplied)} without currencies of nothing."""
    found = defaultdict(lambda: NOTHING)
    for currency, *parts in rows:
        found[currency] = tuple(a + Decimal(b) for a, b in zip(found[currency], parts, strict=True))
    return {currency: parts for currency, parts in found.items() if parts != NOTHING}


class Places:
    """Everywhere the figures stand, as read from outside."""

    def __init__(self, client, machine):
        self.client, self.machine = client, machine

    def page(self, path):
        response = self.client.get(path)
        assert response.status_code == 200, path
        return unescape(response.content.decode("utf-8-sig"))

    def file(self, path, **more):
        return list(csv.DictReader(io.StringIO(self.page(f"{path}{'&' if '?' in path else '?'}format=csv"))))

    def data(self, path):
        response = self.machine.get(f"{path}{'&' if '?' in path else '?'}limit=200" if "balances" in path else path)
        assert response.status_code == 200, response.content
        return response.json()["data"]

    def aging_file(self, by):
        rows = self.file(f"/reports/aging?by={by}")
        return summed((row["Currency"], row["Total"], row["Overdue"], row["Unapplied"]) for row in rows)

    def items_file(self):
        """Return what is open and overdue, from the items behind the figures."""
        rows = self.file("/reports/open-items")
        return summed((r["Currency"], r["Open"], r["Open"] if int(r["Days late"]) else 0, 0) for r in rows)

    def dashboard(self):
        """Return the band of each currency; every bucket leads to items that sum to it."""
        found = []
        for currency in CURRENCIES:
            page = self.page(f"/dashboard?currency={currency}")
            bars = re.findall(
                rf'<a href="(/reports/open-items[?]currency={currency}&bucket=\d[^"]*)">([^<]+)</a>', page
            )
            for url, amount in bars:
                assert sum(Decimal(row["Open"]) for row in self.file(url)) == decimal(amount), url
            overdue, unapplied = (self.figure(page, label) for label in ("Overdue", "Unapplied"))
            assert overdue == sum(decimal(amount) for url, amount in bars if "bucket=0" not in url)
            found.append((currency, sum(decimal(amount) for _, amount in bars), overdue, unapplied))
        return summed(found)

    @staticmethod
    def figure(page, label):
        (value,) = re.findall(f'<span class="label">{label}</span><span class="figure">([^<]+)', page)
        return decimal(value)

    def customers(self, debtors):
        found = []
        for debtor in debtors:
            page = self.page(f"/customers/{debtor}")
            for balance, overdue, account in BALANCE.findall(page):
                if "cur" in balance:
                    (currency,) = re.findall(r'class="cur">(\w+)', balance)
                    on_account = decimal(account) if account else Decimal(0)
                    found.append((currency, decimal(balance) + on_account, decimal(overdue), on_account))
        return summed(found)

    def interface(self, path):
        key = "open" if "balances" in path else "total"
        return summed((row["currency"], row[key], row["overdue"], row["unapplied"]) for row in self.data(path))


def walk(ctx, sign_in, debtors):
    """Return the figures after asserting that they are the same everywhere."""
    places = Places(sign_in("admin"), Machine(ctx))
    told = places.aging_file("currency")
    assert set(told) == set(CURRENCIES)
    assert all(places.aging_file(by) == told for by in ("debtor", "creditor"))
    assert places.dashboard() == told
    assert places.customers(debtors) == told
    assert places.interface("/balances") == told
    assert all(places.interface(f"/reports/aging?by={by}") == told for by in ("debtor", "creditor", "currency"))
    without = {currency: (open_, overdue, 0) for currency, (open_, overdue, _) in told.items()}
    assert places.items_file() == without
    for row in places.data("/reports/figures"):
        open_, overdue, unapplied = told[row["currency"]]
        assert (Decimal(row["receivable"]), Decimal(row["overdue"])) == (open_ - unapplied, overdue - unapplied)
    weeks = summed((row["currency"], row["amount"], 0, 0) for row in places.data("/reports/expected"))
    assert {currency: parts[0] for currency, parts in weeks.items()} == {code: parts[0] for code, parts in told.items()}
    assert verify_tenant(ctx) == []
    return told


def test_every_figure_is_the_same_everywhere_after_a_merge_an_undo_and_a_close(ctx, sign_in, world):
    books, twin, other, taken_back = world
    everybody = [one.debtor for one in (books, twin, other)]
    before = walk(ctx, sign_in, everybody)
    with ctx.open():
        for group, day in taken_back:
            reverse_allocations(ctx, group=group, effective_on=day, today=TODAY, reason="returned")
    undone = walk(ctx, sign_in, everybody)
    for currency, digits in CURRENCIES.items():
        back = Decimal(3 * 1_111).scaleb(-digits)
        assert undone[currency][0] - before[currency][0] == back
        assert undone[currency][2] - before[currency][2] == back
    with ctx.open():
        merge_debtors(ctx, survivor=books.debtor, merged=twin.debtor, today=TODAY)
    relay_all()
    assert walk(ctx, sign_in, [books.debtor, other.debtor]) == undone
    with ctx.open():
        for month in (3, 4, 5):
            close_period(ctx, creditor=books.creditor, month=date(2026, month, 1), today=TODAY)
    assert walk(ctx, sign_in, [books.debtor, other.debtor]) == undone
