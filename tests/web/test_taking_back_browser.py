"""Undo and many lines at once in a real browser: by keys, with what axe says of each step."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests import make
from tests.web.test_collector_browser import open_first, queue  # noqa: F401 - a fixture, found by its name


def hold_customers(page, asked):
    """Keep the questions for a customer from the server; `asked` gets them."""

    def keep(route):
        asked.append(route)

    page.route(re.compile(r"/w/[0-9a-f-]{36}(\?|$)"), keep)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_rest_is_undone_by_a_key_and_the_line_is_back(ctx, open_page, axe, queue, size):  # noqa: F811 - the fixture
    from fairdue.collections.models import Task

    page = open_page("/w", role="collector", size=size)
    open_first(page)
    page.keyboard.press("s")
    page.locator("#panel details[open] .button.primary").click()
    page.locator("#say button", has_text="Undo").wait_for()
    assert axe(page) == []
    with ctx.open():
        assert Task.objects.filter(due_on__gt=make.TODAY).count() == 1
    page.keyboard.press("z")
    page.locator("#panel", has_text="Undone.").wait_for()
    page.locator("main tbody tr").nth(2).wait_for()
    with ctx.open():
        assert set(Task.objects.values_list("due_on", flat=True)) == {make.TODAY}
    assert page.complaints == []


def test_undo_is_not_overtaken_by_the_customer_that_follows(open_page, queue):  # noqa: F811 - the fixture
    page, asked = open_page("/w", role="collector"), []
    open_first(page)
    page.keyboard.press("s")
    hold_customers(page, asked)  # the next customer is slow
    page.locator("#panel details[open] .button.primary").click()
    page.locator("#say button", has_text="Undo").wait_for()
    while not asked:
        page.wait_for_timeout(20)
    page.keyboard.press("z")
    page.locator("#panel", has_text="Undone.").wait_for()
    asked[0].continue_()  # its answer comes after that of the undo
    page.wait_for_load_state("networkidle")
    assert page.locator("#panel", has_text="Undone.").is_visible()
    assert page.complaints == []


def test_of_two_customers_that_are_opened_quickly_the_last_one_stays(open_page, queue):  # noqa: F811 - the fixture
    page, asked = open_page("/w", role="collector"), []
    hold_customers(page, asked)
    links = page.locator("main tbody a[data-panel]")
    names = [links.nth(0).inner_text(), links.nth(2).inner_text()]
    links.nth(0).click()
    links.nth(2).click()
    answered = 0
    while answered < 2:  # what was asked for last is answered first
        page.wait_for_timeout(200)
        if asked:
            asked.pop().continue_()
            answered += 1
    page.locator("#panel h2", has_text=names[1]).first.wait_for()
    page.wait_for_load_state("networkidle")
    assert page.locator("#panel h2").first.inner_text() == names[1]
    assert page.complaints == []


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_lines_are_ticked_previewed_snoozed_and_brought_back(open_page, axe, queue, size):  # noqa: F811 - the fixture
    page = open_page("/w", role="team_lead", size=size)
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    page.locator(".bulk", has_text="2 selected").wait_for()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.keyboard.press("S")
    page.get_by_role("heading", name="Snooze 2 customers until").wait_for()
    assert axe(page) == []
    page.get_by_role("button", name="Snooze", exact=True).click()
    page.get_by_text("2 customers left alone until").wait_for()
    assert page.locator("main tbody tr").count() == 1
    page.keyboard.press("z")
    page.get_by_text("Undone.").wait_for()
    assert page.locator("main tbody tr").count() == 3
    assert page.complaints == []


def test_find_opens_with_what_was_looked_at(ctx, open_page, axe, books):
    with ctx.open():
        make.item(ctx, books, 100_00, issued_on=make.TODAY - timedelta(days=60))
    page = open_page(f"/customers/{books.debtor}", role="collector")
    page.goto(page.url.partition("/customers")[0] + "/help")
    page.keyboard.press("Control+k")
    page.locator("#palette", has_text="Looked at last").wait_for()
    assert page.locator("#palette .hit").first.inner_text().startswith("Kaufmann KG")
    assert axe(page) == []
