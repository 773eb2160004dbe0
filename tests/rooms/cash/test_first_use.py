"""A fresh tenant gets what its first file needs; the way from files to an export, without a word by hand."""

from __future__ import annotations

import argparse
import csv
import io

import pytest

from fairdue.cli import first_use
from fairdue.cli.main import main
from fairdue.parties.models import Creditor

DEBTORS = (
    "external_id,name,country,city,ibans\nC1,Muster GmbH,DE,Ulm,\nC2,Étoile SARL,FR,Lyon,\nC3,Beispiel AG,DE,Ulm,\n"
)
ITEMS = (
    "number,debtor_external_id,issue_date,due_date,currency,amount,open_amount,paid_date\n"
    "RE-2025-100001,C1,2025-11-01,2025-12-01,EUR,100.00,0.00,2025-12-01\n"
    "RE-2026-100002,C1,2026-01-05,2026-02-04,EUR,238.00,238.00,\n"
    "RE-2026-100003,C2,2026-01-05,2026-02-04,USD,50.00,50.00,\n"
)
RATES = "base,quote,date,rate,source\nUSD,EUR,2026-01-01,0.92,made up\n"
PAST = (
    "payment_ref,date,currency,amount,payer_name,remittance,debtor_external_id,allocations\n"
    "H1,2025-12-01,EUR,90.00,MUSTER HOLDING,RE-2025-100001,C1,RE-2025-100001:100.00|GS-1:-10.00\n"
    "H2,2025-12-02,EUR,12.00,Umweltfonds,+++ 1 +++,,\n"
)
BANK = (
    "date,amount,currency,name,description,reference\n"
    "2026-03-02,238.00,EUR,Muster Holding,danke,B1\n2026-03-02,-9.00,EUR,Bank,fee,B2\n"
    "2026-03-02,5.00,EUR,Umweltfonds,x,B3\n"
)


@pytest.fixture
def run(ctx, monkeypatch, capsys, tmp_path):
    """Write a file and run one command for the tenant of the test; return (exit status, output, errors)."""
    import os

    from fairdue.foundation.models import Tenant

    monkeypatch.setenv("FAIRDUE_PREPARED", os.environ["DATABASE_URL"])
    slug = Tenant.objects.get(id=ctx.tenant).slug

    def call(*words, content=None):
        path = []
        if content is not None:
            path = [str(tmp_path / f"{words[-1]}.csv")]
            (tmp_path / f"{words[-1]}.csv").write_text(content, encoding="utf-8")
        status = main([*words, *path, "--tenant", slug, "--today", "2026-03-02"])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def test_from_files_to_an_export(ctx, run):
    status, _, said = run("import", "debtors", content=DEBTORS)
    assert status == 0
    assert "Creditor MAIN was added: DE, books in EUR." in said
    status, _, said = run("import", "open-items", content=ITEMS)
    assert status == 1
    assert "fairdue import rates" in said
    assert run("import", "rates", content=RATES)[0] == 0
    assert run("import", "open-items", content=ITEMS)[0] == 0
    assert run("import", "payments", content=PAST)[0] == 0
    assert run("bank", "import", content=BANK)[0] == 0
    assert run("cash", "apply")[0] == 0
    rows = {row["payment_ref"]: row for row in csv.DictReader(io.StringIO(run("cash", "export")[1]))}
    assert (rows["B1"]["target"], rows["B1"]["state"]) == ("RE-2026-100002", "applied")
    assert rows["B1"]["reason"].startswith("This name paid for the customer")
    assert (rows["B2"]["target"], rows["B2"]["rule"]) == ("NOT_AR", "none.not_receivable")
    assert rows["B3"]["target"] == "NOT_AR"
    assert run("import", "rates", content=RATES.replace("0.92", "-1"))[0] == 1


def test_a_tenant_with_a_creditor_gets_no_other(ctx, run):
    run("import", "debtors", content=DEBTORS)
    run("import", "debtors", content=DEBTORS)
    with ctx.open():
        assert Creditor.objects.filter(tenant_id=ctx.tenant).count() == 1


def test_a_rate_of_a_currency_with_itself_is_refused(ctx, run):
    run("import", "debtors", content=DEBTORS)
    status, _, said = run("import", "rates", content=RATES.replace("USD,EUR", "EUR,EUR"))
    assert status == 1
    assert "same currency" in said


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        ("name;Land\nA;fr\nB;FR\nC;DE\n", "FR"), ("name,city\nA,Ulm\n", ""), ("", ""), ("country\n\n \n", ""),
        ("PK\x03\x04", ""),
    ],
)  # fmt: skip
def test_the_most_common_value_of_a_column(tmp_path, content, answer):
    path = tmp_path / "x.csv"
    path.write_text(content, encoding="utf-8")
    assert first_use.most_common(path, "country", "land") == answer
    assert first_use.most_common(None, "country") == ""
    assert first_use.most_common(tmp_path / "none.csv", "country") == ""


def test_a_fresh_database_gets_tables_and_a_tenant(monkeypatch, capsys):
    made = []
    monkeypatch.setattr("fairdue.foundation.migrating.migrate_all", lambda: made.append("tables"))
    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.fetchone", lambda _: (True,), raising=False)
    first_use._tables()
    assert made == ["tables"]
    monkeypatch.setattr("fairdue.foundation.models.Tenant.objects.exists", lambda: False)
    monkeypatch.setattr("fairdue.foundation.accounts.tenants.create_tenant", lambda **given: made.append(given["slug"]))
    first_use._tenant(argparse.Namespace(tenant=None, today=None))
    assert made == ["tables", "main"]
    assert "Tenant main was added." in capsys.readouterr().err


def test_a_file_that_is_no_table_says_nothing_about_a_creditor_and_breaks_nothing(tmp_path):
    path = tmp_path / "long.csv"
    path.write_bytes(b"name,country\nA," + b"x" * 200_000)
    assert first_use.most_common(path, "country") == ""
    path.write_bytes(b"name,country\nA,fr\nB,FR\nC,de\n")
    assert first_use.most_common(path, "country") == "FR"
