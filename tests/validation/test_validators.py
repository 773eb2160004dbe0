"""The processes that run the official rules: replaced when they have grown, asked several documents at a time."""

from __future__ import annotations

import sys

from fairdue.invoicing.validation import pool as pool_module
from fairdue.invoicing.validation.worker import Task


def test_a_process_that_has_grown_is_replaced_between_two_documents(monkeypatch):
    monkeypatch.setattr(pool_module, "LOOK_EACH", 2)
    monkeypatch.setattr(pool_module, "MOST_MEMORY", 1)
    monkeypatch.setattr(pool_module, "COMMAND", [sys.executable, "-c", ECHO])
    processes = pool_module.Pool(1)
    try:
        asked = [processes.ask(Task(b"", "", ())).reason for _ in range(5)]
        assert [asked.index(one) for one in asked] == [0, 0, 2, 2, 4]
        monkeypatch.setattr(pool_module, "MOST_MEMORY", 1024**4)
        assert len({processes.ask(Task(b"", "", ())).reason for _ in range(6)}) == 1
        assert pool_module._resident(0) == 0
    finally:
        processes.close()


def test_documents_travel_together_up_to_a_number_and_a_size(monkeypatch):
    monkeypatch.setattr(pool_module, "TOGETHER", 3)
    monkeypatch.setattr(pool_module, "TOGETHER_BYTES", 10)
    small, large = Task(b"1234", "", ()), Task(b"1" * 40, "", ())
    parts = [len(part) for part in pool_module._parts([small, small, small, large, small, *[Task(b"", "", ())] * 4])]
    assert parts == [2, 1, 1, 3, 2]
    assert list(pool_module._parts([])) == []


def test_a_document_that_kills_its_process_takes_no_other_with_it(monkeypatch):
    monkeypatch.setattr(pool_module, "COMMAND", [sys.executable, "-c", ECHO])
    for size in (1, 2):
        processes = pool_module.Pool(size)
        try:
            asked = processes.ask_many([Task(xml, "", ()) for xml in (b"1", b"die", b"2", b"3")] * 4)
            assert [one.reason.isdigit() for one in asked] == [True, False, True, True] * 4
            assert asked[1].reason == "The process that runs the rules died twice."
        finally:
            processes.close()


ECHO = """
import os, sys
from fairdue.invoicing.validation.worker import Outcome, receive, send
while True:
    try:
        tasks = receive(sys.stdin.buffer)
    except EOFError:
        break
    if any(task.xml == b"die" for task in tasks):
        os._exit(1)
    send(sys.stdout.buffer, [Outcome(reason=str(os.getpid()))] * len(tasks))
"""
"""A validation process that says who it is."""
