"""Countries are searched by name and stored as codes, in one field everywhere."""

from __future__ import annotations

import pytest
from django import forms
from django.urls import reverse

from fairdue.foundation.tabular.countries import country_code
from fairdue.parties import selectors as parties
from fairdue.web.choices import countries, country_field
from tests import make


class Form(forms.Form):
    country = country_field()
    other = country_field(label="Another", required=False)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("DE", "DE"), ("de", "DE"), ("Germany", "DE"), (" germany ", "DE"), ("Deutschland", "DE"), ("Allemagne", "DE"),
        ("Österreich", "AT"), ("UK", "GB"), ("United Kingdom", "GB"), ("usa", "US"), ("España", "ES"),
        ("Côte d’Ivoire", "CI"), ("Cote d'Ivoire", "CI"), ("OESTERREICH", "AT"), ("osterreich", "AT"), ("DEU", "DE"),
        ("GBR", "GB"), ("Bosnia and Herzegovina", "BA"), ("EL", "GR"), ("Etats-Unis", "US"), ("D", ""),
        ("DE FR", ""), ("XI", "XI"), ("Kosovo", "XK"), ("Europe", ""), ("EU", ""), ("ZZ", ""), ("Freedonia", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_country_is_known_by_code_and_by_its_name_in_the_languages_of_documents(typed, code):
    assert country_code(typed) == code


def test_every_name_of_the_list_leads_back_to_its_code():
    assert [country_code(name) for _, name in countries()] == [code for code, _ in countries()]
    assert len(countries()) > 240


def test_what_is_no_country_is_told_beside_the_field_and_stays_there():
    form = Form({"country": "Freedonia"})
    assert form.errors["country"] == ["There is no country 'Freedonia'; choose one of the list."]
    assert 'value="Freedonia"' in str(form["country"])
    assert Form({"country": ""}).errors["country"] == ["This field is required."]
    known = Form({"country": "Pays-Bas"})
    assert known.is_valid()
    assert known.cleaned_data == {"country": "NL", "other": ""}


def test_the_field_shows_the_name_and_brings_the_list_that_is_searched():
    page = str(Form(initial={"country": "CH"})["country"])
    assert 'value="Switzerland"' in page
    assert 'list="id_country-list"' in page
    assert page.count("<datalist") == page.count('id="id_country-list"') == 1
    assert '<option value="Germany">' in page


def test_a_client_is_made_with_the_name_of_its_country(ctx, sign_in):
    admin = sign_in()
    form = {
        "name": "Lac SA",
        "code": "LAC",
        "country": "Frankreich",
        "currency": "EUR",
        "language": "fr",
        "promise_days": "10",
    }
    refused = admin.post("/settings/clients/new", form | {"country": "France2"})
    assert refused.status_code == 422
    assert "There is no country &#x27;France2&#x27;" in refused.text
    assert admin.post("/settings/clients/new", form).status_code == 302
    with ctx.open():
        (row,) = parties.creditors(ctx)
    assert row.country == "FR"
    assert ">France<" in admin.get("/settings/clients").text


def test_a_customer_is_found_by_the_country_s_name_in_its_header_and_its_form(ctx, books, sign_in):
    admin = sign_in()
    with ctx.open():
        swiss = make.debtor(ctx, books.creditor, country="CH")
    assert "Switzerland" in admin.get(reverse("web:customer", args=[swiss])).text
    assert 'value="Switzerland"' in admin.get(reverse("web:customer_edit", args=[swiss])).text


def test_axe_finds_nothing_where_countries_are_searched(open_page, axe):
    page = open_page("/settings/clients/new")
    page.fill("#id_country", "Spain")
    assert axe(page) == []
    assert page.evaluate("document.querySelector('#id_country').list.options.length") == len(countries())
    assert page.complaints == []
