"""Invoices a CPU second: totals and XML, CII with the official rules, whole hybrid PDF with validation.

Run: `.venv/bin/python benchmarks/invoice_files.py [COUNT] [MEMORY]`. CPU seconds include the validation process.
MEMORY documents (3,000 for the record) are written and judged to see how far both processes grow. Neighbours on the
same cores make CPU seconds dearer; each line says how dear they were, against the best of a fixed piece of arithmetic.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from fairdue.core.invoice.check import check
from fairdue.core.invoice.model import CreditTransfer, Invoice, PaymentMeans
from fairdue.core.invoice.totals import totals
from fairdue.invoicing.formats import cii, ubl
from fairdue.invoicing.formats.registry import write
from fairdue.invoicing.validation.pool import TOGETHER, Pool, self_test, validate, validate_many
from fairdue.invoicing.validation.record import State
from fairdue.invoicing.validation.sample import sample


def five_lines(number: int) -> Invoice:
    """Return a five-line invoice that no other number has."""
    base = sample()
    lines = tuple(replace(base.lines[i % 2], id=str(i + 1), price=Decimal(number % 1000 + i)) for i in range(5))
    payment = PaymentMeans("58", "", f"B-{number}", (CreditTransfer("DE75512108001245126199", "Seller"),))
    return replace(base, number=f"B-{number}", lines=lines, payment=payment)


def cpu() -> float:
    """Return the CPU seconds of this process."""
    return time.process_time()


def told(name: str, count: int, seconds: float) -> None:
    """Print one line of the result."""
    dear = arithmetic() / QUIET_MS
    each = f"{count / seconds:10.0f}/s  {seconds / count * 1000:8.3f} ms CPU each"
    print(f"{name:40}{each}; a CPU second is {dear:.2f} times as dear now: {count / seconds * dear:8.0f}/s")


def xml(count: int) -> None:
    """Measure totals with XML, and the check, without any rules."""
    invoices = [five_lines(number) for number in range(count)]
    for name, work in (
        ("totals + UBL", lambda one: ubl.write(one, totals(one))),
        ("totals + CII", lambda one: cii.write(one, totals(one))),
        ("check before issue", check),
    ):
        spent = []
        for _ in range(3):
            started = cpu()
            for invoice in invoices:
                work(invoice)
            spent.append(cpu() - started)
        told(name, count, min(spent))


QUIET_MS = 14.3
"""CPU milliseconds of `arithmetic` at their best on the machine of the record (2 cores)."""


def arithmetic() -> float:
    """Return the CPU milliseconds of a fixed piece of work, the best of many."""
    best = 1e9
    for _ in range(15):
        started = time.process_time()
        total = 0
        for number in range(200_000):
            total += number * number % 7
        best = min(best, time.process_time() - started)
    return best * 1000


def large(lines: int) -> None:
    """Measure how long one document of many lines takes from invoice to verdict."""
    base = five_lines(1)
    many = tuple(replace(base.lines[i % 5], id=str(i + 1)) for i in range(lines))
    document = replace(base, lines=many)
    pool = Pool(1)
    assert self_test(pool) == ""
    for code in ("cii", "ubl"):
        spent = []
        for _ in range(3):
            started = time.monotonic()
            record = validate(write(code, document).content, pool)
            assert record.state is State.VALID, record
            spent.append(time.monotonic() - started)
        print(f"{code.upper()} of {lines} lines, written and judged: {min(spent):.2f} s on the clock")
    pool.close()


def resident(process: int) -> int:
    """Return the resident memory of a process in MB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def memory(count: int) -> None:
    """Write and judge `count` hybrid documents; print the memory of the writing and of the judging process."""
    pool = Pool(1)
    assert self_test(pool) == ""
    for number in range(count):
        record = validate(write("factur-x", five_lines(number)).content, pool, code="factur-x")
        assert record.state is State.VALID, record
        if (number + 1) % max(1, count // 3) == 0:
            judging = [resident(int(one.name)) for one in Path("/proc").iterdir() if _is_child(one)]
            print(f"after {number + 1:5} documents: writing {resident(os.getpid())} MB, judging {judging} MB")
    pool.close()


def _is_child(place: Path) -> bool:
    try:
        return place.name.isdigit() and f"PPid:\t{os.getpid()}\n" in (place / "status").read_text()
    except OSError:
        return False


def child_cpu() -> float:
    """Return the CPU seconds of ended child processes."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def validated(name: str, code: str, count: int) -> None:
    """Measure writing and validating, some at a time as jobs do; start-up is taken out by a run with few documents."""
    spent = []
    for amount in (5, 5 + count):
        pool = Pool(1)
        assert self_test(pool) == ""
        own, children = cpu(), child_cpu()
        for start in range(0, amount, TOGETHER):
            numbers = range(start, min(start + TOGETHER, amount))
            files = [(write(code, five_lines(number)).content, code) for number in numbers]
            for record in validate_many(files, pool):
                assert record.state is State.VALID, record
        own = cpu() - own
        pool.close()
        spent.append(own + child_cpu() - children)
    told(name, count, spent[1] - spent[0])


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    xml(wanted * 10)
    validated("CII + schema + EN 16931 rules", "cii", wanted)
    validated("UBL + schema + EN 16931 rules", "ubl", wanted)
    validated("hybrid PDF + schema + EN 16931 rules", "factur-x", wanted)
    large(2000)
    for count in sys.argv[2:3]:
        memory(int(count))
