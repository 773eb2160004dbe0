"""How a customer is reached: evidence by layer, checks now and by hand, numbers of its country, its wish."""

from __future__ import annotations

import pytest
from django.urls import reverse

from fairdue.foundation.jobs import drain
from fairdue.foundation.mail import names
from fairdue.parties import selectors
from fairdue.parties.models import AddressEvidence, Creditor, Debtor
from tests.dnspeer import serving

ZONE = {("kaufmann.example.", "MX"): ["10 mx.kaufmann.example."]}


@pytest.fixture
def customer(ctx, books, monkeypatch):
    for name in ("FAIRDUE_RESOLVER", "FAIRDUE_REGISTERS"):
        monkeypatch.delenv(name, raising=False)
    with ctx.open():
        Debtor.objects.filter(id=books.debtor).update(street="Platz 2", postcode="20095", city="Hamburg")
    return books.debtor


def page_of(client, customer):
    return client.get(reverse("web:customer", args=[customer]) + "?tab=master").text


def test_a_check_shows_each_layer_with_source_and_what_nobody_was_asked_for(customer, sign_in):
    admin = sign_in()
    assert "Never looked" in page_of(admin, customer)
    said = admin.post(reverse("web:customer_check", args=[customer]), follow=True).text
    assert "Looked; see below." in said
    page = page_of(admin, customer)
    assert "address rules of DE" in page
    assert "Platz 2, 20095 Hamburg, DE" in page
    assert "no resolver answered" in page
    assert page.count("Not checked") >= 1


def test_where_somebody_is_asked_a_job_looks_in_the_name_of_the_person(ctx, customer, sign_in, monkeypatch):
    monkeypatch.setattr(names, "SECONDS", 1.0)
    admin = sign_in()
    with serving(ZONE) as address:
        monkeypatch.setenv("FAIRDUE_RESOLVER", address)
        said = admin.post(reverse("web:customer_check", args=[customer]), follow=True).text
        assert "reload in a moment" in said
        drain()
    assert "mx.kaufmann.example" in page_of(admin, customer)
    with ctx.open():
        assert AddressEvidence.objects.filter(debtor_id=customer, layer="domain").get().actor.startswith("user:")


def test_a_person_confirms_or_knows_better(ctx, customer, sign_in):
    admin = sign_in()
    url = reverse("web:customer_confirm", args=[customer])
    admin.post(url, {"what": "address", "right": "yes", "source": "called reception"})
    with ctx.open():
        assert selectors.debtor(ctx, customer).address_state == "confirmed"
    assert "called reception" in page_of(admin, customer)
    admin.post(url, {"what": "email", "right": "no", "source": "they moved"})
    with ctx.open():
        assert selectors.debtor(ctx, customer).email_state == "returned"
    assert admin.post(url, {"what": "email", "right": "no", "source": " "}).status_code == 422


@pytest.mark.parametrize(
    ("country", "name", "good", "bad", "words"),
    [
        ("DE", "Leitweg-ID", "04011000-1234512345-06", "04011000-1234512345-07", "check digits of the Leitweg-ID"),
        ("IT", "Codice destinatario", "ABC1234", "ABC", "no codice destinatario"),
        ("ES", "DIR3", "L01280796 L01280796 L01280796", "L0128", "no DIR3 address"),
    ],
)
def test_the_number_of_a_network_has_its_name_and_its_check(
    ctx, customer, sign_in, country, name, good, bad, words
):  # fmt: skip
    with ctx.open():
        Debtor.objects.filter(id=customer).update(country=country)
    admin = sign_in()
    assert name in page_of(admin, customer)
    url = reverse("web:identifier_new", args=[customer])
    refused = admin.post(url, {"scheme": "routing", "value": bad})
    assert (refused.status_code, words in refused.text) == (422, True)
    assert admin.post(url, {"scheme": "routing", "value": good}).status_code == 302
    admin.post(reverse("web:customer_check", args=[customer]))
    page = page_of(admin, customer)
    assert good in page
    assert "form and check digits" in page


def test_a_wrong_number_that_a_file_brought_is_shown_as_wrong(ctx, customer, sign_in):
    from fairdue.parties.models import DebtorIdentifier

    with ctx.open():
        owner = Debtor.objects.get(id=customer).creditor_id
        DebtorIdentifier.objects.create(
            tenant_id=ctx.tenant, creditor_id=owner, debtor_id=customer, scheme="gln", value="4012345000008"
        )
    admin = sign_in()
    admin.post(reverse("web:customer_check", args=[customer]))
    page = page_of(admin, customer)
    assert "The check digit of the GLN" in page
    assert "Wrong" in page


def test_the_wish_of_the_customer_decides_where_the_client_lets_it(ctx, books, customer, sign_in):
    admin = sign_in()
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(settings={"delivery": "auto"})
    assert "email reaches the buyer" in page_of(admin, customer)
    admin.post(reverse("web:customer_wish", args=[customer]), {"channel": "print"})
    page = page_of(admin, customer)
    assert "The customer wants it by print" in page
    assert "Print and post" in page
    refused = admin.post(reverse("web:customer_wish", args=[customer]), {"channel": "pigeon"})
    assert refused.status_code == 422
    admin.post(reverse("web:customer_wish", args=[customer]), {"channel": ""})
    with ctx.open():
        assert selectors.debtor(ctx, customer).delivery == ""
        Creditor.objects.filter(id=books.creditor).update(settings={"delivery": "none"})
    assert "a person chooses each time" in page_of(admin, customer)


def test_who_only_reads_sees_the_evidence_and_no_buttons(customer, sign_in):
    auditor = sign_in("auditor")
    page = page_of(auditor, customer)
    assert "What is known about its addresses" in page
    assert "Check now" not in page
    for name in ("check", "confirm", "wish"):
        assert auditor.post(reverse(f"web:customer_{name}", args=[customer])).status_code == 403
