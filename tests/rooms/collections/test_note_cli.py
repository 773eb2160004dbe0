"""Notes on the command line: written as facts, read back with who wrote them, refused in words."""

from __future__ import annotations

import io
import json
import os

import pytest

from fairdue.cli.main import main
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.models import Tenant
from fairdue.parties.models import Creditor, Debtor
from tests import make


@pytest.fixture
def run(ctx, books, monkeypatch, capsys):
    monkeypatch.setenv("FAIRDUE_PREPARED", os.environ["DATABASE_URL"])
    slug = Tenant.objects.get(id=ctx.tenant).slug
    with ctx.open():
        Debtor.objects.filter(id=books.debtor).update(external_id="K-77")

    def call(*words):
        capsys.readouterr()
        status = main(["note", *words, "--tenant", slug, "--today", "2026-03-02"])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def test_a_note_is_written_and_read_back_with_who_wrote_it(run, ctx, books, monkeypatch):
    status, out, _ = run("write", "K-77", "Calls only before noon.", "--json")
    assert (status, json.loads(out)) == (0, {"debtor": str(books.debtor)})
    monkeypatch.setattr("sys.stdin", io.StringIO("Ask for Ms Adler.\nShe signs.\n"))
    assert run("write", "K-77", "-")[0] == 0
    rows = json.loads(run("list", "K-77", "--json")[1])
    assert [row["text"] for row in rows] == ["Ask for Ms Adler. She signs.", "Calls only before noon."]
    assert {row["date"] for row in rows} == {"2026-03-02"}
    assert all(row["by"] for row in rows)
    assert "Calls only before noon." in run("list", "K-77")[1]
    with ctx.open():
        facts = logged_facts(ctx, FactFilter(debtor=books.debtor, type="note.written"))
    assert [fact.actor for fact in facts] == ["system:cli", "system:cli"]


@pytest.mark.parametrize(
    ("number", "text", "code"),
    [("K-77", "  ", "note.empty"), ("K-78", "Hello", "debtor.unknown"), ("K-77", "x" * 5000, "note.long")],
)
def test_what_is_no_note_is_refused_in_words(run, number, text, code):
    status, out, err = run("write", number, text)
    assert (status, out) == (1, "")
    assert code in err


def test_two_clients_that_number_alike_are_told_apart(run, ctx):
    with ctx.open():
        other = make.creditor(ctx, name="Lac SA")
        Creditor.objects.filter(id=other).update(code="LAC2")
        twin = make.debtor(ctx, other)
        Debtor.objects.filter(id=twin).update(external_id="K-77")
    assert "debtor.ambiguous" in run("write", "K-77", "Which one?")[2]
    status, out, _ = run("write", "K-77", "This one.", "--creditor", "LAC2", "--json")
    assert (status, json.loads(out)) == (0, {"debtor": str(twin)})
