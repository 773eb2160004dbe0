"""What an agency sees before it has anything: each empty page leads to the step that comes first."""

import pytest


@pytest.mark.parametrize("path", ["/invoices", "/invoices/new", "/dashboard"])
def test_without_a_client_the_first_step_is_to_add_one(sign_in, path):
    page = sign_in("admin").get(path).content.decode()
    assert "No client yet" in page
    assert 'href="/settings/clients/new"' in page


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/invoices", "No invoice yet"),
        ("/invoices/new", "Nobody was billed yet"),
        ("/dashboard", "Nothing to report yet"),
    ],
)
def test_with_a_client_the_step_after_it_is_offered(books, sign_in, path, words):
    page = sign_in("admin").get(path).content.decode()
    assert words in page
    assert "No client yet" not in page


def test_the_usual_currencies_come_first_and_all_are_there(sign_in):
    page = sign_in("admin").get("/settings/clients/new").content.decode()
    assert page.index('<option value="USD"') < page.index('label="All others"') < page.index('<option value="AED"')


def test_a_key_is_not_offered_what_only_a_person_has(sign_in):
    page = sign_in("admin").get("/settings/keys/new").content.decode()
    assert 'value="own.account"' not in page
    assert 'name="scopes"' in page
