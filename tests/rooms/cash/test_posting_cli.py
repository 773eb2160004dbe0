"""Posting on the command line; an advice is stored by a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fairdue.cash.account.uses import propose_uses
from fairdue.cash.models import Remittance
from fairdue.cash.refunding.tasks import open_refund, propose_refund
from fairdue.cli.main import main
from fairdue.foundation.approvals import decide
from fairdue.foundation.models import Tenant
from fairdue.parties import selectors as parties
from tests import make
from tests.rooms.cash.conftest import account_of, import_file, statement
from tests.rooms.cash.test_banks_ask_back import request
from tests.rooms.cash.test_posting import advise, on_account
from tests.rooms.cash.test_refund_answers import answer


@pytest.fixture
def run(bank, monkeypatch, capsys):
    """Run one command of `cash` for the tenant of the test; return its status and what it printed as JSON."""
    monkeypatch.setenv("FAIRDUE_PREPARED", os.environ["DATABASE_URL"])
    slug = Tenant.objects.get(id=bank.ctx.tenant).slug

    def call(*words, as_json=True):
        capsys.readouterr()
        more = ("--json",) if as_json else ()
        status = main(["cash", *words, "--tenant", slug, "--today", "2026-03-02", *more])
        captured = capsys.readouterr()
        return status, json.loads(captured.out) if as_json and captured.out else captured.out + captured.err

    return call


def test_the_policy_is_shown_and_set(run):
    status, shown = run("policy")
    assert (status, shown["late_discount_posted_days"], shown["limits"]["cash_clerk"]) == (0, 0, "5.00")
    words = ("--late-discount-posted-days", "14", "--limit", "cash_clerk=7.50", "--tolerance", "JPY=10,20,1")
    _, shown = run("policy", *words)
    assert (shown["late_discount_posted_days"], shown["limits"]["cash_clerk"]) == (14, "7.50")
    assert shown["tolerances"] == {"JPY": ["10", "20", "1"]}
    assert "payday: 1" in run("policy", as_json=False)[1]
    _, watching = run("policy", "--wrong-cost", "50", "--shadow-until", "2026-12-31")
    assert [watching[name] for name in ("wrong_cost", "shadow", "shadow_until")] == [50, False, "2026-12-31"]
    assert run("policy", "--automatic-from", "9725")[1]["automatic_from"] == 9725
    assert run("policy", "--automatic-from", "cost")[1]["automatic_from"] is None
    assert run("policy", "--automatic-from", "much")[0] == run("policy", "--automatic-from", "400")[0] == 1
    assert run("policy", "--shadow", "on")[1]["shadow_until"] == "2026-12-31"
    assert [run("policy", "--shadow", "off")[1][name] for name in ("shadow", "shadow_until")] == [False, None]
    for wrong in (("--payday", "32"), ("--wrong-cost", "0"), ("--limit", "cash_clerk=much"), ("--tolerance", "EUR=1")):
        assert run("policy", *wrong, as_json=False)[0] == 1


def test_codes_are_set_listed_and_removed(bank, run):
    with bank.ctx.open():
        advise(bank, "QC-3", "110,00")
    assert [row["code"] for row in run("codes", "--unknown")[1]] == ["QC-3"]
    words = ("--set", "QC-3", "--reason", "freight", "--treatment", "fee", "--most", "9.00", "--currency", "EUR")
    _, (row,) = run("codes", *words)
    assert (row["customer"], row["most"]) == ("every customer", "9.00")
    assert run("codes", "--remove", row["id"])[1] == []
    assert run("codes", "--set", "X", "--reason", "mood", as_json=False)[0] == 1
    assert run("codes", "--set", "X", "--reason", "price", "--customer", "nobody", as_json=False)[0] == 1
    assert run("codes", "--remove", "x", as_json=False)[0] == 1


def test_money_on_account_and_refunds_are_listed_and_moved(bank, run):
    with bank.ctx.open():
        line = on_account(bank)
        task = open_refund(bank.ctx, credit=line.credit_id, amount=4000, reason="too much", today=make.TODAY)
        item = make.item(bank.ctx, bank.books, 3000, number="A-1")
        propose_uses(bank.ctx, debtors=[bank.debtor], today=make.TODAY)
    _, (row,) = run("refunds")
    assert row["blocked"] == ["no account: No account is chosen. Add one to the customer, and have it approved."]
    assert run("refunds", "--propose", str(task), as_json=False)[0] == 1
    with bank.ctx.open():
        account_of(bank)
    _, (row,) = run("refunds", "--propose", str(task))
    assert row["state"] == "proposed"
    assert run("refunds", "--propose", str(item), as_json=False)[0] == 1
    _, (row,) = run("account")
    assert (row["unapplied"], row["for"]) == ("100.00", "A-1")
    run("account", "--accept", row["proposal"])
    with bank.ctx.open():
        assert make.residual(item) == 0


def test_approved_refunds_are_ordered_by_a_file(bank, run, tmp_path):
    assert run("refunds", "--order", as_json=False)[0] == 1
    with bank.ctx.open():
        line = on_account(bank)
        account_of(bank)
        waits = propose_refund(bank.ctx, credit=line.credit_id, amount=4000, reason="too much", today=make.TODAY)
        other = replace(bank.ctx, actor="user:00000000-0000-0000-0000-00000000000b")
        decide(other, approval=waits, approve=True, today=make.TODAY)
        code = parties.creditor(bank.ctx, bank.creditor).code
    _, (row,) = run("refunds", "--order", "--creditor", code, "--out", str(tmp_path / "out"))
    assert (row["refunds"], row["amount"], row["left_out"]) == (1, "40.00", [])
    assert b'<InstdAmt Ccy="EUR">40.00</InstdAmt>' in Path(row["file"]).read_bytes()
    assert run("refunds", "--order", "--creditor", code, as_json=False)[0] == 1
    told = tmp_path / "pain002.xml"
    assert run("refunds", "--answers", str(told), as_json=False)[0] == 1
    told.write_bytes(answer(Path(row["file"]).stem, (1, "RJCT", "AC04", "")))
    _, (said,) = run("refunds", "--answers", str(told))
    assert said["answer"] == "rejected"
    _, (waits,) = run("refunds")
    assert (waits["refund"], waits["state"]) == (said["refund"], "open")


def test_recalls_are_read_from_files(run, tmp_path):
    path = tmp_path / "camt056.xml"
    path.write_bytes(request(account="DE00"))
    status, (row,) = run("recalls", str(path))
    assert (status, row["state"], row["amount"]) == (0, "unknown", "119.00")
    assert "1 row" in run("recalls", as_json=False)[1]
    assert run("recalls", str(tmp_path / "none.xml"), as_json=False)[0] == 1


def test_an_advice_is_stored_by_a_process_of_its_own(bank, tmp_path):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        import_file(bank.ctx, statement())
    path = tmp_path / "advice.csv"
    path.write_text("Invoice;Gross;Net\nRE-2026-04711;119,00;119,00\n", encoding="utf-8")
    slug = Tenant.objects.get(id=bank.ctx.tenant).slug
    command = [sys.executable, "-m", "fairdue", "bank", "advice", "--store", str(path), "--tenant", slug, "--today",
               "2026-03-02", "--json"]  # fmt: skip
    environment = {**os.environ, "FAIRDUE_PREPARED": os.environ["DATABASE_URL"]}
    for _ in range(2):  # the same file again changes nothing
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert done.returncode == 0, done.stderr
    with bank.ctx.open():
        (kept,) = Remittance.objects.all()
        assert (kept.amount, kept.state) == (11900, "waiting")
    (told,) = json.loads(done.stdout) or [{"advice": str(kept.id)}]
    assert told["advice"] == str(kept.id)
