"""An import as a job tells how far it is, is carried out once, and in the name of who asked."""

from dataclasses import replace
from datetime import date

import pytest
from tests import make

from fairdue.core.findings import RefusedError
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.files import load, store
from fairdue.foundation.jobs import drain
from fairdue.foundation.permissions import Permission
from fairdue.parties import import_queue, selectors
from fairdue.parties import imports as engine
from fairdue.parties.import_queue import carry_out, queue_import
from fairdue.parties.imports import import_run, run_import
from fairdue.parties.models import Debtor

TODAY = date(2026, 3, 2)
GOOD = "external_id,name,country\nC1,Acme GmbH,DE\nC2,Beta AG,DE\n"


@pytest.fixture
def seller(ctx):
    with ctx.open():
        return make.creditor(ctx)


@pytest.fixture
def queued(ctx, seller):
    """Queue a file and return the run's id."""

    def queue(text=GOOD, who=ctx, **options):
        with who.open():
            file = store(who, content=text.encode(), name="customers.csv", media_type="text/csv")
            return queue_import(who, kind="debtors", file=file.id, creditor=seller, today=TODAY, **options)

    return queue


def shown(ctx, run):
    with ctx.open():
        return import_run(ctx, run)


def job(run, **change):
    return {
        "run": str(run), "today": TODAY.isoformat(), "creditor": "",
        "permissions": sorted(one.value for one in Permission),
    } | change  # fmt: skip


def test_the_queue_answers_at_once_and_the_worker_carries_out(ctx, queued):
    run = queued()
    assert (shown(ctx, run).state, shown(ctx, run).waiting) == ("waiting", True)
    with ctx.open():
        assert selectors.search(ctx, "acme") == []
    assert drain(30)
    row = shown(ctx, run)
    assert (row.state, row.created, row.rows_done, row.rows, row.stage) == ("done", 2, 2, 2, "")
    with ctx.open():
        facts = logged_facts(ctx, FactFilter(type="import.done"))
        assert [(fact.actor, fact.payload["run"]) for fact in facts] == [(ctx.actor, str(run))]


def test_the_progress_is_told_row_by_row(ctx, queued, monkeypatch):
    told = []
    real = import_queue._tell
    monkeypatch.setattr(engine, "TELL_EVERY", 1)
    monkeypatch.setattr(
        import_queue, "_tell", lambda c, run, **columns: told.append(columns) or real(c, run, **columns)
    )
    run = queued()
    carry_out(replace(ctx, actor="system"), **job(run))
    assert told == [
        {"stage": "reading", "rows": 2}, {"rows_done": 1}, {"rows_done": 2}, {"stage": "storing", "rows_done": 2},
    ]  # fmt: skip


def test_a_job_that_is_repeated_does_nothing_twice(ctx, queued):
    run = queued()
    carry_out(ctx, **job(run))
    carry_out(ctx, **job(run))
    assert drain(30)
    with ctx.open():
        assert Debtor.objects.count() == 2
        assert len(logged_facts(ctx, FactFilter(type="import.done"))) == 1


def test_a_job_that_dies_while_storing_leaves_nothing_and_is_run_again(ctx, queued, monkeypatch):
    run = queued()

    def dies(*args, **kwargs):
        raise ConnectionError("the machine went away")

    with monkeypatch.context() as patched:
        patched.setattr(import_queue, "record_run", dies)
        with pytest.raises(ConnectionError):
            carry_out(ctx, **job(run))
    assert shown(ctx, run).waiting
    with ctx.open():
        assert Debtor.objects.count() == 0
    carry_out(ctx, **job(run))
    assert shown(ctx, run).created == 2


def test_a_try_stores_nothing_and_refused_rows_come_back_as_a_file(ctx, queued):
    text = GOOD + "C3,,DE\n"
    tried = queued(text, dry_run=True)
    refused = queued(text)
    good = queued(text, valid_only=True)
    assert drain(30)
    assert [shown(ctx, one).state for one in (tried, refused, good)] == ["tried", "refused", "done"]
    with ctx.open():
        _, content = load(ctx, shown(ctx, good).findings_file_id)
        assert b"C3" in content
        assert Debtor.objects.count() == 2


def test_a_refusal_of_the_whole_becomes_a_finding_of_the_run(ctx, queued, monkeypatch):
    from fairdue.core.findings import refuse
    from fairdue.foundation.tabular.registry import KINDS

    def refuses(*args):
        raise refuse("period.closed", "happened_on", "The period is closed.")

    monkeypatch.setitem(KINDS, "debtors", replace(KINDS["debtors"], apply=refuses))
    run = queued()
    carry_out(ctx, **job(run))
    row = shown(ctx, run)
    assert (row.state, [finding.code for finding in row.findings]) == ("refused", ["period.closed"])


def test_what_cannot_be_queued_is_refused(ctx, seller, queued):
    with ctx.open():
        file = store(ctx, content=b"x", name="x.csv", media_type="text/csv").id
        for change in ({"kind": "shoes"}, {"creditor": file}):
            with pytest.raises(RefusedError):
                queue_import(ctx, **{"kind": "debtors", "file": file, "creditor": seller, "today": TODAY} | change)
    with pytest.raises(RefusedError):
        queued(who=replace(ctx, permissions=frozenset()))


CLERK = frozenset({Permission.IMPORTS_RUN})
HEAD = "external_id,name,country,city,street,email,credit_limit,payment_terms_days,currency"


@pytest.mark.parametrize(
    ("may", "city", "limit", "kept"),
    [
        (CLERK, "Bonn", 1_000_00, {"city", "street", "credit_limit", "payment_terms_days", "email"}),
        (CLERK | {Permission.CUSTOMERS_EDIT}, "Köln", 1_000_00, {"credit_limit", "payment_terms_days"}),
        (CLERK | {Permission.CREDIT_EDIT}, "Bonn", 9_000_00, {"city", "street", "email"}),
        (CLERK | {Permission.CREDIT_EDIT, Permission.CUSTOMERS_EDIT}, "Köln", 9_000_00, set()),
    ],
)
def test_a_file_changes_no_more_than_its_importer_may_change_by_hand(ctx, seller, tmp_path, may, city, limit, kept):
    def bring(who, row):
        path = tmp_path / "customers.csv"
        path.write_text(f"{HEAD}\n{row}\n", "utf-8")
        with who.open():
            return import_run(who, run_import(who, kind="debtors", path=path, creditor=seller, today=TODAY))

    assert bring(ctx, "C1,Acme GmbH,DE,Bonn,Weg 1,ap@acme.example,1000.00,30,EUR").created == 1
    with ctx.open():
        Debtor.objects.update(address_state="confirmed", email_state="confirmed")
    run = bring(replace(ctx, permissions=may), "C1,Acme GmbH,DE,Köln,Weg 2,new@acme.example,9000.00,60,EUR")
    findings = {finding.field for finding in run.findings if finding.code == "debtor.not_allowed"}
    assert findings == kept
    with ctx.open():
        row = Debtor.objects.get()
    assert (row.city, row.credit_limit) == (city, limit)
    moved = city == "Köln"
    assert (row.address_state == "confirmed", row.email_state == "confirmed") == (not moved, not moved)
