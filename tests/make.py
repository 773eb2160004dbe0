"""Short makers of valid things for tests; each takes what matters to the test and fills in the rest."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from fairdue.core.ledger import AccountRole

_NUMBER = itertools.count(1)
TODAY = date(2026, 3, 2)
LINE = {"id": "1", "name": "Milling", "quantity": "2", "unit": "C62", "price": "50.00", "category": "S", "rate": "19"}
"""A line of an invoice that is right under German law."""


def next_number():
    return next(_NUMBER)


@dataclass(frozen=True)
class Books:
    creditor: UUID
    debtor: UUID


def creditor(ctx, *, currency="EUR", country="DE", name="Nordwind GmbH"):
    from fairdue.parties.models import Creditor
    from fairdue.receivables.services import open_books

    row = Creditor.objects.create(
        tenant_id=ctx.tenant, code=f"C{next(_NUMBER)}", name=name, country=country, currency=currency
    )
    open_books(ctx, creditor=row.id)
    return row.id


def debtor(ctx, creditor_id, *, name="Kaufmann KG", country="DE", language="de", email="ap@kaufmann.example", **fields):
    """Make a customer whom the consumers hear of, without the checks of the product's commands."""
    from fairdue.foundation.facts import NewFact, record
    from fairdue.parties.models import Debtor

    row = Debtor.objects.create(
        tenant_id=ctx.tenant, creditor_id=creditor_id, external_id=f"D{next(_NUMBER)}", name=name,
        search_name=name.lower(), country=country, language=language, email=email, **fields,
    )  # fmt: skip
    payload = {"name": name, "number": row.external_id, "source": "test"}
    record(ctx, NewFact("debtor.created", TODAY, row.id, creditor_id, row.id, payload))
    return row.id


def books(ctx, **fields):
    creditor_id = creditor(ctx, **fields)
    return Books(creditor_id, debtor(ctx, creditor_id))


def able_to_bill(books, **fields):
    """Fill in what the law asks for on a German invoice; `fields` are more of the creditor's."""
    from fairdue.parties.models import Creditor, Debtor

    known = {
        "street": "Weg 1", "postcode": "10115", "city": "Berlin", "vat_id": "DE129273398",
        "iban": "DE75512108001245126199",
    }  # fmt: skip
    Creditor.objects.filter(id=books.creditor).update(**known | fields)
    Debtor.objects.filter(creditor_id=books.creditor).update(street="Platz 2", postcode="20095", city="Hamburg")


def item(
    ctx, books, amount=11900, *, currency="EUR", issued_on=TODAY, days=30, number=None, net=None, today=None, **fields
):
    from fairdue.receivables.services import OpenItemDraft, open_items

    net = amount if net is None else net
    contra = (
        ((AccountRole.REVENUE, net), (AccountRole.TAX, amount - net)) if amount - net else ((AccountRole.REVENUE, net),)
    )
    draft = OpenItemDraft(
        books.creditor, books.debtor, fields.pop("kind", "invoice"), number or f"RE-{next(_NUMBER):05d}", currency,
        amount, net, issued_on, issued_on + timedelta(days=days), contra, **fields,
    )  # fmt: skip
    return open_items(ctx, items=[draft], today=today or issued_on)[0]


def payment(ctx, books, amount=11900, *, currency="EUR", on=TODAY, debtor_known=True, **fields):
    from fairdue.receivables.services import CreditDraft, record_credits

    draft = CreditDraft(
        books.creditor, books.debtor if debtor_known else None, "payment", f"PAY-{next(_NUMBER):05d}", currency,
        amount, on, ((AccountRole.BANK, amount),), **fields,
    )  # fmt: skip
    return record_credits(ctx, credits_=[draft], today=on)[0]


def residual(item_id):
    from fairdue.receivables.models import OpenItem

    return OpenItem.objects.get(id=item_id).residual


def unapplied(credit_id):
    from fairdue.receivables.models import Credit

    return Credit.objects.get(id=credit_id).unapplied
