"""Undo and many lines at once in a real browser: by keys, with what axe says of each step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import make
from tests.web.test_collector_browser import open_first, queue  # noqa: F401 - a fixture, found by its name


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
