"""Invoices a CPU second: totals and XML, CII with the official rules, whole hybrid PDF with validation.

Run: `.venv/bin/python benchmarks/invoice_files.py [COUNT]`. CPU seconds include the validation process.
"""

from __future__ import annotations

import resource
import sys
import time
from dataclasses import replace
from decimal import Decimal

from fairdue.core.invoice.check import check
from fairdue.core.invoice.model import CreditTransfer, Invoice, PaymentMeans
from fairdue.core.invoice.totals import totals
from fairdue.invoicing.formats import cii, ubl
from fairdue.invoicing.formats.registry import write
from fairdue.invoicing.validation.pool import Pool, self_test, validate
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
    print(f"{name:44} {count / seconds:10.0f}/s  {seconds / count * 1000:8.3f} ms CPU each")


def xml(count: int) -> None:
    """Measure totals with XML, and the check, without any rules."""
    invoices = [five_lines(number) for number in range(count)]
    for name, work in (
        ("totals + UBL", lambda one: ubl.write(one, totals(one))),
        ("totals + CII", lambda one: cii.write(one, totals(one))),
        ("check before issue", check),
    ):
        started = cpu()
        for invoice in invoices:
            work(invoice)
        told(name, count, cpu() - started)


def child_cpu() -> float:
    """Return the CPU seconds of ended child processes."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def validated(name: str, code: str, count: int) -> None:
    """Measure writing and validating; start-up of the process is taken out by a run with few documents."""
    spent = []
    for amount in (5, 5 + count):
        pool = Pool(1)
        assert self_test(pool) == ""
        own, children = cpu(), child_cpu()
        for number in range(amount):
            record = validate(write(code, five_lines(number)).content, pool)
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
