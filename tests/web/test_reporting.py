"""The dashboard and the reports: every figure leads to a list, every list to an item and to a file."""

import csv
import io
import re
from datetime import date, timedelta
from html import unescape

import pytest
from pypdf import PdfReader

from fairdue.receivables.services import Applied, allocate
from fairdue.web.reporting.reports import _heads
from tests import make

TODAY = date(2026, 6, 30)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())


@pytest.fixture
def worked(ctx, books):
    """Two overdue items, one current, a part payment and money on account."""
    with ctx.open():
        old = make.item(ctx, books, 100_000, issued_on=date(2026, 4, 1), number="OLD")
        make.item(ctx, books, 50_000, issued_on=date(2026, 5, 20), number="MID")
        make.item(ctx, books, 30_000, issued_on=date(2026, 6, 20), number="NEW")
        credit = make.payment(ctx, books, 25_000, on=date(2026, 6, 1))
        allocate(ctx, lines=[Applied(old, 20_000, credit)], effective_on=date(2026, 6, 1), today=date(2026, 6, 1))
    return books


def text(response, status=200):
    assert response.status_code == status, response.content.decode()[:2000]
    return unescape(response.content.decode())


def test_the_dashboard_shows_five_figures_that_lead_on(sign_in, worked):
    client = sign_in("team_lead")
    page = text(client.get("/dashboard"))
    for label in ("Overdue", "DSO", "Collection effectiveness", "Cash expected, 4 weeks", "Unapplied"):
        assert label in page
    assert "1,300.00" in page
    assert "50.00" in page
    links = set(re.findall(r'href="(/reports/[^"]+)"', page))
    assert len(links) >= 6
    for url in links:
        assert client.get(url).status_code == 200, url


def test_every_bucket_of_the_dashboard_is_the_sum_of_the_list_behind_it(sign_in, worked):
    client = sign_in("team_lead")
    amounts = {0: ["NEW"], 1: ["MID"], 2: ["OLD"], 3: [], 4: []}
    for bucket, numbers in amounts.items():
        page = text(client.get(f"/reports/open-items?bucket={bucket}&currency=EUR"))
        found = re.findall(r'data-label="Number">(\w+)', page)
        assert found == numbers, bucket


def test_every_week_of_cash_expected_leads_to_its_items(sign_in, worked):
    client = sign_in("team_lead")
    page = text(client.get("/dashboard"))
    (soon,) = set(re.findall(r'href="(/reports/expected-items[?]week=soon[^"]*)"', page))
    assert "1,300.00" in text(client.get(soon))
    lines = re.findall(r'href="(/reports/expected-items[?][^"]+)">([^<]+)</a>', text(client.get("/reports/expected")))
    assert len(lines) == 15
    for url, amount in lines:
        listed = text(client.get(url))
        assert ("Nothing is expected then" in listed) if amount == "0.00" else (amount in listed), url
    assert text(client.get("/reports/expected-items?after=nonsense")).count('data-label="Number"') == 3
    assert "Nothing is open" in text(client.get("/reports/expected-items?asof=2020-01-01"))


def test_first_use_has_no_dead_end(sign_in, books):
    assert "Nothing to report yet" in text(sign_in("team_lead").get("/dashboard"))
    assert "Nothing was open" in text(sign_in("team_lead").get("/dashboard?asof=2020-01-01"))
    assert "Nothing was open" in text(sign_in("team_lead").get("/reports/aging"))
    assert "Nothing is open" in text(sign_in("team_lead").get("/reports/open-items"))


