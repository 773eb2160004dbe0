"""Imports: all or what the caller chose, again is nothing, every problem by row and field."""

import csv
import io
import json
import os
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import make

from fairdue.core.findings import RefusedError
from fairdue.foundation.files import load
from fairdue.foundation.permissions import Permission
from fairdue.foundation.tabular import Profile
from fairdue.foundation.tabular.registry import KINDS, kinds
from fairdue.foundation.verifying import verify_tenant
from fairdue.parties import selectors
from fairdue.parties.imports import (
    delete_profile,
    import_run,
    import_runs,
    profiles,
    read_rows,
    run_import,
    save_profile,
)
from fairdue.receivables import selectors as books
from fairdue.receivables.services import close_period, reverse_allocations

TODAY = date(2026, 3, 2)
DEBTORS = "external_id,name,country,postcode,vat_id,email,ibans,parent_external_id,payment_terms_days,register_id"
ITEMS = "number,debtor_external_id,kind,issue_date,due_date,currency,amount,open_amount,paid_date"


@pytest.fixture
def seller(ctx):
    with ctx.open():
        return make.creditor(ctx)


@pytest.fixture
def bring(ctx, seller, tmp_path):
    """Import lines as a file and return the run."""

    def run(kind, *rows, header=None, who=ctx, creditor=seller, **options):
        path = tmp_path / f"{kind}.csv"
        head = header or {"debtors": DEBTORS, "open-items": ITEMS}[kind]
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        with who.open():
            made = run_import(who, kind=kind, path=path, creditor=creditor, today=TODAY, **options)
            return import_run(who, made)

    return run


def counts(run):
    return run.state, run.created, run.changed, run.unchanged, run.refused


def found(run):
    return [(item.row, item.field, item.code) for item in run.findings]


CUSTOMERS = (
    "C1,Acme GmbH,DE,10115,DE136695976,ap@acme.de,DE89370400440532013000,,14,",
    "C2,Acme Nord GmbH,DE,20095,,,,C1,,",
)


def test_customers_come_in_once_and_again_is_nothing(ctx, seller, bring):
    assert counts(bring("debtors", *CUSTOMERS)) == ("done", 2, 0, 0, 0)
    assert counts(bring("debtors", *CUSTOMERS)) == ("done", 0, 0, 2, 0)
    with ctx.open():
        ids = selectors.debtors_by_external_id(ctx, seller, ["C1", "C2"])
        row = selectors.debtor(ctx, ids["C2"])
        assert (row.parent_id, row.parent_pays, row.payment_terms_days) == (ids["C1"], True, 30)
        assert selectors.debtors_by_ibans(ctx, ["DE89370400440532013000"]) == {"DE89370400440532013000": [ids["C1"]]}


def test_a_changed_row_changes_only_what_the_file_says(ctx, seller, bring):
    bring("debtors", *CUSTOMERS)
    assert counts(bring("debtors", "C1,Acme Europe SE", header="external_id,name")) == ("done", 0, 1, 0, 0)
    with ctx.open():
        row = selectors.debtor(ctx, selectors.debtors_by_external_id(ctx, seller, ["C1"])["C1"])
        assert (row.name, row.email, row.payment_terms_days) == ("Acme Europe SE", "ap@acme.de", 14)
        assert [found.name for found in selectors.search(ctx, "acme eur")] == ["Acme Europe SE"]


def test_doubtful_master_data_is_named_and_kept(ctx, seller, bring):
    run = bring("debtors", "C1,Acme,DE,1,DE123,nobody,DE1,,,banana")
    assert counts(run) == ("done", 1, 0, 0, 0)
    assert {item[1] for item in found(run)} == {"vat_id", "email", "ibans[0]", "postcode", "street", "city"}
    assert all(item.severity == "warning" and item.row == 2 for item in run.findings)
    with ctx.open():
        row = selectors.debtor(ctx, selectors.debtors_by_external_id(ctx, seller, ["C1"])["C1"])
        assert (row.vat_id, row.address_state) == ("DE123", "unchecked")
        assert [number.value for number in selectors.identifiers(ctx, row.id)] == ["banana"]


