"""The import in four steps: upload, columns, try, import; refused rows come back as a file."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from fairdue.foundation.jobs import drain
from fairdue.parties import selectors
from fairdue.parties.imports import import_runs, profiles
from fairdue.parties.models import Debtor
from tests import make

FILE = "Kundennummer;Firma;Land;Memo\nC1;Acme GmbH;DE;x\nC2;;DE;y\n"


@pytest.fixture
def seller(ctx):
    with ctx.open():
        return make.creditor(ctx)


@pytest.fixture
def client(sign_in):
    return sign_in("admin")


def upload(client, seller, content=FILE, kind="debtors"):
    sent = SimpleUploadedFile("customers.csv", content.encode())
    return client.post("/imports", {"kind": kind, "creditor": seller, "upload": sent})


def text(response):
    return response.content.decode()


def form(page_columns, **more):
    fields = {}
    for number, (header, field) in enumerate(page_columns):
        fields |= {f"header-{number}": header, f"field-{number}": field}
    return fields | more


COLUMNS = [("Kundennummer", "external_id"), ("Firma", "name"), ("Land", "country"), ("Memo", "")]


def test_a_file_goes_from_upload_to_result(ctx, seller, client):
    there = upload(client, seller)["Location"]
    page = text(client.get(there))
    assert "Acme GmbH" in page
    assert "Customer number (required)" in page
    tried = client.post(there, form(COLUMNS, name="ours", save="on"))["Location"]
    waits = text(client.get(tried))
    assert "in the queue" in waits
    assert "every 1s" in waits
    part = client.get(tried, headers={"HX-Request": "true"})
    assert "<html" not in text(part)
    assert drain(30)
    assert client.get(tried, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = text(client.get(tried))
    assert "nothing is stored yet" in page
    assert "Is required but empty." in page
    assert "Import the good row" in page
    findings = client.get(f"{tried}/findings")
    assert "C2" in text(findings)
    assert "attachment" in findings["Content-Disposition"]
    with ctx.open():
        assert selectors.search(ctx, "acme") == []
        assert [row.name for row in profiles(ctx, "debtors")] == ["ours"]
    assert client.post(f"{tried}/confirm", {"rows": "all"}).status_code == 302
    done = client.post(f"{tried}/confirm", {"rows": "good"})["Location"]
    assert client.post(f"{tried}/confirm", {"rows": "good"})["Location"] == done
    assert "At work" in text(client.get("/imports"))
    assert drain(30)
    assert "1 new" in text(client.get(done))
    with ctx.open():
        assert [row.name for row in selectors.search(ctx, "acme")] == ["Acme GmbH"]
        assert [run.state for run in import_runs(ctx)] == ["done", "refused", "tried"]
    assert client.post(f"{done}/confirm", {"rows": "all"}).status_code == 409
    assert "customers.csv" in text(client.get("/imports"))
    assert "Read it like" in text(client.get(there))
    assert client.get(f"{there}?profile=ours").status_code == 200


def test_findings_name_the_columns_of_the_file_on_the_page_and_in_the_file(seller, client):
    there = upload(client, seller)["Location"]
    tried = client.post(there, form(COLUMNS))["Location"]
    assert drain(30)
    assert "<td>Firma</td>" in text(client.get(tried))
    assert "Firma: Is required but empty." in text(client.get(f"{tried}/findings"))


def test_who_goes_back_to_the_columns_finds_them_as_they_were_tried(seller, client):
    there = upload(client, seller, "Wer;Nummer\n;C1\n")["Location"]
    tried = client.post(there, form([("Wer", "name"), ("Nummer", "external_id")]))["Location"]
    assert drain(30)
    back = re.search(r'href="([^"]*\?run=[^"]*)"', text(client.get(tried))).group(1)
    page = text(client.get(back))
    assert "Must be solved" not in page
    assert '<option value="external_id" selected>' in page
    assert client.get(f"{there}?run=nonsense").status_code == 404


def test_a_profile_without_a_name_is_asked_for_one_and_nothing_is_lost(ctx, seller, client):
    there = upload(client, seller, "Wer;Nummer\nAcme;C1\n")["Location"]
    page = client.post(there, form([("Wer", "name"), ("Nummer", "external_id")], save="on"))
    assert page.status_code == 422
    assert "Give the profile a name" in text(page)
    assert '<option value="external_id" selected>' in text(page)
    with ctx.open():
        assert not profiles(ctx, "debtors")
        assert not import_runs(ctx)


def test_after_customers_come_open_items_and_not_rates(seller, client):
    there = upload(client, seller, "Kundennummer;Firma;Land\nC1;Acme GmbH;DE\n")["Location"]
    tried = client.post(there, form(COLUMNS[:3]))["Location"]
    assert drain(30)
    done = client.post(f"{tried}/confirm", {"rows": "all"})["Location"]
    assert drain(30)
    assert "Next: Open items" in text(client.get(done))


def test_columns_can_be_read_again_another_way(seller, client):
    there = upload(client, seller, "Wer;Nummer\nAcme;C1\n")["Location"]
    assert "The file has no column for this required field" in text(client.get(there))
    page = client.post(there, form([("Wer", "name"), ("Nummer", "external_id")], again="1"))
    assert page.status_code == 200
    assert "Must be solved" not in text(page)


@pytest.mark.parametrize("missing", ["kind", "creditor", "upload"])
def test_an_incomplete_upload_says_what_is_missing(seller, client, missing):
    fields = {"kind": "debtors", "creditor": seller, "upload": SimpleUploadedFile("a.csv", b"x")}
    del fields[missing]
    assert client.post("/imports", fields).status_code == 422


def test_a_file_that_cannot_be_read_is_told_on_the_columns_page(seller, client):
    there = upload(client, seller, "PK\x03\x04 no zip at all")["Location"]
    page = client.get(there)
    assert page.status_code == 200
    assert "damaged" in text(page)
    tried = client.post(there, {})["Location"]
    assert drain(30)
    assert "cannot be taken as it is" in text(client.get(tried))


def test_another_tenants_file_and_run_are_not_there(other_ctx, seller, client, ctx):
    from fairdue.foundation.files import store

    with other_ctx.open():
        hidden = store(other_ctx, content=b"a;b\n", name="x.csv", media_type="text/csv")
    assert client.get(f"/imports/files/{hidden.id}/debtors/{seller}").status_code == 404
    assert client.get(f"/imports/runs/{hidden.id}").status_code == 404
    assert client.get(f"/imports/files/{hidden.id}/shoes/{seller}").status_code == 404


def test_a_saved_profile_can_be_deleted(ctx, seller, client):
    there = upload(client, seller)["Location"]
    client.post(there, form(COLUMNS, name="ours", save="on"))
    with ctx.open():
        row = profiles(ctx)[0]
    assert client.post(f"/imports/profiles/{row.id}/delete").status_code == 302
    with ctx.open():
        assert profiles(ctx) == []


def test_who_may_not_import_is_told_so(sign_in):
    assert sign_in("auditor").get("/imports").status_code == 403


def test_the_mapping_judges_the_first_rows_and_the_dry_run_reads_them_all(ctx, seller, client):
    many = FILE.splitlines()[0] + "\n" + "".join(f"C{n};Acme {n};DE;x\n" for n in range(3_000)) + '"broken\n'
    there = upload(client, seller, many)["Location"]
    page = text(client.get(there))
    assert "judged by its first 1,999\N{NO-BREAK SPACE}rows" in page
    tried = client.post(there, form(COLUMNS))["Location"]
    assert drain(30)
    assert "The quotes of this row are broken" in text(client.get(tried))


def test_a_file_that_lacks_a_column_is_shown_with_its_numbers_and_refused_with_the_reason(ctx, seller, client):
    rows = "Auftrag;Datum;Waehrung;Menge;Preis\nA-1;20.11.2026;EUR;2;4.800,00\n"
    there = upload(client, seller, rows, "orders")["Location"]
    page = client.get(there)
    assert page.status_code == 200
    assert "1\xa0row" in text(page)
    assert "Must be solved" in text(page)
    assert "Seems to be" in text(page)
    assert text(page).count("leave out") == 5
    assert text(page).count(" selected>") >= 5  # German headers, written without umlauts as well


def test_a_refused_file_leads_back_to_its_columns(ctx, seller, client):
    there = upload(client, seller, "Auftrag;Kundennummer;Menge\nA-1;C1;2\n", "orders")["Location"]
    columns = [("Auftrag", "order_number"), ("Kundennummer", "debtor_external_id"), ("Menge", "quantity")]
    tried = client.post(there, form(columns))["Location"]
    assert drain(30)
    page = text(client.get(tried))
    assert "the findings say why" in page
    assert f'href="{there}?run=' in page


def test_a_file_without_a_currency_gets_one_for_every_row(ctx, seller, client):
    items = "number;debtor_external_id;issue_date;due_date;amount\nR1;C1;2026-01-31;2026-03-02;5,00\n"
    there = upload(client, seller, items, "open-items")["Location"]
    page = text(client.get(there))
    assert 'name="fixed-currency"' in page
    assert 'name="fixed-amount"' not in page
    columns = [(name, name) for name in ("number", "debtor_external_id", "issue_date", "due_date", "amount")]
    asked = form(columns, **{"fixed-currency": "EUR", "name": "no currency", "save": "on"})
    again = text(client.post(there, asked | {"again": "1"}))
    assert 'value="EUR"' in again
    assert "no column for this required field" not in again
    assert client.post(there, asked).status_code == 302
    with ctx.open():
        assert [row.profile.fixed for row in profiles(ctx, "open-items")] == [{"currency": "EUR"}]
    assert 'value="EUR"' in text(client.get(f"{there}?profile=no currency"))


def workbook(*rows):
    made, file = Workbook(), BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(file)
    return file.getvalue()


def through(client, seller, kind, rows):
    """Take a workbook from upload to the end by the columns that were found, as somebody does who only clicks."""
    sent = SimpleUploadedFile("export.xlsx", workbook(*rows))
    there = client.post("/imports", {"kind": kind, "creditor": seller, "upload": sent})["Location"]
    found = re.findall(r'<option value="(\w+)" selected', text(client.get(there)))
    tried = client.post(there, form([(head, found[number]) for number, head in enumerate(rows[0])]))["Location"]
    assert drain(30)
    assert "No findings" in text(client.get(tried))
    done = client.post(f"{tried}/confirm", {"rows": "all"})["Location"]
    assert drain(30)
    return text(client.get(done))


ORDERS = [
    ("Auftragsnummer", "Kundennummer", "Datum", "Währung", "Position", "Bezeichnung", "Menge", "Einzelpreis", "MwSt"),
    ("PO-1", "D-1", date(2026, 3, 2), "EUR", 1, "Milling", 3, 120.5, 19),
    ("PO-1", "D-1", date(2026, 3, 2), "EUR", 2, "Drills", 2, 80, 19),
]
PAYMENTS = [
    ("payment_ref", "date", "currency", "amount", "payer_name", "remittance", "debtor_external_id"),
    ("P-1", date(2026, 3, 9), "EUR", 119.5, "Kunde GmbH", "on account", "D-1"),
]


def test_workbooks_of_orders_and_payments_go_in_with_days_and_numbers_as_cells(ctx, seller, client):
    with ctx.open():
        Debtor.objects.filter(id=make.debtor(ctx, seller)).update(external_id="D-1")
    page = through(client, seller, "orders", ORDERS)
    assert "2 new" in page
    assert "See the orders" in page
    assert "521.50" in text(client.get("/invoices/orders"))
    assert "1 new" in through(client, seller, "payments", PAYMENTS)
