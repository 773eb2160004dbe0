"""Whether a change of the code decides anything else: every field of every proposal of made-up days.

Run before the change    python -m benchmarks.cash.decisions before.txt
and after it             python -m benchmarks.cash.decisions after.txt --against before.txt

Tuning seeds of all mixes; the exit code is 1 where a proposal differs, and the first of them are printed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.cash.generate import TUNING_SEEDS, make
from benchmarks.cash.payments import MIXES
from benchmarks.cash.quality import run

from fairdue.core.matching import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator

SHOWN = 5


def decisions(seeds: int, payments: int) -> Iterator[str]:
    """Yield one line for each payment: where it comes from, and its proposal with all alternatives."""
    for mix in sorted(MIXES):
        for seed in TUNING_SEEDS[:seeds]:
            for proposal in run(make(mix, seed, payments), Policy())[1]:
                yield f"{mix} {seed} {proposal!r}".replace("\n", " ")


def main() -> int:
    """Write the decisions, and compare them with those that were written before."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--seeds", type=int, default=2, help="how many of the tuning seeds")
    parser.add_argument("--payments", type=int, default=3_000)
    args = parser.parse_args()
    made = list(decisions(args.seeds, args.payments))
    args.out.write_text("\n".join(made), encoding="utf-8")
    if args.against is None:
        return 0
    before = args.against.read_text(encoding="utf-8").split("\n")
    others = [(old, new) for old, new in zip(before, made, strict=True) if old != new]
    print(f"{len(made):,} proposals, {len(others):,} other than before")
    for old, new in others[:SHOWN]:
        print(f"- {old}\n+ {new}")
    return 1 if others else 0


if __name__ == "__main__":
    sys.exit(main())
