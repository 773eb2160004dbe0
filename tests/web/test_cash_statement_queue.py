"""A large bank file goes into the queue, and its page tells how far it is; a refused one keeps its findings."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fairdue.cash.models import BankLine, StatementRun
from fairdue.cash.statement_queue import carry_out
from fairdue.web.cash import statements
from tests import make
from tests.rooms.cash.conftest import TODAY, bank, entry, statement  # noqa: F401

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def clerk(bank, sign_in, monkeypatch):  # noqa: F811
    """A clerk for whom every file is large; the jobs are carried out by the test itself."""
    monkeypatch.setattr(statements, "AT_ONCE", 0)
    monkeypatch.setattr("fairdue.cash.statement_queue.defer", lambda *_, **__: None)
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
    return sign_in("cash_clerk")


def sent(client, content, **fields):
    upload = SimpleUploadedFile("day.xml", content, "application/xml")
    answer = client.post(reverse("web:cash_import"), {"upload": upload, **fields})
    assert answer.status_code == 302
    return answer["Location"]


def carried_out(bank):  # noqa: F811
    with bank.ctx.open():
        row = StatementRun.objects.filter(state="waiting").get()
    permissions = sorted(one.value for one in bank.ctx.permissions)
    carry_out(bank.ctx, run=str(row.id), today=TODAY.isoformat(), permissions=permissions)
    carry_out(bank.ctx, run=str(row.id), today=TODAY.isoformat(), permissions=permissions)
    with bank.ctx.open():
        return StatementRun.objects.get(id=row.id)


def test_a_large_file_is_imported_and_matched_by_the_job(bank, clerk):  # noqa: F811
    url = sent(clerk, statement(entry("119.00", "RE-2026-04711"), entry("5.00", "?", name="Nobody", iban="")))
    assert "Waits for its turn" in clerk.get(url).content.decode()
    part = clerk.get(url, headers={"HX-Request": "true"})
    assert "hx-get" in part.content.decode()
    row = carried_out(bank)
    assert (row.state, row.lines, row.lines_done, len(row.statements)) == ("done", 2, 2, 1)
    with bank.ctx.open():
        assert {line.state for line in BankLine.objects.all()} == {"applied", "proposed"}
    done = clerk.get(url).content.decode()
    assert "2\N{NO-BREAK SPACE}new lines, matched" in done
    assert reverse("web:cash_statement", args=[row.statements[0]]) in done
    assert clerk.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_of_a_long_file_a_second_worker_is_asked_for_help(bank, clerk, monkeypatch):  # noqa: F811
    asked = []
    monkeypatch.setattr("fairdue.cash.statement_queue.CHUNK", 2)
    monkeypatch.setattr("fairdue.cash.statement_queue.defer", lambda _, name, **given: asked.append((name, given)))
    sent(clerk, statement(entry("119.00", "RE-2026-04711"), entry("5.00", "?", name="Nobody", iban="")))
    assert carried_out(bank).lines_done == 2
    wanted = {"creditor": str(bank.creditor), "today": TODAY.isoformat(), "indexed": True}
    assert asked[1:] == [("cash.match", wanted)]


def test_a_file_that_does_not_add_up_is_refused_and_may_be_taken_as_it_is(bank, clerk):  # noqa: F811
    url = sent(clerk, statement(entry("119.00", "RE-2026-04711"), closing="1.00"))
    row = carried_out(bank)
    assert (row.state, row.lines) == ("refused", 0)
    page = clerk.get(url).content.decode()
    assert "Nothing was imported" in page
    assert "Import it as it is" in page
    again = clerk.post(reverse("web:cash_import"), {"file": str(row.file_id), "take": "1", "queue": "1"})
    assert "runs" in again["Location"]
    assert carried_out(bank).state == "done"


def test_a_run_that_is_none_is_not_found(clerk):
    assert clerk.get(reverse("web:cash_statement_run", args=[uuid4()])).status_code == 404
