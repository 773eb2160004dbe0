"""A spring with Kaufmann KG: how its money came in, was understood, misunderstood and put right.

Told on a virtual clock; each step says what the clerk would check by hand.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fairdue.cash import selectors
from fairdue.cash.services import Chosen, change, put_on_account, reverse, run_matching
from fairdue.foundation.jobs import drain
from fairdue.foundation.models import Fact
from fairdue.foundation.verifying import verify_tenant
from fairdue.receivables import selectors as receivables
from tests import make
from tests.rooms.cash.conftest import bank, entry, import_file, lines, statement  # noqa: F401

MARCH, APRIL, MAY = date(2026, 3, 16), date(2026, 4, 14), date(2026, 5, 18)


def arrive(bank, on, *entries, opening):  # noqa: F811
    """The bank's statement of a day comes in and is matched."""
    content = statement(*entries, opening=opening).replace(b"2026-03-02", on.isoformat().encode())
    import_file(bank.ctx, content, today=on)
    run_matching(bank.ctx, creditor=bank.creditor, today=on)
    return [line for line in lines(bank.creditor) if line.booked_on == on]


def open_of(bank, day):  # noqa: F811
    rows = receivables.balances(bank.ctx, as_of=day, creditor=bank.creditor)
    return sum(row.open for row in rows), sum(row.unapplied for row in rows)


def test_a_spring_of_payments(bank):  # noqa: F811
    ctx = bank.ctx

    # In March two invoices go out, the first with two per cent for quick payment.
    with ctx.open():
        first = make.item(
            ctx, bank.books, 100_000, number="RE-2026-00101", issued_on=date(2026, 3, 10),
            reference="RF18539007547034", discount_percent=Decimal(2), discount_until=date(2026, 3, 20),
        )  # fmt: skip
        second = make.item(ctx, bank.books, 238_000, number="RE-2026-00102", issued_on=date(2026, 3, 12))
    drain()

    # Kaufmann pays the first in time, less the discount, with the printed reference: nobody has to look.
    with ctx.open():
        (line,) = arrive(bank, MARCH, entry("980.00", "RF18 5390 0754 7034"), opening="0.00")
        assert line.state == "applied"
        assert make.residual(first) == 0
        assert open_of(bank, MARCH) == (238_000, 0)

    # In April its shared service centre pays the second, but keeps 380.00 back for broken goods.
    with ctx.open():
        (line,) = arrive(
            bank, APRIL,
            entry("2000.00", "RE 2026 102 abzgl. Reklamation", name="KK Zentrale Dienste", iban="NL91ABNA0417164300"),
            opening="980.00",
        )  # fmt: skip
        assert line.state == "proposed"
        view = selectors.line(ctx, line.id)
        assert view.proposal.rule == "numbers.short"
        assert [(part.number, part.left) for part in view.proposal.parts] == [("RE-2026-00102", 38_000)]
        from fairdue.cash.services import accept

        accept(ctx, proposal=view.proposal.id, today=APRIL)
        assert make.residual(second) == 38_000
        (kept_back,) = Fact.objects.filter(type="cash.deduction_recorded")
        assert kept_back.payload["amount"]["minor"] == 38_000
    drain()

    # Now the centre's account is known: in May its payment without any text finds its customer by itself.
    with ctx.open():
        third = make.item(ctx, bank.books, 50_000, number="RE-2026-00140", issued_on=date(2026, 5, 4))
        (line,) = arrive(
            bank, MAY, entry("500.00", "danke", name="KK Zentrale Dienste", iban="NL91ABNA0417164300"),
            opening="2980.00",
        )  # fmt: skip
        assert (line.state, make.residual(third)) == ("applied", 0)

    # The customer calls: it was meant as an advance. The clerk takes it back and puts it on account.
    with ctx.open():
        (done,) = [row for row in selectors.history(ctx, line_id=line.id) if row.reversed_on is None]
        reverse(ctx, application=done.id, reason="an advance, says the customer", today=MAY)
        assert make.residual(third) == 50_000
        put_on_account(ctx, line=line.id, debtor=bank.debtor, today=MAY)
        assert open_of(bank, MAY) == (88_000, 50_000)

    # A week later they agree that it pays the May invoice after all.
    with ctx.open():
        later = date(2026, 5, 26)
        (done,) = [row for row in selectors.history(ctx, line_id=line.id) if row.reversed_on is None]
        reverse(ctx, application=done.id, reason="agreed by phone", today=later)
        change(ctx, line=line.id, chosen=[Chosen(third, 50_000)], today=later)
        assert open_of(bank, later) == (38_000, 0)
        # What was true in the middle of April can still be read.
        assert open_of(bank, APRIL) == (38_000, 0)
        assert open_of(bank, date(2026, 3, 31)) == (238_000, 0)
        assert [row.how for row in selectors.history(ctx, line_id=line.id)] == ["changed", "on_account", "automatic"]
    drain()
    assert verify_tenant(ctx) == []
