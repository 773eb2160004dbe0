"""Payments, items and payers of the tests of matching, and what a proposal is told as."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from fairdue.core.matching import (
    Item,
    Ledger,
    Payers,
    Payment,
    Policy,
    Proposal,
    match,
)
from fairdue.core.money import Money, decimal_of

PAGE = (Path(__file__).parents[2] / "docs/rules/matching.md").read_text(encoding="utf-8")
DAY = dt.date(2026, 3, 2)
NAMES = {"A": "Muster GmbH", "B": "Beispiel AG", "C": "Étoile SARL"}
PAYERS = Payers(NAMES.items(), {f"ACC-{one}": {one: 3} for one in NAMES})


def table(header: str) -> list[list[str]]:
    rows = []
    for line in PAGE.split(header, 1)[1].splitlines()[2:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    assert rows
    return rows


def cents(text: str) -> int:
    return Money.parse(text, "EUR").minor


def tail(number: str) -> str:
    return number.rsplit("-", 1)[-1]


ITEMS = [
    Item(
        id=number,
        number=number,
        debtor=customer,
        currency="EUR",
        residual=cents(residual),
        due=dt.date.fromisoformat(due),
        references=(reference,) if reference else (),
        order_number=order,
        discount=cents(discount) if discount else 0,
        discount_until=dt.date.fromisoformat(until) if until else None,
    )
    for number, customer, residual, due, discount, until, order, reference in table("| number | customer |")
]


def one(payment: Payment, items: list[Item] | None = None, policy: Policy | None = None, **given) -> Proposal:
    (proposal,) = match([payment], Ledger(ITEMS if items is None else items), PAYERS, policy or Policy(), **given)
    conserved(payment, proposal, ITEMS if items is None else items)
    return proposal


def conserved(payment: Payment, proposal: Proposal, items: list[Item]) -> None:
    left = {item.id: item.residual for item in items}
    assert sum(part.amount for part in proposal.allocations) + proposal.on_account == payment.amount
    for part in proposal.allocations:
        rest = left[part.item] - part.reduces
        assert part.adjustment >= 0
        assert 0 <= rest <= left[part.item] or left[part.item] <= rest <= 0


def paid(amount: str, text: str = "", by: str = "", **given) -> Payment:
    account = f"ACC-{by.removeprefix('account ')}" if by.startswith("account ") else ""
    return Payment(
        id="P1",
        amount=cents(amount),
        currency="EUR",
        booked=DAY,
        texts=tuple(text.split("⏎")),
        payer_name="" if account else NAMES.get(by, ""),
        payer_account=account,
        **given,
    )


def told(proposal: Proposal) -> str:
    parts = [
        f"{tail(part.item)} {decimal_of(part.amount, 'EUR')}"
        + (f"+{decimal_of(part.adjustment, 'EUR')}" if part.adjustment else "")
        for part in sorted(proposal.allocations, key=lambda part: [item.id for item in ITEMS].index(part.item))
    ]
    return ", ".join(parts) or "–"


def item(number: str, residual: int, debtor: str = "A", due: dt.date = DAY, **given) -> Item:
    return Item(id=number, number=number, debtor=debtor, currency="EUR", residual=residual, due=due, **given)


CHOSEN = st.lists(
    st.tuples(st.integers(0, 99), st.integers(1, 50), st.sampled_from("ABC"), st.booleans()),
    max_size=12,
    unique_by=lambda row: row[0],
)
PAID = st.lists(
    st.tuples(
        st.integers(1, 120),
        st.lists(st.integers(0, 99), max_size=3),
        st.sampled_from(["RE-2026-1{:04d}", "2026 1{:04d}", "1{:04d}", "nothing"]),
        st.sampled_from(["", "A", "account A", "account B", "C"]),
    ),
    max_size=6,
)


def world(rows, payments) -> tuple[list[Item], list[Payment]]:
    items = [
        Item(
            id=f"I{number}",
            number=f"RE-2026-1{number:04d}",
            debtor=debtor,
            currency="EUR",
            residual=amount * (-100 if credit else 100),
            due=DAY + dt.timedelta(days=number),
            discount=0 if credit else amount * 2,
            discount_until=DAY,
        )
        for number, amount, debtor, credit in rows
    ]
    made = [
        replace(paid(f"{amount}.00", " ".join(form.format(number) for number in named), by), id=f"P{at}")
        for at, (amount, named, form, by) in enumerate(payments)
    ]
    return items, made


def gone(number: str, amount: int, debtor: str = "A") -> Item:
    return item(number, 0, debtor, amount=amount)
