"""Drafts are kept while somebody types, and nobody writes over a colleague without knowing."""

from __future__ import annotations

import re

from django.urls import reverse

from fairdue.invoicing import services
from fairdue.invoicing.models import Draft
from tests.web.test_invoicing import LINE, TODAY, draft, form_of, shop  # noqa: F401 - a fixture, found by its name


def kept(ctx, one):
    with ctx.open():
        return Draft.objects.get(id=one)


def first_name(ctx, one):
    return kept(ctx, one).content["lines"][0]["name"]


def test_what_is_typed_is_kept_without_a_click(ctx, shop, sign_in):  # noqa: F811
    clerk = sign_in("invoicing_clerk")
    one = draft(ctx, shop)
    address = reverse("web:draft", args=[one])
    page = clerk.get(address).text
    assert "What you change is kept by itself." in page
    live = clerk.post(
        address + "/check", form_of(page) | {"lines-0-name": "Grinding", "lines-0-price": "much", "turn": "1"}
    )
    assert live.status_code == 200
    assert "Kept on" in live.text
    row = kept(ctx, one)
    assert (row.content["lines"][0]["name"], row.content["lines"][0]["price"]) == ("Grinding", "much")
    assert row.changed_by == f"user:{clerk.user.id}"
    assert form_of(clerk.get(address).text)["lines-0-name"] == "Grinding"


def test_the_saves_of_one_editor_never_meet_each_other(ctx, shop, sign_in):  # noqa: F811
    clerk = sign_in("invoicing_clerk")
    one = draft(ctx, shop)
    address = reverse("web:draft", args=[one])
    form = form_of(clerk.get(address).text)
    for turn, name in enumerate(("G", "Gr", "Grinding"), 1):
        assert "Kept on" in clerk.post(address + "/check", form | {"lines-0-name": name, "turn": str(turn)}).text
    assert clerk.post(address, form | {"lines-0-name": "Grinding of shafts", "turn": "4"}).status_code == 302
    late = clerk.post(address + "/check", form | {"lines-0-name": "Gri", "turn": "3"})
    assert "Kept on" in late.text
    assert first_name(ctx, one) == "Grinding of shafts"
    back = clerk.post(address, form | {"lines-0-name": "After going back"})
    assert back.status_code == 302
    assert first_name(ctx, one) == "After going back"


def test_a_colleague_is_named_and_nothing_of_either_is_lost(ctx, shop, sign_in):  # noqa: F811
    anna, ben = sign_in("invoicing_clerk", name="Anna Weber"), sign_in("invoicing_clerk", name="Ben Adler")
    one = draft(ctx, shop)
    address = reverse("web:draft", args=[one])
    form = form_of(anna.get(address).text)
    ben.post(address, form_of(ben.get(address).text) | {"lines-0-name": "Ben's words"})
    live = anna.post(address + "/check", form | {"lines-0-name": "Anna's words", "turn": "1"})
    assert "Ben Adler changed this draft after you opened it" in live.text
    assert "is not kept" in live["HX-Trigger-After-Settle"]
    assert first_name(ctx, one) == "Ben's words"
    saved = anna.post(address, form | {"lines-0-name": "Anna's words", "then": "issue", "turn": "2"})
    assert saved.status_code == 409
    assert "Ben Adler changed this draft after you opened it" in saved.text
    assert form_of(saved.text)["lines-0-name"] == "Anna&#x27;s words"
    latest = re.search(r'name="replaces" value="([^"]+)">Keep mine', saved.text)[1]
    again = form_of(saved.text) | {"lines-0-name": "Anna's words", "replaces": latest}
    assert anna.post(address, again).status_code == 302
    assert first_name(ctx, one) == "Anna's words"
    theirs = ben.post(address + "/check", form_of(ben.get(address).text) | {"lines-0-name": "Ben again"})
    assert "Kept on" in theirs.text


def test_a_third_change_is_not_replaced_by_who_saw_only_the_second(ctx, shop, sign_in):  # noqa: F811
    anna, ben = sign_in("invoicing_clerk"), sign_in("invoicing_clerk", name="Ben Adler")
    one = draft(ctx, shop)
    address = reverse("web:draft", args=[one])
    form = form_of(anna.get(address).text)
    ben.post(address, form_of(ben.get(address).text) | {"lines-0-name": "second"})
    told = anna.post(address, form | {"lines-0-name": "mine"}).text
    latest = re.search(r'name="replaces" value="([^"]+)">Keep mine', told)[1]
    ben.post(address, form_of(ben.get(address).text) | {"lines-0-name": "third"})
    assert anna.post(address, form | {"lines-0-name": "mine", "replaces": latest}).status_code == 409
    assert first_name(ctx, one) == "third"


