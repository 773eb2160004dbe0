"""From the bank's file to posted allocations in a real database, in CPU seconds of Python and of PostgreSQL.

Make a day and import it as benchmarks/cash/README.md says (customers, items; not the bank's file), then run

    FAIRDUE_DATA=/the/data/folder python -m benchmarks.cash.throughput FOLDER_OF_THE_DAY [part ...]

Parts, in this order when none is named: `small` (files of 500 lines, each from the file to what is posted), `again`
(one waiting payment matched again), `large` (the whole file; `--lines N` ends after N lines). The ledger changes: a
part is measured once on a copy of the data folder. CPU seconds are those of this process and of the database.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import re
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairdue.cli import base

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = dt.date(2026, 4, 2)
SMALL = 500
_ENTRY = re.compile(r"<Ntry>.*?</Ntry>", re.DOTALL)
_AMOUNT = re.compile(r'<Ntry><Amt Ccy="[A-Z]{3}">([0-9.]+)</Amt><CdtDbtInd>(CRDT|DBIT)')
_CLOSING = re.compile(r"(CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"[A-Z]{3}\">)([0-9.]+)")
_OPENING = re.compile(r"OPBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"[A-Z]{3}\">([0-9.]+)")
_TICKS = os.sysconf("SC_CLK_TCK")


def _cents(text: str) -> int:
    whole, _, rest = text.partition(".")
    return int(whole) * 100 + int(rest or 0)


def small_files(whole: str, size: int) -> Iterator[bytes]:
    """Yield files of `size` entries each out of the largest statement of a file."""
    head, *statements = whole.split("<Stmt>")
    statement = max(statements, key=len)
    start, end = statement.index("<Ntry>"), statement.rindex("</Ntry>") + len("</Ntry>")
    entries = _ENTRY.findall(statement[start:end])
    opening = _OPENING.search(statement)
    assert opening is not None
    for at in range(0, len(entries) - size, size):
        chosen = entries[at : at + size]
        total = _cents(opening[1])
        for amount, sign in (_AMOUNT.match(one).groups() for one in chosen):  # type: ignore[union-attr]
            total += _cents(amount) if sign == "CRDT" else -_cents(amount)
        closing = _CLOSING.sub(rf"\g<1>{total // 100}.{total % 100:02d}", statement[:start])
        named = closing.replace("<Id>", f"<Id>K{at}-", 1)
        yield f"{head}<Stmt>{named}{''.join(chosen)}</Stmt></BkToCstmrStmt></Document>".encode()


class Clock:
    """CPU seconds of this process and of the database's processes, and the time on the clock."""

    def __init__(self, postmaster: int) -> None:
        """Take the process id of the database's first process."""
        self._postmaster = postmaster

    def now(self) -> tuple[float, float, float]:
        """Return (Python's CPU, the database's CPU, clock) in seconds."""
        return time.process_time(), self._database(), time.perf_counter()

    def _database(self) -> float:
        """Count what the processes have used, and those that have ended."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue  # it ended while the folder was read
            first = stat.parent.name == str(self._postmaster)
            if first or fields[1] == str(self._postmaster):
                ticks += sum(map(int, fields[11:15] if first else fields[11:13]))
        return ticks / _TICKS

    def tell(self, words: str, before: tuple[float, float, float], count: int) -> float:
        """Print what was used since `before`; return the CPU seconds."""
        python, database, clock = (after - start for start, after in zip(before, self.now(), strict=True))
        cpu = python + database
        print(
            f"{words}: {count:,} in {python:.1f} + {database:.1f} CPU s (Python + database) = {count / cpu:,.0f} a CPU "
            f"second; {clock:.1f} s on the clock; load {os.getloadavg()[0]:.0f}; "
            f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB",
            flush=True,
        )
        return cpu


class Desk:
    """The creditor of the data folder, and what is done with bank files."""

    def __init__(self) -> None:
        """Start the product."""
        base.start()
        from django.db import connection

        from fairdue.foundation.context import Ctx, TenantId
        from fairdue.foundation.models import Tenant
        from fairdue.parties import selectors as parties

        self.ctx = Ctx(TenantId(Tenant.objects.get().pk), "system:benchmark")
        with self.ctx.open(), connection.cursor() as cursor:
            self.creditor = parties.creditors(self.ctx)[0].id
            cursor.execute("SELECT pg_backend_pid(), (SELECT count(*) FROM open_item)")
            backend, self.items = cursor.fetchone()
        parent = Path(f"/proc/{backend}/stat").read_text().rsplit(")", 1)[1].split()[1]
        self.clock = Clock(int(parent))

    def take_in(self, source: Path) -> int:
        """Import a bank file; return how many lines are new."""
        from fairdue.cash import selectors
        from fairdue.cash.services import import_statements
        from fairdue.foundation.files import store_file

        with self.ctx.open():
            file = store_file(self.ctx, source=source, media_type="application/xml").id
            made = import_statements(self.ctx, file=file, today=TODAY, creditor=self.creditor)
            return sum(one.new_lines for one in selectors.statements(self.ctx, ids=made, limit=len(made)))

    def keys(self) -> None:
        """Let the consumers that keep the keys of the items catch up, as a worker does."""
        from fairdue.cash.bulk import KEEPERS
        from fairdue.foundation.facts.outbox import relay
        from fairdue.foundation.facts.registry import CONSUMERS

        for name in KEEPERS:
            relay(self.ctx.tenant, CONSUMERS[name])

    def match(self, most: int) -> int:
        """Match and post what waits, a chunk a transaction; return how many lines."""
        from fairdue.cash.services import run_matching

        total = 0
        while total < most:
            with self.ctx.open():
                count = run_matching(self.ctx, creditor=self.creditor, today=TODAY, post=True, indexed=True)
            total += count
            if not count:
                break
        return total

    def again(self, line: Any) -> None:
        """Match one waiting payment again."""
        from fairdue.cash.services import run_matching

        with self.ctx.open():
            run_matching(self.ctx, creditor=self.creditor, today=TODAY, lines=[line], post=False, indexed=True)

    def waiting(self, most: int) -> list[Any]:
        """Return lines that wait for a person."""
        from fairdue.cash.models import BankLine

        with self.ctx.open():
            found = BankLine.objects.filter(creditor_id=self.creditor, state="proposed").order_by("id")
            return list(found.values_list("id", flat=True)[:most])


def _percentile(values: list[float], share: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * share // 100)]


def small(desk: Desk, whole: str, files: int) -> None:
    """Measure files of 500 lines, each from the file to what is posted."""
    used: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "bank.xml")
        for at, content in zip(range(files), small_files(whole, SMALL), strict=False):
            source.write_bytes(content)
            before = desk.clock.now()
            lines = desk.take_in(source)
            matched = desk.match(SMALL)
            used.append(desk.clock.tell(f"file {at} of {lines} lines", before, matched))
    print(f"a file of {SMALL} lines against {desk.items:,} items: median {_percentile(used, 50):.2f}, "
          f"95 % {_percentile(used, 95):.2f} CPU s")  # fmt: skip


def again(desk: Desk, most: int) -> None:
    """Measure one payment after the other that waits."""
    used: list[float] = []
    for line in desk.waiting(most):
        before = desk.clock.now()
        desk.again(line)
        used.append(sum(desk.clock.now()[:2]) - sum(before[:2]))
    if used:
        print(f"one of {len(used)} payments matched again: median {1000 * _percentile(used, 50):.0f}, "
              f"95 % {1000 * _percentile(used, 95):.0f} CPU ms")  # fmt: skip


def large(desk: Desk, whole: Path, most: int) -> None:
    """Measure the whole file: import, then match and post."""
    before = desk.clock.now()
    lines = desk.take_in(whole)
    first = desk.clock.tell("import of the file", before, lines)
    before = desk.clock.now()
    matched = desk.match(most)
    second = desk.clock.tell(f"match, post and remember against {desk.items:,} items", before, matched)
    print(f"a line from the file to its allocation: {1000 * (first / lines + second / matched):.2f} CPU ms")


def main() -> int:
    """Run the parts that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("parts", nargs="*", metavar="small|again|large")
    parser.add_argument("--files", type=int, default=20, help="how many small files")
    parser.add_argument("--lines", type=int, default=10**9, help="end the large part after so many lines")
    args = parser.parse_args()
    parts = args.parts or ["small", "again", "large"]
    whole = args.folder / "bank.xml"
    desk = Desk()
    before = desk.clock.now()
    desk.keys()
    desk.clock.tell("keys of open items", before, desk.items)
    if "small" in parts:
        small(desk, whole.read_text(), args.files)
    if "again" in parts:
        again(desk, 60)
    if "large" in parts:
        large(desk, whole, args.lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
