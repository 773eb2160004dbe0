"""What the master data of French companies gives is what the rules of the French reform find valid."""

from __future__ import annotations

from datetime import date

import pytest

from fairdue.core.findings import Severity
from fairdue.core.invoice.wire import from_wire
from fairdue.foundation.ids import uuid7
from fairdue.invoicing import services
from fairdue.invoicing.formats.registry import read, write
from fairdue.invoicing.models import Invoice
from fairdue.invoicing.validation.pool import validate
from fairdue.parties.models import Creditor, Debtor, DebtorIdentifier

TODAY = date(2026, 9, 7)
LINE = {"id": "1", "name": "Serrure", "quantity": "2", "unit": "C62", "price": "50.00", "nature": "goods"}


@pytest.fixture
def shop(ctx, books):
    legal = {"form": "SAS", "capital": "50 000 EUR", "register": "RCS Lille Metropole"}
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(
            name="Ateliers du Nord SAS", country="FR", street="4 rue de la Paix", postcode="59000", city="Lille",
            vat_id="FR44732829320", register_id="732829320", email="ar@ateliers.example",
            iban="FR1420041010050500013M02606", legal=legal,
            settings={"formats": ["ubl"], "delivery": "none", "peppol_id": "0225:732829320"},
        )  # fmt: skip
        Debtor.objects.filter(id=books.debtor).update(
            name="Boutique Lyon SARL", country="FR", street="9 quai Perrache", postcode="69002", city="Lyon",
            vat_id="FR83552100554", language="fr",
        )  # fmt: skip
        for scheme, value in (("register", "55210055400013"), ("peppol", "0225:552100554")):
            DebtorIdentifier.objects.create(
                tenant_id=ctx.tenant, id=uuid7(), creditor_id=books.creditor, debtor_id=books.debtor, scheme=scheme,
                value=value,
            )  # fmt: skip
    return books


def issued(ctx, shop, **more):
    draft = services.write_draft(
        ctx, creditor=shop.creditor, debtor=shop.debtor, currency="EUR", today=TODAY,
        content={"lines": [LINE], "delivery": {"day": "2026-09-01"}, **more},
    )  # fmt: skip
    [told] = services.preview_issue(ctx, drafts=[draft], today=TODAY)
    invoice = Invoice.objects.get(id=services.issue_invoice(ctx, draft=draft, today=TODAY))
    return from_wire(invoice.content)[0], told.findings


@pytest.mark.parametrize("code", ["ctc-fr-ubl", "ctc-fr-cii", "ctc-fr-pdf"])
def test_an_invoice_between_french_companies_is_valid_by_the_rules_of_the_reform(ctx, shop, code):
    with ctx.open():
        invoice, told = issued(ctx, shop, notes=[{"text": "B2B", "subject": "BAR"}])
    assert invoice.process == "B1"
    assert (invoice.seller.registration.value, invoice.seller.registration.scheme) == ("732829320", "0002")
    assert (invoice.buyer.registration.value, invoice.buyer.registration.scheme) == ("552100554", "0002")
    assert [(one.value, one.scheme) for one in invoice.buyer.identifiers] == [("55210055400013", "0009")]
    assert {note.subject for note in invoice.notes} == {"BAR", "PMD", "PMT", "AAB"}
    assert not [one for one in told if one.code.startswith("content.fr") and one.severity is not Severity.INFO]
    record = validate(write(code, invoice).content, code=code)
    assert record.state == "valid", record.findings


def test_a_cadre_stays_out_of_formats_with_a_process_of_their_own(ctx, shop):
    with ctx.open():
        invoice, _ = issued(ctx, shop)
    assert read(write("xrechnung-ubl", invoice).content)[0].process.startswith("urn:fdc:peppol.eu")
    assert read(write("ubl", invoice).content)[0].process == "B1"


def test_an_undecided_line_makes_the_cadre_a_finding(ctx, shop):
    with ctx.open():
        line = {**LINE, "category": "S", "rate": "20"}
        del line["nature"]
        invoice, told = issued(ctx, shop, lines=[line])
    assert invoice.process == ""
    assert "content.fr.cadre" in {one.code for one in told}
