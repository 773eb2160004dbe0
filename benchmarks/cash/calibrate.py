"""Count on the tuning seeds how often each rule is right, and write the shipped starting counts.

Run: python -m benchmarks.cash.calibrate [--payments N] [--write]. Ranking depends on the counts, so run it until they
stay. Counts of one signature are capped, so that a made-up world never promises more than a real one can keep.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path

from benchmarks.cash.generate import TUNING_SEEDS, make
from benchmarks.cash.quality import run

from fairdue.core.matching import Policy

PRIORS = Path(__file__).parents[2] / "src/fairdue/core/matching/priors.py"
MIXES = ("europe", "us", "hard", "cold")
MOST = 20_000
HEAD = '''"""How often each rule was right on made-up days: (right, all), by rule and by grade of evidence.

Written by `python -m benchmarks.cash.calibrate --write` from the tuning seeds; docs/rules/matching.md says how they
become a confidence.
"""

from __future__ import annotations

PRIORS: dict[str, tuple[int, int]] = {
'''


def counts(payments: int) -> dict[str, tuple[int, int]]:
    """Return (right, all) of the best proposals of all tuning days by rule and by signature."""
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for mix in MIXES:
        for seed in TUNING_SEEDS:
            day = make(mix, seed, payments)
            figures, proposals, _ = run(day, Policy())
            good = figures.good
            for one in proposals:
                for name in (one.rule, f"{one.rule}/{one.grade}"):
                    found[name][0] += one.payment in good
                    found[name][1] += 1
    return {name: _capped(*pair) for name, pair in sorted(found.items()) if not name.startswith("none.unknown")}


def _capped(right: int, judged: int) -> tuple[int, int]:
    return (right, judged) if judged <= MOST else (right * MOST // judged, MOST)


def main() -> int:
    """Print or write the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--payments", type=int, default=5_000)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    found = counts(args.payments)
    text = (
        HEAD + "".join(f'    "{name}": ({right:_}, {judged:_}),\n' for name, (right, judged) in found.items()) + "}\n"
    )
    if args.write:
        PRIORS.write_text(text, encoding="utf-8")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
