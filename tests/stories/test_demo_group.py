"""The demo tells of a head office that pays for its houses."""

from datetime import date
from types import SimpleNamespace

from fairdue.collections.statement import as_text, statement_of
from fairdue.demo.stories import Teller
from fairdue.foundation.verifying import verify_tenant
from fairdue.parties import selectors as parties
from fairdue.receivables import selectors as books
from tests import make

TODAY = date(2026, 11, 20)


def test_one_payment_of_the_head_office_settles_the_invoices_of_three_houses(ctx):
    with ctx.open():
        seller = make.creditor(ctx)
        teller = Teller(SimpleNamespace(ctx=ctx, plan=SimpleNamespace(today=TODAY), creditors={"NORD": seller}))
        teller.parent_pays()
        office = parties.search(ctx, "hotelgruppe")[0]
        houses = parties.group(ctx, office.id)
        assert sorted(row.name for row in houses if row.id != office.id) == [
            "Hotel Ahlbeck",
            "Hotel Binz",
            "Hotel Warnemünde",
        ]
        branches = [row.id for row in houses if row.id != office.id]
        assert set(parties.payers(ctx, branches).values()) == {office.id}
        items = books.items(ctx, debtors=branches)
        assert sorted(item.residual for item in items) == [0, 0, 0, 297_500, 297_500]
        (credit,) = books.credits_(ctx, debtors=[office.id], only_unapplied=False)
        assert (credit.amount, credit.unapplied) == (714_000, 0)
        assert "Hotel" in as_text(statement_of(ctx, debtor=branches[0], today=TODAY))
        assert verify_tenant(ctx) == []
