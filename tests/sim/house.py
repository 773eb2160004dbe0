"""What a creditor and a debtor need before an invoice may be issued to a German customer."""

from __future__ import annotations


def furnish(ctx, books):
    """Fill in addresses, VAT id and bank account; call inside the tenant's context."""
    from fairdue.parties.models import Creditor, Debtor

    Creditor.objects.filter(id=books.creditor).update(
        street="Weg 1", postcode="10115", city="Berlin", vat_id="DE129273398", email="ar@nordwind.example",
        iban="DE75512108001245126199", bic="SOGEDEFF", settings={"formats": ["ubl"]},
    )  # fmt: skip
    Debtor.objects.filter(creditor_id=books.creditor).update(street="Platz 2", postcode="20095", city="Hamburg")
