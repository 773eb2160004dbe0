"""The processes that run the official rules: replaced when they have grown."""

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


ECHO = """
import os, sys
from fairdue.invoicing.validation.worker import Outcome, receive, send
while True:
    try:
        receive(sys.stdin.buffer)
    except EOFError:
        break
    send(sys.stdout.buffer, Outcome(reason=str(os.getpid())))
"""
"""A validation process that says who it is."""