@pytest.mark.parametrize(
    "rows, expected",
    [
        (["C1,Acme,DE,,,,,C9,,"], [(2, "parent_external_id", "debtor.unknown_parent")]),
        (
            ["C1,A,DE,,,,,C2,,", "C2,B,DE,,,,,C1,,"],
            [(2, "parent_external_id", "debtor.circle"), (3, "parent_external_id", "debtor.circle")],
        ),
        (
            ["C1,A,DE,,,,,C9,,", "C2,B,DE,,,,,C1,,"],
            [(2, "parent_external_id", "debtor.unknown_parent"), (3, "parent_external_id", "debtor.unknown_parent")],
        ),
    ],
)
def test_parents_that_cannot_be_are_refused(bring, rows, expected):
    run = bring("debtors", *rows, valid_only=True)
    assert [item for item, kept in zip(found(run), run.findings, strict=True) if kept.severity == "error"] == expected
    assert run.created == 0


OPEN = (
    "R1,C1,,2026-01-10,2026-02-09,EUR,119.00,,",
    "R2,C1,,2026-01-11,2026-02-10,EUR,200.00,50.00,",
    "R3,C2,invoice,2025-11-01,2025-12-01,EUR,300.00,0.00,2025-12-15",
    "G1,C1,credit_note,2026-02-01,2026-02-01,EUR,40.00,40.00,",
)


def balances(ctx, on=TODAY):
    with ctx.open():
        return sorted((row.open, row.unapplied) for row in books.balances(ctx, as_of=on))


def test_open_items_come_in_with_what_is_open_and_the_books_balance(ctx, seller, bring):
    bring("debtors", *CUSTOMERS)
    assert counts(bring("open-items", *OPEN)) == ("done", 4, 0, 0, 0)
    assert balances(ctx) == [(16900, 4000)]
    assert balances(ctx, date(2025, 12, 14)) == [(30000, 0)]
    with ctx.open():
        trial = {row.code: row.balance for row in books.trial_balance(ctx, creditor=seller, as_of=TODAY)}
        assert sum(trial.values()) == 0
        assert [finding for finding in verify_tenant(ctx) if finding.severity == "error"] == []
        number = selectors.debtors_by_external_id(ctx, seller, ["C1"])["C1"]
        assert {row.number: row.residual for row in books.items(ctx, debtors=[number])} == {"R1": 11900, "R2": 5000}


def test_the_same_items_again_are_nothing_and_changes_are_brought_over(ctx, bring):
    bring("debtors", *CUSTOMERS)
    bring("open-items", *OPEN)
    assert counts(bring("open-items", *OPEN)) == ("done", 0, 0, 4, 0)
    moved = (OPEN[0].replace("2026-02-09", "2026-03-09"), OPEN[1].replace(",50.00,", ",20.00,"))
    assert counts(bring("open-items", *moved)) == ("done", 0, 2, 0, 0)
    assert counts(bring("open-items", *moved)) == ("done", 0, 0, 2, 0)
    assert balances(ctx) == [(13900, 4000)]


