"""A small pool of validation processes, and the one function that asks it.

The pool proves itself before its first verdict: a sound and a broken sample must be told apart, else every
answer is "not checked" and says why. A process that dies is replaced once for each document. The processes
are programs of their own: nothing of the process that asks is forked or imported again.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import queue
import select
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
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
from fairdue.invoicing.validation.worker import Outcome, Task, receive, send

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 120
"""Seconds that one document may take."""
ATTEMPTS = 2
COMMAND = [sys.executable, "-m", "fairdue.invoicing.validation"]


class _Process:
    """One validation process, spoken to by pickled messages with their length in front."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, task: Task) -> Outcome:
        """Return the answer to one task; EOFError when the process dies, TimeoutError when it hangs."""
        sent, answered = self._child.stdin, self._child.stdout
        assert sent is not None
        assert answered is not None
        send(sent, task)
        if not select.select([answered], [], [], LONGEST)[0]:
            raise TimeoutError
        outcome: Outcome = receive(answered)
        return outcome

    def end(self) -> None:
        """End the process and wait for it."""
        self._child.kill()
        self._child.communicate()


class Pool:
    """Validation processes, each started when first needed and kept."""

    def __init__(self, size: int = 1) -> None:
        self._size = size
        self._free: queue.LifoQueue[_Process | None] = queue.LifoQueue()
        for _ in range(size):
            self._free.put(None)

    def ask(self, task: Task) -> Outcome:
        """Return the outcome of one task; a process that dies or hangs gives a reason, not an error."""
        process = self._free.get()
        try:
            for _ in range(ATTEMPTS):
                process = process or _Process()
                try:
                    return process.ask(task)
                except TimeoutError:
                    process.end()
                    process = None
                    return Outcome(reason=f"The rules took longer than {LONGEST} seconds.")
                except (EOFError, BrokenPipeError):
                    process.end()
                    process = None
            return Outcome(reason="The process that runs the rules died twice.")
        finally:
            self._free.put(process)

    def ask_many(self, tasks: Sequence[Task]) -> list[Outcome]:
        """Return the outcome of each task, in order, with all processes busy."""
        with ThreadPoolExecutor(self._size) as threads:
            return list(threads.map(self.ask, tasks))

    def close(self) -> None:
        """End the processes; the pool may be used again and then starts new ones."""
        for _ in range(self._size):
            process = self._free.get()
            if process is not None:
                process.end()
        for _ in range(self._size):
            self._free.put(None)


@cache
def default_pool() -> Pool:
    """Return the pool of this process; FAIRDUE_VALIDATORS sets its size, by default 1."""
    found = Pool(int(os.environ.get("FAIRDUE_VALIDATORS", "1")))
    atexit.register(found.close)
    return found


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
