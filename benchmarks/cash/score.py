"""Score what a product did with a day's payments against the truth.

Run: python -m benchmarks.cash.score TRUTH.csv EXPORT.csv
The export has the columns of `fairdue cash export`. A payment is right when all its targets, amounts and adjustments
are; it counts as straight through when it is right and no person is needed. Figures are of whole payments.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

AUTOMATIC = frozenset({"applied", "on_account", "not_receivable"})
Part = tuple[str, Decimal, Decimal]


@dataclass(slots=True)
class Answer:
    """What the product made of one payment."""

    parts: Counter[Part] = field(default_factory=Counter)
    confidence: float = 0.0
    rule: str = ""
    automatic: bool = False
    reason: str = ""


@dataclass(slots=True)
class Figures:
    """The figures of one day; shares are of all payments unless said otherwise."""

    payments: int
    automatic: int
    right: int
    """Right and automatic."""
    proposed_right: int
    """Right, automatic or not."""
    at_999: int
    """Payments in the longest run from the surest on whose precision is at least 99.9 %."""
    calibration: float
    """Mean distance between confidence and share of right ones, weighted, in ten bins of automatic postings."""
    cost: float
    """(manual + 25 x wrong) over payments."""
    wrong: list[str]
    by_rule: dict[str, list[int]]
    by_case: dict[str, list[int]]
    good: frozenset[str] = frozenset()
    """Payments whose proposal is right, automatic or not."""

    @property
    def straight_through(self) -> float:
        """Share of payments that are right without a person."""
        return self.right / self.payments

    @property
    def precision(self) -> float:
        """Share of automatic postings that are right."""
        return self.right / max(1, self.automatic)


def truths(path: Path) -> tuple[dict[str, Counter[Part]], dict[str, str]]:
    """Return the true parts and the case of each payment."""
    parts: defaultdict[str, Counter[Part]] = defaultdict(Counter)
    cases = {}
    for row in _rows(path):
        parts[row["payment_ref"]][row["target"], Decimal(row["amount"]), Decimal(row["adjustment"])] += 1
        cases[row["payment_ref"]] = row["case"]
    return dict(parts), cases


def answers(path: Path) -> dict[str, Answer]:
    """Return what the export says of each payment."""
    found: defaultdict[str, Answer] = defaultdict(Answer)
    for row in _rows(path):
        one = found[row["payment_ref"]]
        if row["target"]:
            one.parts[row["target"], Decimal(row["amount"]), Decimal(row["adjustment"])] += 1
        one.confidence, one.rule, one.reason = float(row["confidence"] or 0), row["rule"], row["reason"]
        one.automatic = row["state"] in AUTOMATIC
    return dict(found)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as source:
        return list(csv.DictReader(source))


def score(truth: dict[str, Counter[Part]], cases: dict[str, str], said: dict[str, Answer]) -> Figures:
    """Compare; a payment without an answer is a manual one."""
    by_rule: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    by_case: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    judged, wrong, right_ones = [], [], []
    for ref, parts in truth.items():
        one = said.get(ref) or Answer()
        good = one.parts == parts
        judged.append((one.confidence, good, one.automatic))
        right_ones += [ref] if good else []
        for counts in (by_rule[one.rule], by_case[cases[ref]]):
            counts[0] += 1
            counts[1] += good
            counts[2] += one.automatic
            counts[3] += good and one.automatic
        if one.automatic and not good:
            wrong.append(f"{ref} {cases[ref]} {one.rule} {one.confidence}: said {_told(one.parts)}, is {_told(parts)}")
    automatic = sum(1 for _, _, posted in judged if posted)
    right = sum(1 for _, good, posted in judged if posted and good)
    manual = len(judged) - automatic
    return Figures(
        len(judged), automatic, right, sum(1 for _, good, _ in judged if good), _surest(judged), calibration(judged),
        (manual + 25 * (automatic - right)) / len(judged), wrong, dict(by_rule), dict(by_case), frozenset(right_ones),
    )  # fmt: skip


def _told(parts: Counter[Part]) -> str:
    return ", ".join(f"{target} {amount}" + (f"+{more}" if more else "") for target, amount, more in sorted(parts))


def _surest(judged: list[tuple[float, bool, bool]]) -> int:
    """Return how many payments, whole levels of confidence from the top, are right in at least 99.9 %."""
    levels: defaultdict[float, list[int]] = defaultdict(lambda: [0, 0])
    for confidence, good, _ in judged:
        levels[confidence][0] += 1
        levels[confidence][1] += good
    best = count = right = 0
    for confidence in sorted(levels, reverse=True):
        count, right = count + levels[confidence][0], right + levels[confidence][1]
        if right * 1000 >= count * 999:
            best = count
    return best


def calibration(judged: list[tuple[float, bool, bool]]) -> float:
    """Return the expected calibration error of automatic postings: ten bins of equal size."""
    chosen = sorted((confidence, good) for confidence, good, posted in judged if posted)
    bins = [chosen[len(chosen) * at // 10 : len(chosen) * (at + 1) // 10] for at in range(10)]
    gaps = (abs(sum(sure for sure, _ in one) - sum(good for _, good in one)) for one in bins)
    return sum(gaps) / max(1, len(chosen))


def report(figures: Figures, *, wrong: int = 20) -> str:
    """Return the figures in words."""
    first = (
        f"payments {figures.payments:,}  straight-through {figures.straight_through:.2%}  "
        f"precision {figures.precision:.3%}  automatic {figures.automatic / figures.payments:.2%}  "
        f"postable at 99.9 % {figures.at_999 / figures.payments:.2%}  calibration error {figures.calibration:.4f}  "
        f"cost {figures.cost:.3f}"
    )
    lines = [first, "rule                                all  right  auto  auto right"]
    for title, table in (("", figures.by_rule), ("case", figures.by_case)):
        lines += [title] if title else []
        for name, counts in sorted(table.items(), key=lambda pair: -pair[1][0]):
            lines.append(f"{name or '(none)':32} {counts[0]:6} {counts[1]:6} {counts[2]:6} {counts[3]:6}")
    return "\n".join([*lines, *figures.wrong[:wrong]])


def main() -> int:
    """Print the figures."""
    truth, cases = truths(Path(sys.argv[1]))
    print(report(score(truth, cases, answers(Path(sys.argv[2])))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