@pytest.mark.parametrize(
    "path",
    [
        "/reports", "/reports/aging", "/reports/aging?by=creditor", "/reports/aging?by=currency", "/reports/open-items",
        "/reports/arrears", "/reports/top", "/reports/dso", "/reports/cei", "/reports/expected", "/reports/promises",
        "/reports/expected-items", "/reports/trial-balance", "/reports/journal?from=2026-01-01",
    ],
)  # fmt: skip
def test_every_report_is_a_page_and_a_file(sign_in, worked, path):
    client = sign_in("auditor")
    assert "<h1>" in text(client.get(path, follow=True))
    if path != "/reports":
        sign = "&" if "?" in path else "?"
        response = client.get(f"{path}{sign}format=csv")
        assert response["Content-Type"].startswith("text/csv")
        kind = path.removeprefix("/reports/").partition("?")[0]
        assert re.fullmatch(rf'attachment; filename="{kind}-[0-9-]{{10}}\.csv"', response["Content-Disposition"])
        assert client.get(f"{path}{sign}format=xlsx").content[:2] == b"PK"


def test_an_exported_name_cannot_become_a_formula(sign_in, ctx, books):
    with ctx.open():
        evil = make.Books(books.creditor, make.debtor(ctx, books.creditor, name="=HYPERLINK(1)"))
        make.item(ctx, evil, 100, issued_on=TODAY - timedelta(days=60))
    content = sign_in("team_lead").get("/reports/aging?format=csv").content.decode("utf-8-sig")
    (row,) = list(csv.DictReader(io.StringIO(content)))
    assert row["Customer"] == "'=HYPERLINK(1)"
    assert row["Total"] == "1.00"


def test_a_report_of_another_day_is_of_that_day(sign_in, worked):
    client = sign_in("team_lead")
    assert "1,000.00" in text(client.get("/reports/aging?asof=2026-05-10"))
    assert "books as of" in text(client.get("/dashboard?asof=2026-05-31"))
    known = client.get("/reports/aging?recorded=2020-01-01T00:00:00%2B00:00")
    assert "Nothing was open" in text(known)
    assert "1,600.00" in text(client.get("/reports/aging?recorded=tomorrow&asof=never"))


def test_an_item_opens_in_the_panel_with_what_reduced_it(sign_in, worked):
    client = sign_in("team_lead")
    page = text(client.get("/reports/open-items"))
    url = re.search(r'href="(/reports/items/[^"]+)"', page)[1]
    panel = text(client.get(url, headers={"HX-Request": "true", "HX-Target": "panel"}))
    assert "200.00" in panel
    assert "<html" not in panel
    assert "<html" in text(client.get(url))
    assert client.get("/reports/items/00000000-0000-7000-8000-000000000000").status_code == 404
    assert client.get("/reports/nonsense").status_code == 404


def test_an_imported_item_leads_to_no_document_that_is_not_there(sign_in, ctx, books):
    with ctx.open():
        item = make.item(ctx, books, 100, issued_on=date(2026, 1, 1), number="IMPORTED")
    panel = text(sign_in("team_lead").get(f"/reports/items/{item}"))
    assert "its document is not kept here" in panel
    assert f'href="/invoices/{item}"' not in panel


def test_long_lists_go_on_a_page_at_a_time(sign_in, ctx, books):
    with ctx.open():
        for day in range(60):
            make.item(ctx, books, 100, issued_on=date(2026, 1, 1) + timedelta(days=day), number=f"N{day:02}")
    client = sign_in("team_lead")
    page = text(client.get("/reports/open-items"))
    following = re.search(r'href="([^"]*after=[^"]*)"', page)[1]
    assert "N49" in page
    assert "N50" not in page
    rest = text(client.get(following))
    assert "N50" in rest
    assert "N59" in rest
    assert "N49" not in rest
    assert "N00" in text(client.get("/reports/open-items?after=nonsense"))


def test_the_aging_goes_on_a_page_at_a_time_with_the_sums_of_all_lines_on_each(sign_in, ctx, books):
    with ctx.open():
        for place in range(60):
            one = make.Books(books.creditor, make.debtor(ctx, books.creditor, name=f"Customer {place:02}"))
            make.item(ctx, one, 100_000 - place, issued_on=date(2026, 1, 1))
    client = sign_in("team_lead")
    page = text(client.get("/reports/aging"))
    following = re.search(r'href="([^"]*after=[^"]*)"', page)[1].replace("&amp;", "&")
    rest = text(client.get(following))
    assert "Customer 49" in page
    assert "Customer 50" not in page
    assert "Customer 59" in rest
    assert "Customer 49" not in rest
    for shown in (page, rest):
        assert re.search(r"[15]0 of (<[^>]+>)*60", shown)
        assert "59,982.30" in shown
    assert "Customer 00" in text(client.get("/reports/aging?after=nonsense"))
    total = re.search(r'href="([^"]+)">Total EUR', page)[1].replace("&amp;", "&")
    assert "Customer 00" in text(client.get(total))


