"""Two workers want the same money: one wins, nothing is lost."""

from __future__ import annotations

from fairdue.cash.bulk import index_missing
from fairdue.cash.models import BankLine, CashApplication
from fairdue.cash.services import accept, run_matching
from fairdue.cash.services.candidates import Candidates
from fairdue.core.findings import RefusedError
from tests import make
from tests.at_once import at_once
from tests.rooms.cash.conftest import TODAY, entry, import_file, lines, matched, open_proposal, statement, verified


def test_two_people_accept_the_same_line_and_one_wins(bank):
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("60.00", "RE-2026-04711", name="Fremd AG"))
        proposal = open_proposal(line.id).id

    def work():
        with bank.ctx.open():
            return accept(bank.ctx, proposal=proposal, today=TODAY)

    answers = at_once(*[work] * 4)
    assert sum(isinstance(answer, RefusedError) for answer in answers) == 3
    with bank.ctx.open():
        assert make.residual(item) == 5900
        assert CashApplication.objects.count() == 1
    assert verified(bank.ctx) == []


def test_two_runs_over_the_same_lines_apply_each_once(bank):
    with bank.ctx.open():
        for at in range(30):
            make.item(bank.ctx, bank.books, 1000 + at, number=f"RE-2026-{10000 + at}")
        import_file(
            bank.ctx, statement(*(entry(f"{(1000 + at) / 100:.2f}", f"RE-2026-{10000 + at}") for at in range(30)))
        )

    def work():
        with bank.ctx.open():
            return run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)

    answers = at_once(work, work)
    assert sum(answer for answer in answers if isinstance(answer, int)) == 30
    with bank.ctx.open():
        assert BankLine.objects.filter(state="applied").count() == 30
    assert verified(bank.ctx) == []


def test_two_runs_of_one_creditor_that_want_the_same_items_give_each_away_once(bank):
    """Each item is paid twice, by payments of different names, which come into different chunks."""
    with bank.ctx.open():
        items = [make.item(bank.ctx, bank.books, 1000 + at, number=f"RE-2026-{10000 + at}") for at in range(24)]
        paid = [
            entry(f"{(1000 + at) / 100:.2f}", f"RE-2026-{10000 + at}", name=f"{who} AG", reference=f"{who}{at}")
            for who in ("Ahorn", "Birke", "Cedar", "Douglasie")
            for at in range(24)
        ]
        import_file(bank.ctx, statement(*paid))

    def work():
        done = 0
        while True:
            with bank.ctx.open():
                count = run_matching(bank.ctx, creditor=bank.creditor, today=TODAY, most=12)
            done += count
            if not count:
                return done

    answers = at_once(work, work, work)
    assert sum(answers) == 96, answers
    with bank.ctx.open():
        assert [make.residual(item) for item in items] == [0] * 24
        assert not BankLine.objects.filter(state="received").exists()
        paying = CashApplication.objects.filter(items=1)
        assert paying.count() == 24
    assert verified(bank.ctx) == []


def test_a_run_that_finds_an_item_taken_decides_anew(bank, monkeypatch):
    """Another run commits between the reading of the items and their posting."""
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        first, second = (entry("119.00", "RE-2026-04711", name=name, reference=name) for name in ("Ahorn", "Birke"))
        import_file(bank.ctx, statement(first, second))
        ahorn, birke = sorted(lines(bank.creditor), key=lambda line: line.payer_name)
        index_missing(bank.ctx, bank.creditor)
    asked = Candidates.ask
    looks = []

    def ask(candidates, decide):
        found = asked(candidates, decide)
        looks.append(found)
        if len(looks) == 1:
            (answer,) = at_once(other)
            assert answer == 1
        return found

    def other():
        with bank.ctx.open():
            return run_matching(bank.ctx, creditor=bank.creditor, today=TODAY, lines=[birke.id], indexed=True)

    monkeypatch.setattr(Candidates, "ask", ask)
    with bank.ctx.open():
        assert run_matching(bank.ctx, creditor=bank.creditor, today=TODAY, lines=[ahorn.id], indexed=True) == 1
        assert len(looks) == 3
        assert make.residual(item) == 0
        assert [BankLine.objects.get(id=one.id).state for one in (ahorn, birke)] == ["proposed", "applied"]
        assert open_proposal(ahorn.id).step == "paid_already"
    assert verified(bank.ctx) == []


def test_the_same_file_imported_twice_at_once_comes_in_once(bank):
    content = statement(*(entry("10.00", f"RE-{at}", reference=f"B{at}") for at in range(20)))

    def work():
        with bank.ctx.open():
            return import_file(bank.ctx, content)

    answers = at_once(work, work)
    assert all(not isinstance(answer, Exception) for answer in answers), answers
    with bank.ctx.open():
        assert len(lines(bank.creditor)) == 20
        assert all(line.credit_id for line in lines(bank.creditor))
    assert verified(bank.ctx) == []
