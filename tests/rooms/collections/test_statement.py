"""Statements and the command line say what the books say."""

import argparse
import json
from datetime import date, timedelta

import pytest

from fairdue.cli import collections as cli
from fairdue.collections.services import open_dispute
from fairdue.collections.statement import as_csv, as_html, as_letter, as_text, statement_of
from fairdue.core.findings import RefusedError
from fairdue.foundation.models import Tenant
from tests import make

TODAY = date(2026, 4, 6)


@pytest.fixture
def item(ctx, books):
    with ctx.open():
        make.payment(ctx, books, 5_00)
        return make.item(ctx, books, 100_00, issued_on=TODAY - timedelta(days=40), number="RE-9")


def test_a_statement_shows_open_items_contested_parts_and_money_on_account(ctx, books, item):
    with ctx.open():
        open_dispute(ctx, item=item, reason="price", amount=30_00, today=TODAY)
        found = statement_of(ctx, debtor=books.debtor, today=TODAY)
        with pytest.raises(RefusedError):
            statement_of(ctx, debtor=books.creditor, today=TODAY)
    assert found.totals == {"EUR": 95_00}
    text = as_text(found)
    assert "Saldo: 95,00 EUR" in text
    assert "Bestritten" in text
    assert "30,00 EUR" in text
    assert "RE-9,invoice,2026-02-25,2026-03-27,EUR,100.00,30.00" in as_csv(found)
    assert "-5,00 EUR</td>" in as_html(found)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de-AT", ["Kontoauszug", "Tage überfällig", "Saldo: 95,00 EUR", "Ihr Guthaben", "27.03.2026"]),
        ("fr", ["Relevé de compte", "Jours de retard", "Solde : 95,00 EUR", "à votre crédit", "27/03/2026"]),
        ("en", ["Statement of account", "Days late", "Balance: 95.00 EUR", "to your credit", "27 Mar 2026"]),
        ("pt", ["Statement of account"]),
    ],
)
def test_a_statement_speaks_the_language_of_the_customer(ctx, books, item, language, words):
    from fairdue.parties.models import Debtor

    with ctx.open():
        Debtor.objects.filter(id=books.debtor).update(language=language)
        letter = as_letter(statement_of(ctx, debtor=books.debtor, today=TODAY))
    for word in words:
        assert word in letter.text
        assert word in letter.html
    assert ("contest" in letter.text.lower(), "Bestritten" in letter.text) == (False, False)


def test_a_statement_without_anything_open_says_so(ctx, books):
    with ctx.open():
        letter = as_letter(statement_of(ctx, debtor=books.debtor, today=TODAY))
    assert "Saldo: nichts ist offen" in letter.text
    assert "<table" not in letter.html


def call(ctx, capsys, *words):
    parser = argparse.ArgumentParser()
    cli.register(parser.add_subparsers())
    slug = Tenant.objects.get(id=ctx.tenant).slug
    args = parser.parse_args([*words, "--tenant", slug, "--json"])
    code = args.run(args)
    return code, json.loads(capsys.readouterr().out)


def test_the_command_line_tells_tonight_and_runs_it(ctx, books, item, capsys):
    code, dry = call(ctx, capsys, "collections", "run", "--date", "2026-04-06", "--dry-run")
    assert (code, dry["notices"], dry["totals"]) == (0, 1, {"EUR": "100.00"})
    assert dry["contacts"][0]["items"] == ["RE-9"]
    code, real = call(ctx, capsys, "collections", "run", "--date", "2026-04-06")
    assert (code, real["notices"], real["items"]) == (0, 1, 1)
    assert call(ctx, capsys, "collections", "run", "--date", "2026-04-06")[1]["notices"] == 0
    assert call(ctx, capsys, "collections", "worklist", "--today", "2026-04-06")[1] == {"worklist": []}


def test_a_statement_is_written_by_its_suffix(ctx, books, item, capsys, tmp_path):
    from fairdue.parties.models import Debtor

    with ctx.open():
        external = Debtor.objects.get(id=books.debtor).external_id
    out = tmp_path / "statement.csv"
    assert call(ctx, capsys, "statement", external, "--out", str(out), "--today", "2026-04-06")[0] == 0
    assert "RE-9" in out.read_text()
    with pytest.raises(RefusedError):
        call(ctx, capsys, "statement", external, "--out", str(tmp_path / "x.doc"))
    with pytest.raises(RefusedError):
        call(ctx, capsys, "statement", "nobody", "--out", str(out))