def test_the_figures_of_the_plain_reports_lead_to_what_they_sum(sign_in, worked):
    client = sign_in("team_lead")
    for path, name in (("/reports/dso", "Receivable"), ("/reports/cei", "Ending"), ("/reports/top", "Customer")):
        page = text(client.get(path))
        assert name in page
        there = re.search(r'href="(/reports/open-items[^"]+)"', page)[1].replace("&amp;", "&")
        assert "1,400.00" in text(client.get(there)) or "OLD" in text(client.get(there)), path
    page = text(client.get("/reports/top"))
    assert ">Not due<" in page
    assert ">not due<" not in page


def test_overdue_items_and_the_trial_balance_have_one_page_each_with_links_into_their_parts(sign_in, worked):
    client = sign_in("auditor")
    assert client.get("/reports/arrears").url == "/reports/open-items?overdue=1"
    assert client.get("/reports/arrears?asof=2026-05-31").url == "/reports/open-items?overdue=1&asof=2026-05-31"
    assert client.get("/reports/trial-balance").url == f"/ledger?creditor={worked.creditor}"


def test_a_client_sees_its_own_books_only(sign_in, ctx, books):
    with ctx.open():
        make.item(ctx, books, 100_000, issued_on=date(2026, 4, 1), number="MINE")
        other = make.books(ctx, name="Südwind GmbH")
        make.item(ctx, other, 777_700, issued_on=date(2026, 4, 1), number="THEIRS")
    client = sign_in("client", creditor=books.creditor)
    for path in ("/dashboard", "/reports/aging", "/reports/open-items", "/reports/trial-balance"):
        page = text(client.get(path, follow=True))
        assert "7,777.00" not in page, path
        assert "THEIRS" not in page


def test_what_a_client_may_not_open_no_figure_of_its_dashboard_leads_to(sign_in, ctx, books):
    with ctx.open():
        make.item(ctx, books, 100_000, issued_on=date(2026, 4, 1))
        make.payment(ctx, books, 2_500, on=date(2026, 6, 1))
    client = sign_in("client", creditor=books.creditor)
    page = text(client.get("/dashboard"))
    main = page[page.index("<main") : page.index("</main>")]
    for url in set(re.findall(r'href="(/[^"]+)"', main)):
        assert client.get(url, follow=True).status_code == 200, url
    assert 'href="/cash"' not in main


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_nothing_and_nothing_is_too_wide_on_the_reports(open_page, axe, worked, size):
    page = open_page("/dashboard", size=size, role="team_lead")
    site = page.url.removesuffix("/dashboard")
    for path in (
        "/dashboard", "/reports", "/reports/aging", "/reports/open-items", "/reports/dso", "/reports/expected",
        "/reports/expected-items", "/reports/trial-balance", "/reports/journal?from=2026-01-01",
    ):  # fmt: skip
        page.goto(f"{site}{path}")
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


@pytest.fixture
def wide(ctx, worked):
    """Items of a client and of customers with long names: the widest rows that a report has."""
    with ctx.open():
        other = make.creditor(ctx, name="Nordlicht Werkzeugbau und Maschinenhandel GmbH")
        for place in range(3):
            name = f"Kessler Gartenbau und Landschaftspflege {place} GmbH & Co. KG"
            long = make.Books(other, make.debtor(ctx, other, name=name))
            make.item(ctx, long, 9_876_543_210, issued_on=date(2026, 1, 2), number=f"NORD-2026-8001{place}")
    return other


