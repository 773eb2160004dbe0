"""Settings in a real browser: what must happen once happens once, however often the button is hit."""

from __future__ import annotations

from fairdue.foundation.accounts import api_keys


def test_a_key_is_made_once_by_a_double_click_and_its_secret_is_the_one_that_works(open_page, ctx):
    page = open_page("/settings/keys/new")
    page.fill("main input[name=name]", "Shop")
    page.check("main input[name=scopes][value='customers.view']")
    page.locator("main button.primary").dblclick()
    page.wait_for_url("**/settings/keys/new")
    secret = page.locator("main input[readonly]")
    secret.wait_for()
    with ctx.open():
        (made,) = api_keys(ctx)
    assert made.prefix in secret.input_value()
    assert not page.complaints
