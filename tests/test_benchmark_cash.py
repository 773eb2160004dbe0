"""The evaluation of cash application is reproducible and counts as its page says."""

from __future__ import annotations

import sys
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.cash.files import write
from benchmarks.cash.generate import REPORT_SEEDS, TUNING_SEEDS, make
from benchmarks.cash.quality import run
from benchmarks.cash.score import Answer, answers, score, truths


@pytest.mark.parametrize("mix", ["europe", "us", "hard", "cold"])
def test_the_same_seed_makes_the_same_day_and_another_another(mix, tmp_path):
    for name, seed in (("one", 1), ("two", 1), ("three", 2)):
        day = make(mix, seed, 40)
        write(tmp_path / name, day.world, day.history, day.payments, as_csv=mix == "us", cold=mix == "cold")
    said = {
        name: [path.read_bytes() for path in sorted((tmp_path / name).iterdir())] for name in ("one", "two", "three")
    }
    assert said["one"] == said["two"] != said["three"]
    assert (tmp_path / "one" / "history.csv").exists() is (mix != "cold")


def test_the_truth_of_a_payment_is_the_whole_payment():
    for mix in ("europe", "us"):
        for paid in make(mix, 3, 200).payments:
            assert sum(part.amount for part in paid.truth) == paid.amount


def test_nothing_is_tuned_on_the_seeds_of_the_report():
    assert not set(TUNING_SEEDS) & set(REPORT_SEEDS)


def test_figures_by_hand(tmp_path):
    (tmp_path / "truth.csv").write_text(
        "payment_ref,target,amount,adjustment,adjustment_kind,case\n"
        "P1,A,10.00,0.00,,plain\nP1,B,5.00,0.00,,plain\nP2,C,9.80,0.20,discount,discount\nP3,D,1.00,0.00,,plain\n"
        "P4,NOT_AR,2.00,0.00,,other\n",
        encoding="utf-8",
    )
    (tmp_path / "export.csv").write_text(
        "payment_ref,target,amount,adjustment,adjustment_kind,confidence,rule,reason,state\n"
        "P1,B,5.00,0.00,,0.9990,r,,applied\nP1,A,10.00,0.00,,0.9990,r,,applied\nP2,C,9.80,0.00,,0.9900,r,,applied\n"
        "P3,D,1.00,0.00,,0.5000,q,,proposed\n",
        encoding="utf-8",
    )
    figures = score(*truths(tmp_path / "truth.csv"), answers(tmp_path / "export.csv"))
    assert (figures.payments, figures.automatic, figures.right, figures.proposed_right) == (4, 2, 1, 2)
    assert (figures.straight_through, figures.precision, figures.cost) == (0.25, 0.5, (2 + 25) / 4)
    assert figures.at_999 == 1
    assert figures.by_rule["r"] == [2, 1, 2, 1]
    assert figures.by_rule[""] == [1, 0, 0, 0]
    assert len(figures.wrong) == 1


def test_no_answer_is_a_manual_look():
    truth = {"P1": Counter({("A", Decimal(1), Decimal(0)): 1})}
    figures = score(truth, {"P1": "plain"}, {"P1": Answer()})
    assert (figures.straight_through, figures.precision, figures.cost) == (0, 0, 1)


@pytest.mark.parametrize("mix", ["europe", "us", "hard", "cold"])
def test_on_small_days_most_payments_go_straight_through_and_hardly_any_is_wrong(mix):
    figures, _, _ = run(make(mix, 5, 300))
    assert figures.straight_through > 0.9
    assert figures.automatic - figures.right <= 3
