"""A small pool of validation processes, and the one function that asks it.

The pool proves itself before its first verdict: a sound and a broken sample must be told apart, else every
answer is "not checked" and says why. A process that dies is replaced once for each document.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from concurrent.futures.process import BrokenProcessPool
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from lxml import etree

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.totals import totals
from fairdue.invoicing.formats import cii, ubl
from fairdue.invoicing.formats.registry import recognise
from fairdue.invoicing.formats.tree import parse
from fairdue.invoicing.validation.packs import SCHEMAS, Pack, pack
from fairdue.invoicing.validation.record import Record, State, verdict
from fairdue.invoicing.validation.sample import sample
from fairdue.invoicing.validation.worker import Outcome, Task, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LONGEST = 120
"""Seconds that one document may take."""
ATTEMPTS = 2
TASKS_A_PROCESS = 5000


class Pool:
    """Spawned validation processes, started when first needed."""

    def __init__(self, size: int = 1) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._executor: ProcessPoolExecutor | None = None

    def _running(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._executor is None:
                spawn = multiprocessing.get_context("spawn")
                self._executor = ProcessPoolExecutor(self._size, mp_context=spawn, max_tasks_per_child=TASKS_A_PROCESS)
            return self._executor

    def _drop(self) -> None:
        with self._lock:
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=False, cancel_futures=True)

    def ask(self, task: Task) -> Outcome:
        """Return the outcome of one task; a process that dies or hangs gives a reason, not an error."""
        for _ in range(ATTEMPTS):
            try:
                return self._running().submit(run, task).result(LONGEST)
            except BrokenProcessPool:
                self._drop()
            except TookTooLong:
                self._drop()
                return Outcome(reason=f"The rules took longer than {LONGEST} seconds.")
        return Outcome(reason="The process that runs the rules died twice.")

    def ask_many(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield the outcome of each task, in order, all processes busy; failed ones are asked again alone."""
        queue = list(tasks)
        futures = [self._running().submit(run, task) for task in queue]
        for task, future in zip(queue, futures, strict=True):
            try:
                yield future.result(LONGEST)
            except (BrokenProcessPool, TookTooLong):
                self._drop()
                yield self.ask(task)

    def close(self) -> None:
        """End the processes."""
        with self._lock:
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(wait=True)


@cache
def default_pool() -> Pool:
    """Return the pool of this process; FAIRDUE_VALIDATORS sets its size, by default 1."""
    return Pool(int(os.environ.get("FAIRDUE_VALIDATORS", "1")))


def _packs(root: etree._Element, syntax: str) -> tuple[tuple[Pack, ...], str]:
    """Return the packs that judge a document, and what is missing for the verdict."""
    wanted = ["en16931"]
    if b"xrechnung" in etree.tostring(root)[:HEAD]:
        wanted.append("xrechnung")
    found = [pack(rule_set, syntax) for rule_set in wanted]
    missing = [name for name, one in zip(wanted, found, strict=True) if one is None]
    reason = f"The rules are not installed: {', '.join(missing)} for {syntax}." if missing else ""
    return tuple(one for one in found if one is not None), reason


HEAD = 4096
SYNTAX = {"Invoice": "ubl", "CreditNote": "ubl", "CrossIndustryInvoice": "cii"}


def _task(xml: bytes) -> tuple[Task | None, tuple[Pack, ...], str]:
    root = parse(xml)
    kind = etree.QName(root).localname
    packs, reason = _packs(root, SYNTAX[kind])
    schema = SCHEMAS[kind].find()
    if schema is None:
        reason = f"The schema is not installed: {SCHEMAS[kind].name}."
    if reason:
        return None, packs, reason
    return Task(xml, str(schema), tuple(one.path for one in packs)), packs, ""


@cache
def self_test(pool: Pool) -> str:
    """Return why the rules cannot be trusted on this machine, or nothing; asked once for each pool."""
    sound = sample()
    for writer, syntax in ((ubl, "ubl"), (cii, "cii")):
        xml = writer.write(sound, totals(sound))
        task, _, reason = _task(xml)
        if task is None:
            return reason
        broken = Task(xml.replace(b"EUR", b"EUX"), task.schema, task.stylesheets)
        good, bad = pool.ask(task), pool.ask(broken)
        if good.reason or verdict(good.findings) is not State.VALID:
            return good.reason or f"The self-test of the {syntax} rules refused a sound invoice."
        if verdict(bad.findings) is not State.INVALID:
            return f"The self-test of the {syntax} rules passed a broken invoice."
    return ""


def validate(data: bytes, pool: Pool | None = None, *, now: datetime | None = None) -> Record:
    """Return the record of one file of any known format, judged by the official rules.

    `now` is the instant of the check. What is no invoice at all is invalid; what cannot be asked is
    `not_checked` with its reason.
    """
    pool = pool or default_pool()
    moment = now or datetime.now(UTC)
    digest = hashlib.sha256(data).hexdigest()
    try:
        found, xml = recognise(data)
        task, packs, reason = _task(xml)
    except RefusedError as error:
        return Record(State.INVALID, "unknown", digest, (), error.findings, moment)
    reason = reason or self_test(pool)
    if task is None or reason:
        return Record(State.NOT_CHECKED, found.code, digest, packs, (), moment, reason)
    outcome = pool.ask(task)
    state = State.NOT_CHECKED if outcome.reason else verdict(outcome.findings)
    return Record(state, found.code, digest, packs, outcome.findings, moment, outcome.reason)
