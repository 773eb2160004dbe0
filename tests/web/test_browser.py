"""The frame in a real browser: axe, keys, reflow, no script, no complaint of the console."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_nothing_on_the_styleguide(open_page, axe, size, dark):
    page = open_page("/styleguide", size=size, dark=dark)
    assert axe(page) == []
    assert page.complaints == []


@pytest.mark.parametrize("path", ["/styleguide", "/help", "/search?q=x", "/settings", "/account/login/"])
def test_nothing_is_wider_than_a_narrow_screen(open_page, path):
    page = open_page(path, role="" if "account" in path else "admin")
    page.set_viewport_size({"width": 320, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", ["/help", "/search?q=x", "/settings", "/styleguide/preview"])
def test_axe_finds_nothing_on_the_frames_own_pages(open_page, axe, path):
    assert axe(open_page(path)) == []


def test_axe_finds_nothing_at_the_door(open_page, axe):
    page = open_page("/account/login/", role="")
    assert axe(page) == []
    page.goto(page.url.replace("/account/login/", "/there-is-no-such-page"))
    assert axe(page) == []


def test_a_collector_walks_the_list_by_keys_alone(open_page):
    page = open_page("/styleguide")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.locator("tr[data-at] th").inner_text() == "Brasserie du Canal SARL"
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel h2")
    assert page.locator("#panel h2").first.inner_text() == "Brasserie du Canal SARL"
    page.keyboard.press("]")
    page.locator("#panel h2", has_text="Nordlicht").wait_for()
    page.keyboard.press("Escape")
    assert page.locator("#panel").inner_html() == ""
    assert page.evaluate("document.activeElement.innerText") == "Nordlicht Messebau AG"
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Shift+X")
    assert page.locator(".bulk [data-chosen]").inner_text() == "3 selected · 99,934.20 EUR"
    assert page.complaints == []


def test_letters_never_fire_inside_a_field_and_can_be_turned_off(open_page):
    page = open_page("/styleguide")
    page.focus("input[name=q] >> nth=0")
    page.keyboard.type("jjn?")
    assert page.locator("tr[data-at]").count() == 0
    assert page.input_value("input[name=q] >> nth=0") == "jjn?"
    page.keyboard.press("Escape")
    page.click("summary[aria-label^=You]")
    page.click("[data-keys-switch]")
    page.keyboard.press("j")
    assert page.locator("tr[data-at]").count() == 0
    page.reload()
    page.keyboard.press("j")
    assert page.locator("tr[data-at]").count() == 0
    page.keyboard.press("Control+k")
    assert page.locator("#palette[open]").count() == 1


def test_the_palette_goes_where_the_arrows_point(open_page):
    page = open_page("/styleguide")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette .hit")
    page.keyboard.type("sett")
    page.locator("#palette .hit", has_text="Worklist").wait_for(state="detached")
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings")


def test_g_and_a_letter_go_and_the_question_mark_paints_the_keys(open_page):
    page = open_page("/styleguide")
    page.keyboard.press("?")
    assert page.locator('[data-paint="g s"]').count() == 1
    page.keyboard.press("Escape")
    assert page.locator("[data-paint]").count() == 0
    page.keyboard.press("g")
    page.keyboard.press("s")
    page.wait_for_url("**/settings")


def test_the_theme_is_remembered_by_the_server(open_page):
    page = open_page("/styleguide")
    page.click("summary[aria-label^=You]")
    page.click("[data-theme-switch]")
    page.goto(page.url)
    assert page.get_attribute("html", "data-theme") == "dark"


def test_focus_is_never_hidden_behind_the_sticky_heads(open_page):
    page = open_page("/styleguide")
    for _ in range(90):
        page.keyboard.press("Tab")
        hidden = page.evaluate(
            """() => { const el = document.activeElement, box = el.getBoundingClientRect();
            if (!box.width || el.closest('.top, .nav, .side')) return '';
            const x = box.left + box.width / 2, y = box.top + box.height / 2;
            const over = document.elementFromPoint(x, y);
            return over && (el.contains(over) || over.contains(el) || over.closest('label')?.contains(el))
                ? '' : el.outerHTML.slice(0, 120); }"""
        )
        assert hidden == ""


def test_pages_read_and_panels_open_without_script(open_page):
    page = open_page("/styleguide", script=False)
    page.click("text=Nordlicht Messebau AG")
    assert page.locator("h1").inner_text() == "Nordlicht Messebau AG"
    page.goto(page.url.split("/styleguide")[0] + "/styleguide")
    page.click("th >> text=Customer")
    assert "sort=customer" in page.url
    page.click("summary[aria-label=New]", timeout=2000) if page.locator("summary[aria-label=New]").count() else None


def test_the_menu_opens_on_a_phone(open_page, axe):
    page = open_page("/styleguide", size="phone")
    assert not page.locator("#nav").is_visible()
    page.click(".burger")
    assert page.locator("#nav").is_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    assert not page.locator("#nav").is_visible()