def test_the_own_other_window_is_called_that(ctx, shop, sign_in):  # noqa: F811
    clerk = sign_in("invoicing_clerk")
    address = reverse("web:draft", args=[draft(ctx, shop)])
    left, right = (form_of(clerk.get(address).text) for _ in range(2))
    clerk.post(address + "/check", left | {"lines-0-name": "left", "turn": "1"})
    live = clerk.post(address + "/check", right | {"lines-0-name": "right", "turn": "1"})
    assert "You, in another window, changed this draft" in live.text


def test_a_draft_mended_in_a_list_meanwhile_is_not_written_over(ctx, shop, sign_in):  # noqa: F811
    clerk = sign_in("invoicing_clerk")
    one = draft(ctx, shop)
    address = reverse("web:draft", args=[one])
    form = form_of(clerk.get(address).text)
    clerk.post(address + "/check", form | {"lines-0-name": "typed", "turn": "1"})
    with ctx.open():
        services.mend_drafts(ctx, field="delivery.day", values={one: "2026-02-20"}, today=TODAY)
    live = clerk.post(address + "/check", form | {"lines-0-name": "typed more", "turn": "2"})
    assert "changed this draft after you opened it" in live.text
    assert kept(ctx, one).content["delivery"] == {"day": "2026-02-20"}


def test_a_draft_that_was_issued_meanwhile_says_so_and_keeps_nothing(ctx, shop, sign_in):  # noqa: F811
    clerk = sign_in("invoicing_clerk")
    one = draft(ctx, shop)
    address = reverse("web:draft", args=[one])
    form = form_of(clerk.get(address).text)
    with ctx.open():
        services.issue_invoice(ctx, draft=one, today=TODAY)
    live = clerk.post(address + "/check", form | {"lines-0-name": "too late", "turn": "1"})
    assert "This draft was issued or discarded meanwhile." in live.text
    assert first_name(ctx, one) == "Milling"


def test_a_change_by_the_api_or_a_file_is_seen_by_an_open_editor(ctx, shop, sign_in):  # noqa: F811
    clerk = sign_in("invoicing_clerk")
    one = draft(ctx, shop)
    address = reverse("web:draft", args=[one])
    form = form_of(clerk.get(address).text)
    with ctx.open():
        services.change_draft(ctx, draft=one, content={"lines": [LINE | {"name": "by the API"}]}, today=TODAY)
    assert clerk.post(address, form | {"lines-0-name": "typed"}).status_code == 409
    assert first_name(ctx, one) == "by the API"


def test_all_pages_are_shown_and_the_later_ones_are_fetched(ctx, shop, sign_in):  # noqa: F811
    clerk = sign_in("invoicing_clerk")
    with ctx.open():
        one = services.write_draft(
            ctx, creditor=shop.creditor, debtor=shop.debtor, currency="EUR", today=TODAY,
            content={"lines": [LINE | {"id": str(n), "name": f"Part {n}"} for n in range(1, 81)]},
        )  # fmt: skip
    page = clerk.get(reverse("web:draft", args=[one])).text
    fetched = re.findall(r'src="(/invoices/drafts/[^"?]+/page/(\d+)\.svg)\?v=[^"]+"', page)
    assert page.count("data:image/svg+xml") == 1
    assert len(fetched) >= 2
    assert [int(number) for _, number in fetched] == list(range(2, len(fetched) + 2))
    pictures = [clerk.get(address).content for address, _ in fetched]
    assert all(one.startswith(b"<svg") or b"<svg" in one[:200] for one in pictures)
    assert len(set(pictures)) == len(pictures)
    assert clerk.get(reverse("web:draft_page", args=[one, len(fetched) + 2])).status_code == 404


def test_closing_the_tab_at_once_loses_no_word(ctx, shop, open_page):  # noqa: F811
    one = draft(ctx, shop)
    page = open_page(reverse("web:draft", args=[one]))
    page.focus("#l0n")
    page.keyboard.press("End")
    page.keyboard.type(" of shafts")
    page.goto(page.url.rpartition("/drafts/")[0] + "/drafts")
    for _ in range(200):  # the browser sends the last words behind the next page
        if first_name(ctx, one) != "Milling":
            break
        page.wait_for_timeout(100)
    page.goto(page.url + f"/{one}")
    assert page.input_value("#l0n") == "Milling of shafts"


def test_two_windows_meet_and_the_second_says_who_was_there(ctx, shop, open_page, sign_in):  # noqa: F811
    one = draft(ctx, shop)
    address = reverse("web:draft", args=[one])
    mine = open_page(address)
    theirs = open_page(address, client=sign_in("invoicing_clerk", name="Ben Adler"))
    with theirs.expect_response("**/check"):
        theirs.fill("#l0n", "Ben was here")
    theirs.wait_for_selector("#kept >> text=Kept on")
    with mine.expect_response("**/check"):
        mine.fill("#l0n", "And I too")
    mine.wait_for_selector("#kept >> text=Ben Adler changed this draft")
    assert mine.input_value("#l0n") == "And I too"
    mine.click("text=Keep mine, replace theirs")
    mine.wait_for_selector("text=The draft is saved.")
    assert first_name(ctx, one) == "And I too"
    assert mine.complaints == []
