"""The command line does what the screens do, with the same words."""

from __future__ import annotations

import csv
import io
import json

import pytest

from fairdue.cli.main import main
from tests import make
from tests.rooms.cash.conftest import entry, lines, matched, statement


@pytest.fixture
def run(bank, monkeypatch, capsys):
    """Run one command for the tenant of the test; return (exit status, output, errors)."""
    import os

    from fairdue.foundation.models import Tenant

    monkeypatch.setenv("FAIRDUE_PREPARED", os.environ["DATABASE_URL"])
    slug = Tenant.objects.get(id=bank.ctx.tenant).slug

    def call(*arguments):
        status = main([*arguments, "--tenant", slug, "--today", "2026-03-02"])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return call


def table(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_statements_in_and_allocations_out(bank, run, tmp_path):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        make.item(bank.ctx, bank.books, 5000, number="RE-2026-04712")
    path = tmp_path / "march.xml"
    path.write_bytes(
        statement(
            entry("119.00", "RE-2026-04711", reference="B1"),
            entry("49.70", "RE-2026-04712", reference="B2"),
            entry("33.00", "=HYPERLINK()", reference="B3", name="Nobody", iban="FR7630006000011234567890189"),
        )
    )
    assert run("bank", "import", str(path)) == (0, f"march.xml: {_account()}: 3 entries, 3 new lines, adds up\n", "")
    assert json.loads(run("cash", "apply", "--json")[1]) == {"matched": 3, "posted": 2, "waiting": 1}
    rows = table(run("cash", "export")[1])
    assert [(row["payment_ref"], row["target"], row["amount"], row["adjustment"], row["state"]) for row in rows] == [
        ("B1", "RE-2026-04711", "119.00", "0.00", "applied"),
        ("B2", "RE-2026-04712", "49.70", "0.30", "applied"),
        ("B3", "", "33.00", "0.00", "proposed"),
    ]
    assert (rows[1]["adjustment_kind"], rows[1]["rule"]) == ("small_difference", "numbers.small_difference")
    assert 0.99 < float(rows[0]["confidence"]) <= 1
    (waiting,) = table(run("cash", "proposals")[1])
    assert waiting["remittance"] == "'=HYPERLINK()"


def _account():
    from tests.wire.camt_files import ACCOUNT

    return f"{ACCOUNT} EUR"


def test_a_file_that_does_not_add_up_is_refused_with_exit_one(bank, run, tmp_path):
    path = tmp_path / "march.xml"
    path.write_bytes(statement(entry("119.00"), closing="1.00"))
    status, _, errors = run("bank", "import", str(path))
    assert status == 1
    assert "camt.balance.mismatch" in errors
    with bank.ctx.open():
        assert lines(bank.creditor) == []
    assert run("bank", "import", str(path), "--take-findings")[0] == 0
    assert run("bank", "import", str(tmp_path / "none.xml"))[0] == 1


def test_an_item_that_opens_later_is_found_by_the_next_run(bank, run, tmp_path):
    path = tmp_path / "march.xml"
    path.write_bytes(statement(entry("119.00", "RE-2026-04711", name="Nobody")))
    run("bank", "import", str(path))
    assert json.loads(run("cash", "apply", "--json")[1])["waiting"] == 1
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
    assert json.loads(run("cash", "apply", "--json")[1]) == {"matched": 1, "posted": 1, "waiting": 0}


def test_money_on_account_and_money_of_others_have_their_targets(bank, run, tmp_path):
    from fairdue.cash.services import not_receivable, put_on_account
    from fairdue.parties.models import Debtor
    from tests.rooms.cash.conftest import TODAY, import_file

    with bank.ctx.open():
        import_file(bank.ctx, statement(entry("80.00", "a", reference="B1"), entry("5.00", "b", reference="B2")))
        first, second = lines(bank.creditor)
        put_on_account(bank.ctx, line=first.id, debtor=bank.debtor, today=TODAY)
        not_receivable(bank.ctx, line=second.id, reason="tax", today=TODAY)
        external = Debtor.objects.get(id=bank.debtor).external_id
    rows = json.loads(run("cash", "export", "--format", "json")[1])
    assert [(row["target"], row["amount"]) for row in rows] == [(f"ON_ACCOUNT:{external}", "80.00"), ("NOT_AR", "5.00")]


def test_sure_returns_are_settled_from_the_command_line(bank, run):
    from tests.rooms.cash.test_returned_money import back, bring, paid

    with bank.ctx.open():
        paid(bank)
        bring(bank, back("119.00", end_to_end="E2E-7"), back("20.00"))
    answer = json.loads(run("cash", "returns", "--settle", "--json")[1])
    assert answer["waiting"] == 1
    assert [(row["code"], row["amount"], row["items"]) for row in answer["returns"]] == [
        ("AM04", "119.00", "RE-2026-04711")
    ]
    assert "119.00 EUR  AM04 retry  Kaufmann KG RE-2026-04711" in run("cash", "returns")[1]


def test_a_part_of_a_collection_is_taken_back_from_the_command_line(bank, run):
    from fairdue.cash.services import Chosen, change
    from tests.rooms.cash.test_returned_money import back, bring

    with bank.ctx.open():
        first = make.item(bank.ctx, bank.books, 10000, number="A-1001")
        second = make.item(bank.ctx, bank.books, 5000, number="A-1002")
        (line,) = matched(bank, entry("150.00", "collection"))
        if line.state != "applied":
            change(bank.ctx, line=line.id, chosen=[Chosen(first, 10000), Chosen(second, 5000)], today=make.TODAY)
        (out,) = bring(bank, back("53.00", "AC06", iban="DE02500105170137075030"))
    (waiting,) = json.loads(run("cash", "returns", "--json")[1])["lines"]
    assert (waiting["line"], waiting["amount"]) == (str(out.id), "-53.00")
    both = ("cash", "returns", "--line", waiting["line"], "--of", str(line.id))
    assert "That payment paid no A-1003" in run(*both, "--item", "A-1003")[2]
    assert "Name both lines by their id" in run("cash", "returns", "--line", "x")[2]
    assert "0 wait for a person" in run(*both, "--item", "A-1002")[1]
    with bank.ctx.open():
        assert (make.residual(first), make.residual(second)) == (0, 5000)


def test_a_file_that_is_refused_is_named_and_the_others_go_in(bank, run, tmp_path):
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_bytes(statement(entry("119.00")))
    bad.write_bytes(statement(entry("118.00"), closing="1.00"))
    status, told, errors = run("bank", "import", str(bad), str(good))
    assert (status, told) == (1, f"good.xml: {_account()}: 1 entry, 1 new line, adds up\n")
    assert errors.startswith("bad.xml: error: Statement 1: opening")
    assert errors.endswith("1 of 2 files were refused; nothing of them was imported\n")
    with bank.ctx.open():
        assert [line.amount for line in lines(bank.creditor)] == [11900]


def test_direct_debits_are_shown_ordered_and_answered_from_the_command_line(bank, run, tmp_path):
    from fairdue.cash.models import DebitRun, DirectDebit
    from fairdue.foundation.files import load
    from fairdue.parties.models import Creditor
    from tests.rooms.cash import test_direct_debit as debit

    with bank.ctx.open():
        account = debit.account_of(bank.ctx, bank.creditor, bank.debtor)
        Creditor.objects.update(settings={"creditor_identifier": "DE98ZZZ09999999999"})
        debit.add_mandate(
            bank.ctx, debtor=bank.debtor, account=account, signed_on=make.TODAY, today=make.TODAY, reference="M-1"
        )
        debit.due(bank)
        code = Creditor.objects.get().code
    shown = run("cash", "debits", "--creditor", code)[1]
    assert "1 collections, 119.00 EUR on 2026-03-16; nothing was ordered" in shown
    made = json.loads(run("cash", "debits", "--creditor", code, "--make", "--out", str(tmp_path), "--json")[1])
    assert made["file"].endswith(".xml")
    with bank.ctx.open():
        one, ordered = DebitRun.objects.get(), DirectDebit.objects.get()
        path = tmp_path / "answer.xml"
        path.write_bytes(load(bank.ctx, debit.answer(bank, one, (ordered.end_to_end_id, "AM04")))[1])
        assert (tmp_path / f"{one.reference}.xml").read_bytes() == load(bank.ctx, one.file_id)[1]
    assert run("cash", "debit-answers", str(path))[1] == "1 collections rejected\n"


def test_an_advice_is_kept_and_linked(bank, run, tmp_path):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 9800, number="RE-2026-04711")
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04712")
    advice, bank_file = tmp_path / "advice.csv", tmp_path / "march.xml"
    advice.write_bytes(b"Invoice;Net\nRE-2026-04711;98,00\nRE-2026-04712;119,00\n")
    status, out, _ = run("bank", "advice", str(advice), "--store")
    assert (status, out) == (0, f"{advice}: CSV from an unknown payer: waits for its payment\n")
    bank_file.write_bytes(statement(entry("217.00", "Sammelzahlung", reference="B1")))
    run("bank", "import", str(bank_file))
    run("cash", "apply")
    (again,) = json.loads(run("bank", "advice", str(advice), "--store", "--json")[1])
    assert (again["state"], again["link"], again["documents"]) == ("linked", "payer", 2)
    rows = table(run("cash", "export")[1])
    assert [(row["target"], row["amount"], row["rule"]) for row in rows] == [
        ("RE-2026-04711", "98.00", "remittance.exact"), ("RE-2026-04712", "119.00", "remittance.exact"),
    ]  # fmt: skip


def test_rules_and_quality_from_the_command_line(bank, run):
    from tests.rooms.cash.test_bank_rules import added
    from tests.rooms.cash.test_quality import day

    with bank.ctx.open():
        rule = added(bank)
        day(bank)
    (row,) = json.loads(run("cash", "rules", "--json")[1])
    assert (row["rule"], row["name"], row["active"], row["nature"]) == (str(rule), "Wages", True, "salary")
    assert "off" in run("cash", "rules", "--off", str(rule))[1]
    assert "on " in run("cash", "rules", "--on", str(rule))[1]
    assert run("cash", "rules", "--remove", str(rule)) == (0, "", "")
    for wrong in (str(rule), "x"):
        assert run("cash", "rules", "--off", wrong)[0] == 1
    found = json.loads(run("cash", "quality", "--from", "2026-01-01", "--to", "2026-12-31", "--json")[1])
    assert (found["payments"], found["straight_through"], found["precision"]) == (6, "0.1666", "0.5000")
    assert "6 payments, straight through 0.1666" in run("cash", "quality", "--to", "2026-03-31")[1]
    assert "0 payments, straight through ," in run("cash", "quality", "--to", "2020-03-31")[1]
