"""The portal in a real browser: axe, narrow screens, and the whole path without script."""

from __future__ import annotations

import pytest

from tests import make


@pytest.fixture
def visit(site, chromium, link, monkeypatch):
    """Open the link in a browser: `visit(width=320, script=False)`."""
    monkeypatch.setenv("FAIRDUE_TODAY", make.TODAY.isoformat())
    contexts = []

    def open_it(*, width=1100, script=True, dark=False, path=""):
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        context.add_cookies([{"name": "fairdue_visit_language", "value": "en", "url": f"{site}/p/"}])
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda line: page.complaints.append(line.text) if line.type == "error" else None)
        page.goto(f"{site}{link}")
        if path:
            page.goto(f"{site}{path}")
        return page

    yield open_it
    for context in contexts:
        context.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", ["/p/", "/p/pay?i={0}", "/p/promise?i={0}", "/p/dispute?i={0}", "/p/statement"])
def test_axe_finds_nothing_and_nothing_is_wider_than_320_pixels(visit, axe, debtor_books, path, dark):
    page = visit(width=320, dark=dark, path=path.format(debtor_books.late))
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.complaints == []


def test_axe_finds_nothing_at_the_closed_door(chromium, site, axe, database):
    page = chromium.new_page()
    page.goto(f"{site}/p/l/nothing")
    assert axe(page) == []
    page.close()


def test_the_running_sum_follows_the_boxes(visit):
    page = visit()
    assert page.locator("[data-sum]").inner_text() == "Choose one or several items"
    page.check("input[name=i] >> nth=0")
    page.check("input[name=i] >> nth=1")
    assert page.locator("[data-sum]").inner_text().replace("\N{NO-BREAK SPACE}", " ") == "Chosen: 1,690.00 EUR"


def test_the_whole_path_works_without_script(visit, ctx):
    page = visit(script=False, width=390)
    page.check("input[name=i] >> nth=0")
    page.click("text=Add up")
    assert "1,190.00" in page.locator("[data-sum]").inner_text()
    page.click("button:text-is('Pay')")
    assert "Transfer the amount" in page.inner_text("main")
    page.click("text=Back to the overview")
    page.click("text=Promise a date")
    page.fill("#day", make.TODAY.isoformat())
    page.click("text=Promise this date")
    assert "Thank you. We expect" in page.inner_text("main")
    page.check("input[name=i] >> nth=1")
    page.click("text=Something is wrong")
    page.select_option("#reason", "price")
    page.click("button:text-is('Send')")
    assert "We have noted it" in page.inner_text("main")


def test_the_address_bar_never_keeps_the_secret(visit, link):
    page = visit()
    assert page.url.endswith("/p/")
    assert link.rpartition("/")[2] not in page.content()


@pytest.mark.parametrize(
    ("language", "choose", "thanks"),
    [
        ("en", "Please choose at least one item first.", "Thank you. We expect 1,190.00 EUR"),
        ("de", "Bitte wählen Sie zuerst mindestens einen Posten.", "Vielen Dank. Wir erwarten 1.190,00 EUR"),
        ("fr", "Veuillez d’abord choisir au moins un poste.", "Merci. Nous attendons 1 190,00 EUR"),
    ],
)
def test_what_a_page_says_on_the_next_one_is_said_in_every_language(visit, site, language, choose, thanks):
    page = visit()
    page.context.add_cookies([{"name": "fairdue_visit_language", "value": language, "url": f"{site}/p/"}])
    page.goto(f"{site}/p/pay")
    assert page.inner_text(".banner") == choose
    page.check("input[name=i] >> nth=0")
    page.click("button[formaction='/p/promise']")
    page.fill("#day", make.TODAY.isoformat())
    page.click("form.form button.primary")
    page.wait_for_selector(".banner.done")
    said = page.inner_text(".banner.done").replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert said.startswith(thanks)
    page.reload()
    assert page.locator(".banner").count() == 0
