"""Files of many invoices at once: each written and judged, one that fails keeps no other back, none kept twice."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import make
from tests.make import LINE

from fairdue.core.findings import refuse
from fairdue.foundation.files import load
from fairdue.foundation.jobs.queue import JOBS
from fairdue.foundation.models import Fact, StoredFile
from fairdue.invoicing import services
from fairdue.invoicing.models import Document
from fairdue.invoicing.services import documents

TODAY = date(2026, 3, 2)


@pytest.fixture
def invoices(ctx, books):
    with ctx.open():
        make.able_to_bill(books, email="ar@nordwind.example", settings={"formats": ["ubl", "cii"], "delivery": "none"})
        drafts = [
            services.write_draft(
                ctx, creditor=books.creditor, debtor=books.debtor, currency="EUR", today=TODAY,
                content={"lines": [LINE], "delivery": {"day": "2026-03-01"}},
            )
            for _ in range(4)
        ]  # fmt: skip
        return services.issue_invoices(ctx, drafts=drafts, today=TODAY)


def render(ctx, invoices):
    JOBS["invoicing.render"].work(ctx, invoices=[str(one) for one in invoices])


def kept(ctx):
    with ctx.open():
        return sorted(Document.objects.values_list("invoice_id", "format"))


def test_every_invoice_is_written_in_every_format_of_its_creditor(ctx, invoices):
    render(ctx, invoices)
    assert kept(ctx) == sorted((one, code) for one in invoices for code in ("cii", "ubl"))
    with ctx.open():
        for document in Document.objects.all():
            stored, content = load(ctx, document.file_id)
            assert (document.state, document.record["sha256"]) == ("valid", stored.sha256)
            assert stored.creditor_id == document.creditor_id
            assert b"RE-2026-0000" in content
        names = set(StoredFile.objects.values_list("name", flat=True))
        assert {"RE-2026-00001.ubl.xml", "RE-2026-00004.cii.xml"} <= names
        assert Fact.objects.filter(type="document.rendered").count() == 8


def test_a_second_job_writes_and_tells_nothing_again(ctx, invoices):
    with ctx.open():
        files = [documents.written_file(one) for one in services.missing_files(ctx, invoices)]
    render(ctx, invoices)
    render(ctx, invoices)
    with ctx.open():
        # A job that was at it at the same time keeps nothing: neither row, file nor fact.
        assert services.keep_documents(ctx, files=files, today=TODAY) == [None] * 8
        assert (Document.objects.count(), StoredFile.objects.count()) == (8, 8)
        assert Fact.objects.filter(type="document.rendered").count() == 8


def test_a_fault_in_one_file_keeps_the_others_and_is_tried_again(ctx, invoices, monkeypatch):
    real = documents.write

    def faulty(code, content, look):
        if code == "cii" and content.number == "RE-2026-00002":
            raise OSError("no space left on device")
        return real(code, content, look)

    with monkeypatch.context() as patched:
        patched.setattr(documents, "write", faulty)
        with pytest.raises(ExceptionGroup, match="could not be written"):
            render(ctx, invoices)
    assert len(kept(ctx)) == 7
    render(ctx, invoices)
    assert len(kept(ctx)) == 8


def test_what_a_format_cannot_carry_is_noted_and_the_rest_is_kept(ctx, invoices, monkeypatch):
    real = documents.write

    def narrow(code, content, look):
        if code == "cii":
            raise refuse("format.narrow", "lines", "This format cannot say that.")
        return real(code, content, look)

    monkeypatch.setattr(documents, "write", narrow)
    for _ in range(2):
        render(ctx, invoices)
    assert {code for _, code in kept(ctx)} == {"ubl"}
    with ctx.open():
        told = Fact.objects.filter(type="document.refused")
        assert [one.payload["format"] for one in told] == ["cii"] * 4
        assert set(told.values_list("subject_id", flat=True)) == set(invoices)


def test_keeping_many_files_asks_no_more_than_keeping_few(ctx, invoices):
    counts = []
    for some in (invoices[:1], invoices[1:]):
        with ctx.open():
            files = [documents.written_file(one) for one in services.missing_files(ctx, some)]
            with CaptureQueriesContext(connection) as asked:
                services.keep_documents(ctx, files=files, today=TODAY)
            counts.append(len(asked))
    assert counts[0] == counts[1]