@pytest.mark.parametrize(
    "row, expected",
    [
        ("R1,C9,,2026-01-10,2026-02-09,EUR,119.00,,", ("debtor_external_id", "debtor.unknown")),
        ("R1,C1,,2026-01-10,2026-02-09,EUR,120.00,,", ("amount", "open_item.differs")),
        ("R1,C1,,2026-01-10,2026-02-09,USD,119.00,,", ("currency", "open_item.differs")),
        ("R1,C2,,2026-01-10,2026-02-09,EUR,119.00,,", ("debtor_external_id", "open_item.differs")),
        ("R1,C1,credit_note,2026-01-10,2026-02-09,EUR,119.00,,", ("number", "open_item.differs")),
        ("R2,C1,,2026-01-11,2026-02-10,EUR,200.00,60.00,", ("open_amount", "open_item.reopened")),
        ("R9,C1,,2026-01-10,2026-02-09,USD,10.00,,", ("currency", "rate.missing")),
        ("R9,C1,,2025-06-10,2026-02-09,EUR,10.00,,", ("issue_date", "period.closed")),
    ],
)
def test_what_the_books_refuse_is_named_by_row_and_field(ctx, seller, bring, row, expected):
    bring("debtors", *CUSTOMERS)
    bring("open-items", *OPEN)
    with ctx.open():
        close_period(ctx, creditor=seller, month=date(2025, 6, 1), today=TODAY)
    run = bring("open-items", "N1,C1,,2026-01-10,2026-02-09,EUR,5.00,,", row)
    assert counts(run) == ("refused", 1, 0, 0, 1)
    assert found(run) == [(3, *expected)]
    assert balances(ctx) == [(16900, 4000)]
    assert counts(bring("open-items", "N1,C1,,2026-01-10,2026-02-09,EUR,5.00,,", row, valid_only=True))[:2] == (
        "done",
        1,
    )
    assert balances(ctx) == [(17400, 4000)]


def test_a_settled_item_is_reopened_by_taking_the_payment_back(ctx, seller, bring):
    bring("debtors", *CUSTOMERS)
    bring("open-items", *OPEN)
    with ctx.open():
        item = next(row for row in books.items(ctx, creditor=seller) if row.number == "R2")
        group = books.allocations(ctx, item=item.id)[0].group_id
        reverse_allocations(ctx, group=group, effective_on=TODAY, today=TODAY, reason="not paid")
    assert counts(bring("open-items", OPEN[1].replace(",50.00,", ",200.00,"))) == ("done", 0, 0, 1, 0)


def test_a_dry_run_tells_all_and_changes_nothing(ctx, bring):
    run = bring("debtors", *CUSTOMERS, "C3,,DE,,,,,,,", dry_run=True)
    assert counts(run) == ("tried", 2, 0, 0, 1)
    with ctx.open():
        assert selectors.search(ctx, "acme") == []
    assert counts(bring("debtors", *CUSTOMERS)) == ("done", 2, 0, 0, 0)


def test_one_bad_row_refuses_the_file_unless_the_good_ones_are_wanted(ctx, bring):
    rows = (*CUSTOMERS, "=C3,Acme,DE,,,,,,,", "C4,,DE,,,,,,,")
    assert counts(bring("debtors", *rows)) == ("refused", 2, 0, 0, 2)
    with ctx.open():
        assert selectors.search(ctx, "acme") == []
    run = bring("debtors", *rows, valid_only=True)
    assert counts(run) == ("done", 2, 0, 0, 2)
    with ctx.open():
        text = load(ctx, run.findings_file_id)[1].decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))
    assert [(row["row"], row["external_id"]) for row in table] == [("4", "'=C3"), ("5", "C4")]
    assert "formula" in table[0]["problem"]


def test_the_corrected_findings_file_comes_in(ctx, bring, tmp_path):
    run = bring("debtors", *CUSTOMERS, "C4,,DE,,,,,,,", valid_only=True)
    with ctx.open():
        text = load(ctx, run.findings_file_id)[1].decode("utf-8-sig")
    header, row = text.splitlines()
    assert counts(bring("debtors", row.replace("C4,,", "C4,Corrected,"), header=header)) == ("done", 1, 0, 0, 0)


def test_a_file_that_is_none_is_kept_as_refused(ctx, bring):
    run = bring("debtors", "1,2", header="colour,taste")
    assert counts(run) == ("refused", 0, 0, 0, 0)
    assert {item[2] for item in found(run)} == {"column.unknown", "column.missing"}
    with ctx.open():
        assert [kept.id for kept in import_runs(ctx)] == [run.id]