REPORTS = (
    "aging", "aging?by=creditor", "open-items", "arrears", "top", "dso", "cei", "expected", "promises",
    "trial-balance", "journal?from=2026-01-01",
)  # fmt: skip
CUT = """[...document.querySelectorAll("main table")]
    .map(table => [table.getBoundingClientRect().right, table.parentElement.getBoundingClientRect().right])
    .filter(([table, room]) => table > room + 1).length"""


def test_no_report_is_cut_at_the_right_on_a_desk_or_on_paper(open_page, wide):
    page = open_page("/reports", role="team_lead")
    for path in REPORTS:
        books = f"{'&' if '?' in path else '?'}creditor={wide}" if path.startswith(("trial", "journal")) else ""
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(f"{page.url.split('/reports')[0]}/reports/{path}{books}")
        assert page.evaluate(CUT) == 0, path
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 1016, "height": 680})
        assert page.evaluate(CUT) == 0, f"{path} on paper"
        assert page.locator(".nav:visible, .top:visible, .button:visible, .filters:visible").count() == 0, path


@pytest.mark.parametrize("path", ["arrears", "aging", "journal"])
def test_a_wide_report_prints_on_paper_laid_across(open_page, wide, path):
    page = open_page(f"/reports/{path}", role="team_lead")
    box = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages[0].mediabox
    assert box.width > box.height


def test_the_journal_shows_each_entry_once_with_a_link_to_its_sides_and_goes_on_by_pages(sign_in, worked, ctx):
    client = sign_in("team_lead")
    page = text(client.get("/reports/journal?from=2026-01-01"))
    assert "Invoice opened" in page
    assert "open_invoice" not in page
    entry = re.search(r'href="(/ledger/entries/[^"]+)"', page)[1]
    assert "Trade receivables" in text(client.get(entry))
    with ctx.open():
        for day in range(90):
            make.item(ctx, worked, 100, issued_on=date(2026, 1, 1) + timedelta(days=day), number=f"J{day:02}")
    page = text(client.get("/reports/journal?from=2026-01-01"))
    rest = text(client.get(re.search(r'href="([^"]*after=[^"]*)"', page)[1].replace("&amp;", "&")))
    numbers = [set(re.findall(r">(J\d\d)<", one)) for one in (page, rest)]
    assert not numbers[0] & numbers[1]
    assert len(numbers[0] | numbers[1]) == 90
    assert "Nothing was booked" in text(client.get("/reports/journal?from=2030-01-01"))


def test_an_empty_amount_stands_in_its_column_and_a_report_says_client(sign_in, worked, ctx):
    with ctx.open():
        west = make.creditor(ctx, currency="USD", country="US", name="West Inc")
        make.item(ctx, make.Books(west, make.debtor(ctx, west)), 100, issued_on=date(2026, 6, 1), currency="USD")
    client = sign_in("team_lead")
    page = text(client.get("/reports/dso"))
    assert '<td class="num">–</td>' in page
    assert "<td>–</td>" not in page
    page = text(client.get("/reports/top"))
    assert ">Client</th>" in page
    assert ">Creditor</th>" not in page


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("columns", "head"),
    [
        (("Creditor", "Customer", "Currency", "Total"), "Customer"),
        (("Currency", "Week", "From", "To", "Expected"), "Week"),
        (("Currency", "DSO"), "Currency"),
    ],
)
def test_a_card_is_headed_by_what_its_row_is_about(columns, head):
    assert columns[_heads(columns)] == head


def test_an_empty_bucket_of_a_customer_is_no_line_of_its_card(sign_in, worked):
    client = sign_in("team_lead")
    page = text(client.get("/reports/top"))
    (row,) = re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)
    assert '<td class="num" data-label="61-90"></td>' in row
    assert ">0.00<" not in row
    assert ">50.00<" in row
    assert ",0.00," in client.get("/reports/top?format=csv").content.decode()
    assert "0.00" in text(client.get("/reports/expected"))
