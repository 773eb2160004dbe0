"""A small pool of validation processes, and the one function that asks it.

The pool proves itself before its first verdict: a sound and a broken sample must be told apart, else every
answer is "not checked" and says why. A process that dies is replaced once for each document. The processes
are programs of their own: nothing of the process that asks is forked or imported again. Small documents travel
several at a time, for waking a process costs as much as a fifth of a verdict.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import queue
import resource
import select
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.totals import totals
from fairdue.invoicing.formats import cii, ubl
from fairdue.invoicing.formats.registry import recognise
from fairdue.invoicing.validation.plan import plan
from fairdue.invoicing.validation.record import Record, State, verdict
from fairdue.invoicing.validation.sample import sample
from fairdue.invoicing.validation.worker import Outcome, Task, receive, send

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST = 120
"""Seconds that one document may take."""
ATTEMPTS = 2
TOGETHER = 10
"""Documents of one message at most."""
TOGETHER_BYTES = 256 * 1024
"""Bytes of one message, unless one document alone has more."""
MOST_MEMORY = 270 * 1024**2
"""Bytes above which a process is replaced by a fresh one: SaxonC grows slowly over thousands of documents, and a fresh
process takes some seconds to read the rules."""
LOOK_EACH = 250
"""Documents after which its memory is looked at."""
FOR_PEOPLE = "This file is made for people; official rules judge invoice data only."
NO_RULES = dict.fromkeys(("pdf", "qr-bill", "epc-qr"), FOR_PEOPLE)
COMMAND = [sys.executable, "-m", "fairdue.invoicing.validation"]


class _Process:
    """One validation process, spoken to by pickled messages with their length in front."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._since = 0

    @property
    def worn(self) -> bool:
        """Whether it has answered enough to have paid for its start, and has grown above its limit."""
        if self._since < LOOK_EACH:
            return False
        self._since = 0
        return _resident(self._child.pid) > MOST_MEMORY

    def ask(self, tasks: Sequence[Task]) -> list[Outcome]:
        """Return the answers to some tasks; EOFError when the process dies, TimeoutError when it hangs."""
        sent, answered = self._child.stdin, self._child.stdout
        assert sent is not None
        assert answered is not None
        send(sent, list(tasks))
        if not select.select([answered], [], [], LONGEST)[0]:
            raise TimeoutError
        outcomes: list[Outcome] = receive(answered)
        self._since += len(tasks)
        return outcomes

    def end(self) -> None:
        """End the process and wait for it."""
        self._child.kill()
        self._child.communicate()


