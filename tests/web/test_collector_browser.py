"""A collector's screens in a real browser: one line a row beside the panel, deeds by keys, nothing too wide."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import make


@pytest.fixture
def queue(ctx, books, monkeypatch):
    """Three customers to be called, with long reasons."""
    from fairdue.collections.services import open_task

    monkeypatch.setenv("FAIRDUE_TODAY", make.TODAY.isoformat())
    with ctx.open():
        for name in ("Alpen AG", "Bergmann KG", "Kaufmann und Söhne Gartenbau GmbH & Co. KG"):
            debtor = make.debtor(ctx, books.creditor, name=name)
            own = make.Books(books.creditor, debtor)
            make.item(ctx, own, 1_234_50, issued_on=make.TODAY - timedelta(days=60))
            reason = "payment of 1,234.50 EUR went back for want of funds: call and agree on how it will be paid"
            open_task(ctx, debtor=debtor, kind="call", reason=reason, due_on=make.TODAY, today=make.TODAY)


def open_first(page):
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel h2")


@pytest.mark.parametrize("path", ["/w", "/customers"])
def test_a_row_stays_one_line_beside_the_open_panel(open_page, queue, path):
    page = open_page(path, role="collector")
    open_first(page)
    heights = page.eval_on_selector_all("main tbody tr", "rows => rows.map(row => row.offsetHeight)")
    assert heights
    assert max(heights) <= 40
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    assert page.complaints == []


def test_a_note_is_written_by_keys_and_the_customer_stays(open_page, queue):
    page = open_page("/customers", role="collector")
    open_first(page)
    name = page.locator("#panel h2").first.inner_text()
    page.keyboard.press("o")
    page.locator("#panel textarea[name=note-text]").fill("Answers after ten.")
    page.get_by_role("button", name="Keep the note").click()
    page.locator("#panel", has_text="Note kept.").wait_for()
    assert page.locator("#panel h2").first.inner_text() == name
    assert "Answers after ten." in page.locator("#panel").inner_text()


def test_the_filters_and_the_views_stand_in_one_row(open_page, queue):
    page = open_page("/w", role="collector")
    tops = [page.get_by_text(word, exact=True).bounding_box()["y"] for word in ("Filter", "Save this view")]
    assert abs(tops[0] - tops[1]) < 12


def test_the_open_tab_of_a_customer_is_in_view_on_a_phone(ctx, open_page, books, queue):
    page = open_page(f"/customers/{books.debtor}?tab=master", role="collector", size="phone")
    box = page.locator(".tabs [aria-current]").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_beside_a_customer(open_page, axe, queue, dark):
    page = open_page("/w", role="collector", dark=dark)
    open_first(page)
    page.keyboard.press("w")
    assert axe(page) == []


@pytest.mark.parametrize(("path", "most"), [("/w", 422), ("/customers", 422)])
def test_the_first_row_of_a_list_begins_in_the_upper_half_of_a_phone(open_page, queue, path, most):
    page = open_page(path, role="collector", size="phone")
    assert page.locator("main tbody tr").first.bounding_box()["y"] <= most
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_card_of_the_worklist_says_how_late_it_is_once(open_page, queue):
    card = open_page("/w", role="collector", size="phone").locator("main tbody tr").first.inner_text()
    assert "went back for want of funds" in card
    assert "Oldest" not in card
    assert "Priority" not in card


def test_a_finger_has_44_pixels_for_the_deeds_of_a_row_and_the_filters(site, chromium, sign_in, queue):
    client = sign_in("collector")
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    page = context.new_page()
    page.goto(f"{site}/w")
    aims = page.locator("td.acts a, td.pick label, th.main a, .filters .input, .filters button, #work > .band > a")
    heights = aims.evaluate_all("found => found.map(one => one.getBoundingClientRect().height)")
    context.close()
    assert len(heights) >= 12
    assert min(heights) >= 43.5
