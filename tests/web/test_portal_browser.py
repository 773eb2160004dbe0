"""The portal in a real browser: axe, narrow screens, and the whole path without script."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from fairdue.foundation import clock
from fairdue.foundation.jobs import drain
from fairdue.invoicing import services
from fairdue.portal import links
from fairdue.portal.models import Link
from fairdue.receivables.selectors import holds
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


def _bill(ctx, books):
    """Issue an invoice and make its file, in a thread of its own, because the browser keeps a loop in this one."""

    def work():
        try:
            with ctx.open():
                make.able_to_bill(books, settings={"formats": ["ubl"], "delivery": "none"})
                draft = services.write_draft(
                    ctx, creditor=books.creditor, debtor=books.debtor, currency="EUR", today=make.TODAY,
                    content={"lines": [make.LINE], "delivery": {"day": "2026-03-01"}},
                )  # fmt: skip
                services.issue_invoice(ctx, draft=draft, today=make.TODAY)
            drain(60)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(work).result()


def test_a_debtor_does_his_whole_job_from_the_link_to_the_dispute(visit, site, link, ctx, debtor_books):
    _bill(ctx, debtor_books.books)
    page = visit(width=390)
    opened = page.request.get(f"{site}{page.get_attribute('a[href^="/p/document/"]', 'href')}")
    assert (opened.status, opened.headers["content-disposition"].partition(";")[0]) == (200, "inline")
    page.check(f"input[value='{debtor_books.late}']")
    page.click("button:text-is('Pay')")
    page.wait_for_selector(".p-qr svg")
    assert "1,190.00" in page.inner_text("h1")
    page.click("text=Back to the overview")
    assert page.is_checked(f"input[value='{debtor_books.late}']")
    page.click("text=Something is wrong")
    page.select_option("#reason", "quantity")
    for typed, told in (("1.150", "may mean thousands or decimals"), ("2,000", "above zero and up to")):
        page.fill("#amount", typed)
        page.click("button:text-is('Send')")
        page.wait_for_selector(f"#amount-error:has-text('{told}')")
        assert page.input_value("#amount") == typed
        assert page.input_value("#reason") == "quantity"
    page.fill("#amount", "1,150.00")
    page.click("button:text-is('Send')")
    page.wait_for_selector(".banner.done")
    assert "1,150.00" in page.inner_text(f"tr:has(input[value='{debtor_books.late}'])")
    with ctx.open():
        assert [hold.amount for hold in holds(ctx, debtors=[debtor_books.debtor], on=make.TODAY)] == [115_000]
    page.goto(f"{site}{link}")
    assert page.url.endswith("/p/")
    page.click("button:text-is('Leave')")
    assert page.inner_text("h1") == "You have left"


def test_a_link_that_ended_is_asked_for_again_in_the_chosen_language(visit, site, link):
    page = visit()
    Link.objects.filter(token_hash=links.digest(link.rpartition("/")[2])).update(expires_at=clock.now())
    page.context.clear_cookies(name="fairdue_visit")
    page.goto(f"{site}{link}")
    assert page.inner_text("h1") == "This link does not open anything"
    page.click("button:text-is('Deutsch')")
    page.wait_for_selector("h1:text-is('Dieser Link öffnet nichts')")
    page.click("button:text-is('Neuen Link schicken')")
    page.wait_for_selector("h1:text-is('Sehen Sie in Ihre Post')")


def test_a_statement_prints_as_a_table_and_a_way_back_is_not_printed(visit, debtor_books):
    page = visit(width=718, path="/p/statement")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('tbody td')).display") == "table-cell"
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
    page.goto(page.url.replace("statement", f"pay?i={debtor_books.late}"))
    assert page.is_visible("h1")
    assert not page.is_visible("text=Back to the overview")