def test_a_file_of_several_chunks_is_stored_as_a_whole_or_not_at_all(ctx, seller, bring, monkeypatch):
    bring("debtors", *CUSTOMERS)
    monkeypatch.setattr("fairdue.foundation.tabular.registry.CHUNK", 2)
    rows = [f"RE-{number},C1,invoice,2026-02-01,2026-03-03,EUR,119.00,{number}.00," for number in range(1, 6)]
    assert counts(bring("open-items", *rows[:4], rows[4].replace("C1", "C9"))) == ("refused", 4, 0, 0, 1)
    with ctx.open():
        assert books.items(ctx, creditor=seller) == []
    assert counts(bring("open-items", *rows)) == ("done", 5, 0, 0, 0)
    assert counts(bring("open-items", *rows)) == ("done", 0, 0, 5, 0)
    with ctx.open():
        assert sorted(item.residual for item in books.items(ctx, creditor=seller)) == [100, 200, 300, 400, 500]


def test_the_database_waits_while_a_long_file_is_read(ctx, bring, monkeypatch):
    """It would end a transaction that is idle for a minute; that of an import may be, and no other."""
    waits = []

    def read(reading, tell=None):
        waits.append(_patience())
        return read_rows(reading, tell)

    monkeypatch.setattr("fairdue.parties.imports.read_rows", read)
    bring("debtors", *CUSTOMERS)
    with ctx.open():
        waits.append(_patience())
    assert waits == ["1h", "1min"]


def _patience():
    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        return cursor.fetchone()[0]


def test_an_import_takes_a_constant_number_of_queries(bring):
    def queries(first, number):
        rows = [f"X{n},Firm {n},DE,10115,,x{n}@x.de,,,," for n in range(first, first + number)]
        with CaptureQueriesContext(connection) as seen:
            bring("debtors", *rows)
        items = [f"I{n},X{n},,2026-01-10,2026-02-09,EUR,10.00,4.00," for n in range(first, first + number)]
        with CaptureQueriesContext(connection) as seen_items:
            bring("open-items", *items)
        return len(seen), len(seen_items)

    assert queries(0, 3) == queries(100, 60)


def test_a_merged_number_brings_its_items_to_the_survivor(ctx, seller, bring):
    from fairdue.parties.services import merge_debtors

    bring("debtors", "C1,Acme,DE,,,,,,,", "C2,Acme,DE,,,,,,,")
    with ctx.open():
        ids = selectors.debtors_by_external_id(ctx, seller, ["C1", "C2"])
        merge_debtors(ctx, survivor=ids["C1"], merged=ids["C2"], today=TODAY)
    bring("open-items", OPEN[2])
    with ctx.open():
        assert [row.debtor_id for row in books.items(ctx, creditor=seller)] == [ids["C1"]]


def test_who_may_not_import_is_refused(ctx, bring):
    who = replace(ctx, permissions=frozenset({Permission.CUSTOMERS_EDIT}))
    with pytest.raises(RefusedError, match=r"imports\.run"):
        bring("debtors", *CUSTOMERS, who=who)


def test_an_unknown_kind_or_creditor_is_refused(ctx, bring, seller):
    with pytest.raises(RefusedError, match="no import of"):
        bring("shoes", "1", header="size")
    with pytest.raises(RefusedError, match="no such creditor"):
        bring("debtors", *CUSTOMERS, creditor=ctx_id())


def ctx_id():
    from fairdue.foundation.ids import uuid7

    return uuid7()


