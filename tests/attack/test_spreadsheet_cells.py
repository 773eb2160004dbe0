"""Names that a spreadsheet would run: in no file that leaves the house does one begin a cell."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from fairdue.collections.statement import as_csv, statement_of
from fairdue.foundation.files import load
from fairdue.foundation.jobs import drain
from fairdue.foundation.tabular.findings import RowFinding, problem_text, write_findings
from fairdue.invoicing.services import make_print_batch
from fairdue.parties.models import Creditor, Debtor
from fairdue.web.reporting.reports import TITLES
from tests import make
from tests.rooms.invoicing.test_delivering import issued, shop
from tests.web.conftest import person, sign_in  # noqa: F401 - fixtures, found by their names

EVIL = '=HYPERLINK("http://evil.example","x")'
BEGINNINGS = (*"=+-@\t\r", "\N{FULLWIDTH EQUALS SIGN}")
REPORTS = ["aging", "open-items", *sorted(TITLES)]


def runs(text):
    """Tell whether a spreadsheet would run a cell: what starts like a formula and is no number."""
    return text.lstrip(" ").startswith(BEGINNINGS) and not text.lstrip("-").replace(".", "", 1).isdigit()


def cells(content):
    return [cell for row in csv.reader(io.StringIO(content)) for cell in row]


@pytest.fixture
def hostile(ctx, books):
    """A client, a customer, an item and money whose names are formulas; U+FFFF is no character of XML."""
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(name=f"{EVIL}\uffff")
        Debtor.objects.filter(id=books.debtor).update(name=f"{EVIL}\uffff\x0b", external_id=EVIL[:40])
        make.item(ctx, books, number=EVIL, issued_on=make.TODAY - timedelta(60))
        make.payment(ctx, books, 500)
    return books


@pytest.mark.parametrize("name", REPORTS)
def test_no_report_carries_a_formula(sign_in, hostile, name):  # noqa: F811
    client = sign_in("admin")
    client.raise_request_exception = False
    where = f"/reports/{name}?creditor={hostile.creditor}&asof={make.TODAY}"
    told = client.get(f"{where}&format=csv")
    assert told.status_code == 200
    assert [cell for cell in cells(told.content.decode("utf-8-sig")) if runs(cell)] == []
    book = client.get(f"{where}&format=xlsx")
    assert book.status_code == 200
    sheet = load_workbook(io.BytesIO(book.content)).active
    assert [cell.value for row in sheet for cell in row if cell.data_type == "f"] == []


def test_the_reports_do_carry_the_names(sign_in, hostile):  # noqa: F811
    told = sign_in("admin").get(f"/reports/open-items?asof={make.TODAY}&format=csv").content.decode("utf-8-sig")
    assert f"'{EVIL}" in cells(told)


def test_a_statement_of_account_carries_no_formula(ctx, hostile):
    with ctx.open():
        told = as_csv(statement_of(ctx, debtor=hostile.debtor, today=make.TODAY))
    assert f"'{EVIL}" in cells(told)
    assert [cell for cell in cells(told) if runs(cell)] == []


@pytest.mark.parametrize("name", ["\t=1+1", "\N{FULLWIDTH EQUALS SIGN}1+1", " =1+1", "@SUM(A1)"])
def test_the_list_for_the_print_shop_carries_no_formula(ctx, books, name):
    shop(ctx, books, delivery="print")
    with ctx.open():
        Debtor.objects.filter(id=books.debtor).update(name=name)
    issued(ctx, books)
    drain()
    with ctx.open():
        _, content = load(ctx, make_print_batch(ctx, creditor=books.creditor, today=make.TODAY))
    index = zipfile.ZipFile(io.BytesIO(content)).read("index.csv").decode()
    assert [cell for cell in cells(index) if runs(cell)] == []


def test_the_problems_of_an_import_carry_no_formula(tmp_path):
    finding = RowFinding(2, EVIL, "x", "column.unknown", "There is no such column.")
    assert problem_text([finding]).startswith("=")
    path = tmp_path / "findings.csv"
    write_findings(path, [EVIL, "name"], [(2, [EVIL, "x"], [finding])])
    assert [cell for cell in cells(path.read_text(encoding="utf-8-sig")) if runs(cell)] == []
