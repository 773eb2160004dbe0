"""Imports in a real browser: a file of 500 rows with faults, its findings, the corrected file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from fairdue.foundation.jobs import drain
from fairdue.parties.services import DebtorDraft, create_debtors
from fairdue.receivables.models import OpenItem
from tests import make

HEADER = "Rechnung;Kundennummer;Rechnungsdatum;Fällig;Währung;Betrag"


def row(number, amount="1.234,50", due="15.04.2026", customer="K-1", currency="EUR"):
    return f"RE-{number:04};{customer};01.03.2026;{due};{currency};{amount}"


@pytest.fixture
def seller(ctx):
    """A client with one customer, Müller."""
    with ctx.open():
        creditor = make.creditor(ctx)
        draft = DebtorDraft(
            creditor, "K-1", "Müller GmbH", country="DE", currency="EUR", street="Weg 1", postcode="20457"
        )
        create_debtors(ctx, debtors=[draft], today=make.TODAY)
    return creditor


def words(page):
    return page.locator("main").inner_text().replace("\xa0", " ")


def press(page, button, onto):
    with page.expect_navigation(url=onto):
        button.click()


def bring(page, seller, content, name="items.csv"):
    """Choose the file, and come to its columns."""
    page.select_option("#kind", "open-items")
    if page.locator("select#creditor").count():
        page.select_option("#creditor", str(seller))
    page.set_input_files("#upload", {"name": name, "mimeType": "text/csv", "buffer": content})
    press(page, page.locator("button:has-text('Continue to the columns')"), "**/imports/files/**")


def tried(page):
    """Try the file and wait for what it would do."""
    press(page, page.locator("button:has-text('Try it, change nothing')"), "**/imports/runs/*")
    return worked(page)


def worked(page):
    """Do what waits in a thread of its own, because the browser keeps a loop in this one; the page turns by itself."""

    def work():
        try:
            return drain(60)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(work).result()
    page.locator("main .band").wait_for()
    return words(page)


def faulty():
    """500 rows as an old system writes them (cp1252, comma), five of them wrong each in another way."""
    rows = [row(at) for at in range(500)]
    rows[10] = row(10, amount="12,5O")
    rows[99] = row(99, due="31.02.2026")
    rows[200] = row(200, customer="K-9")
    rows[321] = row(321, currency="EURO")
    rows[499] = row(499, amount="")
    return "\n".join([HEADER, *rows]).encode("cp1252")


def test_500_rows_in_an_old_encoding_name_each_fault_by_row_and_column_and_come_back_corrected(
    ctx,
    seller,
    open_page,
    sign_in,
):
    page = open_page("/imports", client=sign_in("admin"))
    bring(page, seller, faulty())
    assert "Seems to be comma: 1.234,50" in words(page)
    said = tried(page)
    for row_, column, value, why in (
        (12, "Betrag", "12,5O", "Is not a number with “,” as decimal mark."),
        (101, "Fällig", "31.02.2026", "Is a day that does not exist."),
        (202, "Kundennummer", "K-9", "Is no customer of this creditor; import the customers first."),
        (323, "Währung", "EURO", "Is not a currency of ISO 4217."),
        (501, "Betrag", "", "Is required but empty."),
    ):
        assert f"Row {row_}\t{column}\t{value}\t{why}" in said
    assert "Is not UTF-8; read as Windows-1252." in said
    press(page, page.locator("button:has-text('Import the 495 good rows')"), "**/imports/runs/*")
    assert "495 new, 0 changed, 0 as they were. 5 rows stayed out." in worked(page)
    with page.expect_download() as found:
        page.locator("a:has-text('Refused rows')").click()
    corrected = found.value.path().read_text(encoding="utf-8-sig")
    for wrong, right in (
        ("12,5O", "12,50"), ("31.02.2026", "31.03.2026"), ("K-9", "K-1"), ("EURO", "EUR"), ("EUR;;", "EUR;7,25;"),
    ):  # fmt: skip
        assert wrong in corrected
        corrected = corrected.replace(wrong, right)
    page.goto(f"{page.url.split('/imports')[0]}/imports")
    bring(page, seller, corrected.encode(), "corrected.csv")
    said = tried(page)
    assert "No findings. Every row is clear." in said
    press(page, page.locator("button:has-text('Import 5 rows')"), "**/imports/runs/*")
    assert "5 new, 0 changed, 0 as they were." in worked(page)
    with ctx.open():
        items = OpenItem.objects.filter(creditor_id=seller)
        assert items.count() == 500
        assert sorted(items.values_list("amount", flat=True))[:3] == [725, 1250, 123450]
    assert page.complaints == []


def test_amounts_of_another_decimal_mark_and_broken_letters_are_named_and_never_guessed(
    ctx,
    seller,
    open_page,
    sign_in,
):
    rows = [row(at) for at in range(40)]
    rows[7] = row(7, amount="1,234.50")
    rows[12] = row(12, amount="1,234")
    rows[23] = row(23, amount="1.234.50")
    rows[31] = row(31, customer="M\ufffdller")
    page = open_page("/imports", size="phone", client=sign_in("admin"))
    bring(page, seller, "\n".join([HEADER, *rows, ""]).encode())
    said = tried(page)
    for wanted in ("Row 14", "1,234", "Row 25", "1.234.50", "Row 33", "M\ufffdller", "Writes its values in two ways"):
        assert wanted in said
    assert "Import the 37 good rows" in said
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    with ctx.open():
        assert not OpenItem.objects.filter(creditor_id=seller).exists()
    page.locator("a:has-text('Back to the columns')").click()
    page.wait_for_url("**/imports/files/**?run=*")
    assert page.locator("#decimal_mark").input_value() == ""
    assert page.complaints == []