def _resident(process: int) -> int:
    """Return the resident memory of a process in bytes, 0 where the system does not tell."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0


def _parts(tasks: Sequence[Task]) -> Iterator[list[Task]]:
    """Yield the tasks in their order, as many as one message takes."""
    part: list[Task] = []
    size = 0
    for task in tasks:
        if part and (len(part) == TOGETHER or size + len(task.xml) > TOGETHER_BYTES):
            yield part
            part, size = [], 0
        part.append(task)
        size += len(task.xml)
    if part:
        yield part


class Pool:
    """Validation processes, each started when first needed and kept."""

    def __init__(self, size: int = 1) -> None:
        self.size = size
        self._free: queue.LifoQueue[_Process | None] = queue.LifoQueue()
        for _ in range(size):
            self._free.put(None)

    def ask(self, task: Task) -> Outcome:
        """Return the outcome of one task; a process that dies or hangs gives a reason, not an error."""
        return self._asked([task])[0]

    def ask_many(self, tasks: Sequence[Task]) -> list[Outcome]:
        """Return the outcome of each task, in order, with all processes busy."""
        parts = list(_parts(tasks))
        if len(parts) == 1 or self.size == 1:
            return [outcome for part in parts for outcome in self._asked(part)]
        with ThreadPoolExecutor(self.size) as threads:
            return [outcome for answers in threads.map(self._asked, parts) for outcome in answers]

    def _asked(self, tasks: Sequence[Task]) -> list[Outcome]:
        """Return the outcomes of tasks of one message; where that fails, each is asked alone."""
        answers = self._tried(tasks)
        if not isinstance(answers, str):
            return answers
        return [Outcome(reason=answers)] if len(tasks) == 1 else [self.ask(one) for one in tasks]

    def _tried(self, tasks: Sequence[Task]) -> list[Outcome] | str:
        """Return the outcomes, or why there are none."""
        process = self._free.get()
        try:
            for _ in range(ATTEMPTS):
                process = process or _Process()
                try:
                    outcomes = process.ask(tasks)
                except TimeoutError:
                    process.end()
                    process = None
                    return f"The rules took longer than {LONGEST} seconds."
                except (EOFError, BrokenPipeError):
                    process.end()
                    process = None
                else:
                    if process.worn:
                        process.end()
                        process = None
                    return outcomes
            return "The process that runs the rules died twice."
        finally:
            self._free.put(process)

    def close(self) -> None:
        """End the processes; the pool may be used again and then starts new ones."""
        for _ in range(self.size):
            process = self._free.get()
            if process is not None:
                process.end()
        for _ in range(self.size):
            self._free.put(None)


@cache
def default_pool() -> Pool:
    """Return the pool of this process; FAIRDUE_VALIDATORS sets its size, by default 1."""
    found = Pool(int(os.environ.get("FAIRDUE_VALIDATORS", "1")))
    atexit.register(found.close)
    return found


@cache
def self_test(pool: Pool) -> str:
    """Return why the rules cannot be trusted on this machine, or nothing; asked once for each pool."""
    sound = sample()
    for writer, syntax in ((ubl, "ubl"), (cii, "cii")):
        wanted = plan(recognise(writer.write(sound, totals(sound))), syntax)
        if wanted.task is None:
            return wanted.reason
        broken = replace(wanted.task, xml=wanted.task.xml.replace(b"EUR", b"EUX"))
        good, bad = pool.ask(wanted.task), pool.ask(broken)
        if good.reason or verdict(good.findings) is not State.VALID:
            return good.reason or f"The self-test of the {syntax} rules refused a sound invoice."
        if verdict(bad.findings) is not State.INVALID:
            return f"The self-test of the {syntax} rules passed a broken invoice."
    return ""


def validate(data: bytes, pool: Pool | None = None, *, now: datetime | None = None, code: str = "") -> Record:
    """Return the record of one file of any known format, judged by the official rules of its day of issue.

    `now` is the instant of the check, `code` the format that the file was written in here, where it was.
    What is no invoice at all is invalid; what cannot be asked is `not_checked` with its reason.
    """
    return validate_many([(data, code)], pool, now=now)[0]


def validate_many(
    files: Sequence[tuple[bytes, str]], pool: Pool | None = None, *, now: datetime | None = None
) -> list[Record]:
    """Return the records of files, each with the format it was written in here or nothing, in order; as `validate`."""
    pool = pool or default_pool()
    moment = now or datetime.now(UTC)
    begun = [_begun(data, code, pool, moment) for data, code in files]
    outcomes = iter(pool.ask_many([task for _, task in begun if task is not None]))
    return [_judged(record, next(outcomes)) if task is not None else record for record, task in begun]


def _begun(data: bytes, code: str, pool: Pool, moment: datetime) -> tuple[Record, Task | None]:
    """Return the record of a file as far as it goes without the rules, and what is to be asked of them."""
    digest = hashlib.sha256(data).hexdigest()
    if code in NO_RULES:
        return Record(State.NOT_CHECKED, code, digest, (), (), moment, NO_RULES[code]), None
    try:
        found = recognise(data, own=bool(code))
    except RefusedError as error:
        return Record(State.INVALID, "unknown", digest, (), error.findings, moment), None
    name = code or found.format.code
    try:
        wanted = plan(found, name)
    except RefusedError as error:
        return Record(State.NOT_CHECKED, name, digest, (), (), moment, str(error)), None
    reason = wanted.reason or self_test(pool)
    if wanted.task is None or reason:
        broken = State.INVALID if wanted.own else State.NOT_CHECKED
        return Record(broken, name, digest, wanted.packs, wanted.own, moment, reason, wanted.day), None
    return Record(State.NOT_CHECKED, name, digest, wanted.packs, (), moment, "", wanted.day), wanted.task


def _judged(record: Record, outcome: Outcome) -> Record:
    state = State.NOT_CHECKED if outcome.reason else verdict(outcome.findings)
    return replace(record, state=state, findings=outcome.findings, reason=outcome.reason)
