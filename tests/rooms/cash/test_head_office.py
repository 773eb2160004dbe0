"""A head office pays for 300 members and names none: what is posted is right, and what is not sure waits."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from fairdue.cash.models import BankLine, CashApplication, CashProposal
from fairdue.core.ledger import AccountRole
from fairdue.foundation.jobs import drain
from fairdue.foundation.verifying import verify_tenant
from fairdue.receivables import selectors as receivables
from fairdue.receivables.models import Allocation
from fairdue.receivables.services import OpenItemDraft, open_items
from tests import make
from tests.rooms.cash.conftest import TODAY, entry, matched

MEMBERS = 300
OFFICE = "Einkaufsverbund Nord eG"
IBAN = "DE75512108001245126199"


def cents(at):
    """An amount of a member's invoice: odd, and met by two of them now and then."""
    return 5_000 + (at * 7_919) % 90_000


@pytest.fixture
def group(bank):
    """300 members of one head office, two invoices each; returns the amounts by number."""
    with bank.ctx.open():
        office = make.debtor(bank.ctx, bank.creditor, name=OFFICE)
        members = [
            make.debtor(bank.ctx, bank.creditor, name=f"Mitglied {at:03d} GmbH", parent_id=office, parent_pays=True)
            for at in range(MEMBERS)
        ]
        amounts = {f"RE-2026-{10_000 + at}": cents(at) for at in range(2 * MEMBERS)}
        drafts = [
            OpenItemDraft(
                bank.creditor, members[at % MEMBERS], "invoice", number, "EUR", amount, amount,
                TODAY - timedelta(days=30), TODAY, ((AccountRole.REVENUE, amount),),
            )
            for at, (number, amount) in enumerate(amounts.items())
        ]  # fmt: skip
        open_items(bank.ctx, items=drafts, today=TODAY)
    drain()
    return amounts


def paid(total, text, reference):
    return entry(f"{total // 100}.{total % 100:02d}", text, reference=reference, name=OFFICE, iban=IBAN)


def outcome(bank, reference):
    """What became of a payment: its state and what it paid, by number."""
    line = BankLine.objects.get(bank_reference=reference)
    done = CashApplication.objects.filter(line_id=line.id, reversed_on__isnull=True).first()
    if done is None or done.group_id is None:
        return line.state, {}
    rows = Allocation.objects.filter(group_id=done.group_id, credit_id=line.credit_id)
    numbers = {row.id: row.number for row in receivables.items(bank.ctx, ids=[one.item_id for one in rows])}
    return line.state, {numbers[one.item_id]: one.amount for one in rows}


def proposed(bank, reference):
    """The numbers that the open proposal of a payment names."""
    line = BankLine.objects.get(bank_reference=reference)
    parts = CashProposal.objects.get(line_id=line.id, state=CashProposal.State.OPEN).allocations
    return {row.number for row in receivables.items(bank.ctx, ids=[UUID(one["item"]) for one in parts])}


def test_what_a_head_office_pays_for_its_members_is_right_or_waits(bank, group):
    numbers = list(group)
    truth, entries = {}, []

    def pay(reference, chosen, text, *, less=0):
        truth[reference] = {number: group[number] for number in chosen}
        entries.append(paid(sum(truth[reference].values()) - less, text, reference))

    for at in range(20):  # lists of numbers: whole, by their last digits, and joined by commas only
        chosen = numbers[at * 6 : at * 6 + 6]
        text = ("RG " + " ".join(chosen), "Sammelzahlung " + ", ".join(chosen),
                f"{chosen[0]}, " + ", ".join(one[-5:] for one in chosen[1:]))[at % 3]  # fmt: skip
        pay(f"LIST{at}", chosen, text)
    for at in range(20):  # one invoice, by its number
        pay(f"ONE{at}", [numbers[200 + at]], f"Rechnung {numbers[200 + at]}")
    for at in range(10):  # a part of a list is kept back
        chosen = numbers[300 + at * 4 : 304 + at * 4]
        pay(f"LESS{at}", chosen, "RG " + " ".join(chosen), less=1_111 + at)
    for at in range(10):  # nothing is said but that it is a collective payment
        chosen = numbers[400 + at * 7 : 405 + at * 7]
        pay(f"BARE{at}", chosen, "Sammelzahlung Mitglieder")
    with bank.ctx.open():
        matched(bank, *entries)
        found = {reference: outcome(bank, reference) for reference in truth}
        short = {reference: proposed(bank, reference) for reference in truth if reference.startswith("LESS")}
    posted = {reference: said for reference, (state, said) in found.items() if state == "applied"}
    wrong = {reference: said for reference, said in posted.items() if any(
        number not in truth[reference] or amount > truth[reference][number] for number, amount in said.items()
    )}  # fmt: skip
    assert wrong == {}, "money went to members for whom it was not paid"
    by_kind = Counter(reference.rstrip("0123456789") for reference in posted)
    # Whole payments with their numbers go through; who names nothing is left to a person.
    assert by_kind["LIST"] == 20, found
    assert by_kind["ONE"] == 20
    assert all(posted[one] == truth[one] for one in posted if one.startswith(("LIST", "ONE")))
    assert by_kind["BARE"] == 0
    # Of a list that is paid short a person decides, over those invoices and no others.
    assert by_kind["LESS"] == 0
    assert all(short[reference] <= set(truth[reference]) for reference in short)
    assert all(len(named) >= 3 for named in short.values())
    assert verify_tenant(bank.ctx) == []
