"""Law and documents of a client, and the official rules: what is asked, what is lacking, how a page looks."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fairdue.invoicing.standing import Stands, position
from fairdue.invoicing.validation import store
from fairdue.parties import selectors as parties
from fairdue.parties.models import Creditor
from tests import make

FORM = {"scheme": "small_business", "delivery": "none", "formats": ["xrechnung-ubl", "factur-x"], "form": "A",
        "accent": "#aa0011", "peppol": "0204:991-1234512345-06", "directors": "Ada Wolff"}  # fmt: skip
LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4v4H0z"/></svg>'


@pytest.fixture
def company(ctx):
    with ctx.open():
        creditor = make.creditor(ctx, name="Nordwerk GmbH")
        Creditor.objects.filter(id=creditor).update(
            street="Weg 1", postcode="10115", city="Berlin", settings={"portal": {"promise_days": 5}}
        )
    return creditor


def address(creditor):
    return reverse("web:settings_law", args=[creditor])


def test_what_the_law_asks_is_there_lacking_or_on_each_invoice(ctx, company):
    with ctx.open():
        before = position(ctx, company, make.TODAY)
        Creditor.objects.filter(id=company).update(
            register_id="HRB 1234 Amtsgericht Berlin", vat_id="DE129273398", legal={"directors": "Ada Wolff"}
        )
        after = position(ctx, company, make.TODAY)
    by_code = {one.requirement.code: one.stands for one in before.asked}
    assert (by_code["content.de.register"], by_code["content.de.directors"], by_code["BR-25"]) == (
        Stands.LACKS, Stands.LACKS, Stands.EACH
    )  # fmt: skip
    there = {one.requirement.code: one.stands for one in after.asked}
    assert (there["content.de.register"], there["content.de.directors"]) == (Stands.THERE, Stands.THERE)
    assert after.lacking < before.lacking
    assert not {one.code for one in after.findings} & {"content.de.register", "content.de.directors"}


def test_a_country_without_recorded_law_says_so(ctx, company, sign_in):
    with ctx.open():
        Creditor.objects.filter(id=company).update(country="BR")
        assert position(ctx, company, make.TODAY).pack is None
    assert "only the European standard is checked" in sign_in().get(address(company)).text


def test_the_page_shows_articles_and_what_is_not_confirmed(ctx, company, sign_in):
    client = sign_in()
    page = client.get(address(company)).text
    assert "GmbHG § 35a; AktG § 80; HGB § 37a" in page
    assert "UStG § 14 (2) no. 1, § 27 (38) no. 2" in page
    assert "Lacking" in page
    assert "not confirmed" not in page
    with ctx.open():
        Creditor.objects.filter(id=company).update(country="NZ")
    assert "not confirmed" in client.get(address(company)).text


def test_settings_are_kept_beside_the_others_and_govern_the_documents(ctx, company, sign_in):
    from fairdue.invoicing import masterdata

    client = sign_in()
    sent = FORM | {"logo": SimpleUploadedFile("logo.svg", LOGO)}
    assert client.post(address(company), sent).status_code == 302
    with ctx.open():
        row = parties.creditor(ctx, company)
        seller = masterdata.sellers(ctx, [company])[company]
    assert row.settings["portal"] == {"promise_days": 5}
    assert row.legal == {"directors": "Ada Wolff"}
    assert (seller.scheme, seller.formats) == ("small_business", ("xrechnung-ubl", "factur-x"))
    assert seller.settings["delivery"] == "none"
    assert (seller.look.accent, seller.look.form, seller.look.logo) == ("#aa0011", "A", LOGO.decode())
    assert "Ada Wolff" in seller.party.legal_form
    client.post(address(company), FORM)
    with ctx.open():
        assert masterdata.sellers(ctx, [company])[company].look.logo == LOGO.decode()
    client.post(address(company), FORM | {"no_logo": "on", "directors": ""})
    with ctx.open():
        assert masterdata.sellers(ctx, [company])[company].look.logo == ""
        assert parties.creditor(ctx, company).legal == {}


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"accent": "blue"}, "accent", "A colour is #"),
        ({"peppol": "4035811991021"}, "peppol", "A participant is scheme and value"),
        ({"logo": SimpleUploadedFile("x.png", b"\x89PNG\r\n")}, "logo", "This is a PNG file"),
        ({"logo": SimpleUploadedFile("x.svg", LOGO.replace(b"<path", b"<script/><path"))}, "logo", "more than draw"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_kept(ctx, company, sign_in, wrong, field, sentence):
    answer = sign_in().post(address(company), FORM | wrong)
    assert answer.status_code == 422
    assert f'id="id_{field}-error"' in answer.text
    assert sentence in answer.text
    with ctx.open():
        assert parties.creditor(ctx, company).settings == {"portal": {"promise_days": 5}}


@pytest.mark.parametrize(
    ("country", "field", "typed", "kept", "wrong", "sentence"),
    [
        ("US", "sales_tax_rates", "ny 8.875\nOR 0", {"NY": "8.875", "OR": "0"}, "ZZ 5", "ZZ is no state"),
        ("PT", "atcud", "380/2026 JFSB4Q9G", {"380/2026": "JFSB4Q9G"}, "380 short", "at least eight"),
    ],
)
def test_what_the_operator_records_is_kept_and_shown_again(
    ctx, company, sign_in, country, field, typed, kept, wrong, sentence
):
    client = sign_in()
    assert f'name="{field}"' not in client.get(address(company)).text
    with ctx.open():
        Creditor.objects.filter(id=company).update(country=country)
    assert f'name="{field}"' in client.get(address(company)).text
    assert client.post(address(company), FORM | {field: typed}).status_code == 302
    client.post(address(company), FORM)
    with ctx.open():
        assert parties.creditor(ctx, company).settings[field] == kept
    assert typed.split()[-1] in client.get(address(company)).text
    answer = client.post(address(company), FORM | {field: wrong})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    with ctx.open():
        assert parties.creditor(ctx, company).settings[field] == kept


def test_no_format_is_refused(company, sign_in):
    assert "required" in sign_in().post(address(company), FORM | {"formats": []}).text


@pytest.mark.parametrize("language", ["de", "ar", "ja"])
def test_an_example_is_drawn_in_each_language_and_in_a_colour_that_is_tried(company, sign_in, language):
    client = sign_in()
    plain = client.get(reverse("web:settings_law_page", args=[company]), {"language": language})
    tried = client.get(
        reverse("web:settings_law_page", args=[company]), {"language": language, "accent": "#aa0011", "form": "A"}
    )
    assert plain["Content-Type"] == "image/svg+xml"
    assert b"#aa0011" not in plain.content
    assert b"#aa0011" in tried.content


def test_a_client_that_is_not_there_is_not_found(sign_in):
    nobody = "018f0000-0000-7000-8000-000000000000"
    assert sign_in().get(address(nobody)).status_code == 404


def test_official_rules_are_shown_with_hash_and_what_is_missing(sign_in, tmp_path, monkeypatch):
    monkeypatch.setattr(store, "folder", lambda: tmp_path / "rules")
    client = sign_in("auditor")
    page = client.get(reverse("web:settings_rules")).text
    assert "EN 16931 UBL" in page
    assert "No pack is here for" in page
    assert "Peppol BIS Billing 3 (UBL)" in page
    pack = tmp_path / "rules" / "peppol-ubl-1"
    pack.mkdir(parents=True)
    (pack / "a.xslt").write_bytes(b"<x/>")
    digest = "0" * 64
    manifest = {"rule_set": "peppol", "syntax": "ubl", "version": "1", "files": {"a.xslt": digest}}
    (pack / "manifest.json").write_text(json.dumps(manifest | {"stylesheet": "a.xslt"}))
    assert "A rule pack was changed on disk" in client.get(reverse("web:settings_rules")).text


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing(open_page, axe, company, size, dark):
    for path in (address(company), reverse("web:settings_rules")):
        page = open_page(path, size=size, dark=dark)
        assert axe(page) == []
        assert page.complaints == []
