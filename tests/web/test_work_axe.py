"""axe on the pages of customers, imports, wordings, cadences, calls and the inbox, with real rows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fairdue.foundation.files import store
from fairdue.foundation.permissions import Permission
from fairdue.invoicing.services import issue_chunk, start_run, write_draft
from fairdue.parties.import_queue import carry_out, queue_import
from tests import make

FILE = b"external_id,name,country\nC1,Acme GmbH,DE\nC2,,DE\n"


@pytest.fixture
def places(ctx, books):
    """Something on every page, and the addresses by a name that a test can carry."""
    from fairdue.collections.services import assign_cadence, open_dispute, save_cadence, save_wording, take_promise
    from fairdue.core.cadence import DEFAULT

    with ctx.open():
        other = make.debtor(ctx, books.creditor, name="Kaufmann KG (alt)")
        late = [
            make.item(ctx, books, 500_00, issued_on=make.TODAY - timedelta(days=60), number=f"RE-2026-{n:05d}")
            for n in range(2)
        ]
        take_promise(ctx, items=late[:1], amount=100_00, promised_on=make.TODAY, today=make.TODAY)
        open_dispute(ctx, item=late[1], reason="price", today=make.TODAY)
        cadence = save_cadence(ctx, name="Slow", ladder=DEFAULT, today=make.TODAY)
        assign_cadence(ctx, creditor=books.creditor, debtor=books.debtor, cadence=cadence, today=make.TODAY)
        save_wording(ctx, template="notice", language="en", subject="Ours", body="Dear {customer}", today=make.TODAY)
        make.payment(ctx, books, 70_00)
        file = store(ctx, content=FILE, name="customers.csv", media_type="text/csv")
        asked = {"kind": "debtors", "file": file.id, "creditor": books.creditor, "today": make.TODAY}
        tried = queue_import(ctx, dry_run=True, **asked)
    told = {"today": make.TODAY.isoformat(), "creditor": "", "permissions": [one.value for one in Permission]}
    carry_out(ctx, run=str(tried), **told)
    with ctx.open():
        waiting = queue_import(ctx, **asked)
        lacking = write_draft(
            ctx, creditor=books.creditor, debtor=books.debtor, content={"lines": []}, currency="EUR", today=make.TODAY
        )
        run = start_run(ctx, drafts=[lacking], today=make.TODAY)
        issue_chunk(ctx, run=run, chunk=0)
    return {
        "customer": books.debtor, "other": other, "file": f"{file.id}/debtors/{books.creditor}", "tried": tried,
        "waiting": waiting, "run": run,
    }  # fmt: skip


CUSTOMER = "timeline items invoices payments promises disputes documents insurance master".split()
PATHS = (
    "/customers", "/customers?state=overdue", "/customers?q=nobody", "/customers/new", "/customers/duplicates",
    *(f"/customers/{{customer}}?tab={tab}" for tab in CUSTOMER),
    "/customers/{customer}/edit", "/customers/merge/{customer}/{other}", "/customers/{customer}/statement/send",
    "/invoices/runs", "/invoices/runs/new", "/invoices/runs/{run}", "/invoices/validate",
    "/imports", "/imports/files/{file}", "/imports/runs/{tried}", "/imports/runs/{waiting}",
    "/wordings", "/wordings/notice/en", "/wordings/formal_notice/de", "/inbox", "/w/{customer}/calling", "/cadences",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_on_a_desk(open_page, axe, places, path):
    page = open_page(path.format(**places))
    assert axe(page) == []
    assert page.complaints == []


@pytest.mark.parametrize(
    "path",
    ["/customers/{customer}?tab=master", "/imports/runs/{tried}", "/wordings/notice/en", "/w/{customer}/calling",
     "/cadences", "/customers", "/invoices/runs/{run}"],
)  # fmt: skip
def test_axe_finds_nothing_and_nothing_is_too_wide_on_a_phone_in_the_dark(open_page, axe, places, path):
    page = open_page(path.format(**places), size="phone", dark=True)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