def test_profiles_are_saved_replaced_and_used(ctx, bring):
    profile = Profile(name="datev", columns={"Nr": "external_id", "Wer": "name"})
    with ctx.open():
        save_profile(ctx, kind="debtors", profile=profile, today=TODAY)
        save_profile(ctx, kind="debtors", profile=replace(profile, delimiter=";"), today=TODAY)
        kept = profiles(ctx, "debtors")
        assert [row.profile.delimiter for row in kept] == [";"]
    assert counts(bring("debtors", "C1;Acme", header="Nr;Wer", profile=kept[0].profile))[1] == 1
    with ctx.open():
        delete_profile(ctx, profile=kept[0].id, today=TODAY)
        assert profiles(ctx) == []
        with pytest.raises(RefusedError):
            save_profile(ctx, kind="shoes", profile=profile, today=TODAY)


def test_the_kinds_stand_in_the_order_of_their_import():
    assert [kind.word for kind in kinds()][:3] == ["debtors", "rates", "open-items"]
    assert KINDS["open-items"].after == "customers"


def test_another_tenant_sees_no_run_and_no_profile(ctx, other_ctx, bring):
    run = bring("debtors", *CUSTOMERS)
    with other_ctx.open():
        assert import_run(other_ctx, run.id) is None
        assert import_runs(other_ctx) == []


@pytest.fixture
def fairdue(ctx, seller, monkeypatch, capsys):
    """Run the command line in the test's tenant and return (status, out, err)."""
    from fairdue.cli.main import main
    from fairdue.foundation.models import Tenant

    monkeypatch.setenv("FAIRDUE_PREPARED", os.environ["DATABASE_URL"])
    slug = Tenant.objects.get(id=ctx.tenant).slug

    def run(*arguments):
        status = main(["import", *map(str, arguments), "--tenant", slug, "--today", "2026-03-02"])
        return status, *capsys.readouterr()

    return run


def test_the_command_line_says_what_happened_and_writes_the_findings(fairdue, tmp_path):
    path = tmp_path / "customers.csv"
    path.write_text("\n".join([DEBTORS, *CUSTOMERS, "C4,,DE,,,,,,,"]), encoding="utf-8")
    status, out, err = fairdue("debtors", path)
    assert (status, "Refused" in out) == (1, True)
    assert "Row 4, name: Is required but empty. [field.missing]" in err
    assert (tmp_path / "customers.findings.csv").read_text(encoding="utf-8-sig").splitlines()[1].startswith("C4,")
    assert fairdue("debtors", path, "--dry-run")[0] == 1
    status, out, _ = fairdue("debtors", path, "--valid-only", "--json")
    answer = json.loads(out)
    assert (status, answer["created"], answer["refused"], answer["state"]) == (0, 2, 1, "done")
    assert fairdue("debtors", tmp_path / "none.csv")[0] == 2


def test_the_command_line_takes_a_profile_by_name_or_file(fairdue, ctx, tmp_path):
    path, stored = tmp_path / "c.csv", tmp_path / "p.json"
    path.write_text("Nr;Wer\nC1;Acme\n", encoding="utf-8")
    profile = Profile(name="mine", columns={"Nr": "external_id", "Wer": "name"})
    stored.write_text(json.dumps(profile.as_json()), encoding="utf-8")
    with ctx.open():
        save_profile(ctx, kind="debtors", profile=profile, today=TODAY)
    assert fairdue("debtors", path)[0] == 1
    assert fairdue("debtors", path, "--profile", "mine")[0] == 0
    assert fairdue("debtors", path, "--profile", stored)[0] == 0
    assert fairdue("debtors", path, "--profile", "other")[0] == 1
    stored.write_text("{", encoding="utf-8")
    assert fairdue("debtors", path, "--profile", stored)[0] == 1


def test_with_several_creditors_one_must_be_named(fairdue, ctx, tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("external_id,name\nC1,Acme\n", encoding="utf-8")
    with ctx.open():
        other = make.creditor(ctx)
        code = selectors.creditor(ctx, other).code
    status, _, err = fairdue("debtors", path)
    assert (status, "--creditor" in err) == (1, True)
    assert fairdue("debtors", path, "--creditor", code)[0] == 0
