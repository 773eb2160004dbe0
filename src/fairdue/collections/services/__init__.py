"""The door in: every command of collections."""

from __future__ import annotations

from fairdue.collections.services.assigning import Colleague, assign_back, assign_work, colleagues
from fairdue.collections.services.cadences import assign_cadence, save_cadence, unassign_cadence
from fairdue.collections.services.claims import book_claim
from fairdue.collections.services.desk import delete_view, mark_done, mark_undone, save_view
from fairdue.collections.services.disputes import move_dispute, open_dispute, resolve_dispute
from fairdue.collections.services.notices import release_notice, send_notice
from fairdue.collections.services.promises import (
    agree_plan,
    cancel_promise,
    reopen_promises,
    settle_promises,
    take_promise,
)
from fairdue.collections.services.queueing import queue_run
from fairdue.collections.services.resting import snooze, snooze_debtors, unsnooze
from fairdue.collections.services.run import RunResult, run_cadence
from fairdue.collections.services.statements import send_statement
from fairdue.collections.services.tasks import (
    finish_task,
    log_call,
    open_task,
    reopen_task,
    withdraw_call,
    write_note,
)
from fairdue.collections.services.wordings import save_wording, withdraw_wording

__all__ = [
    "Colleague",
    "RunResult",
    "agree_plan",
    "assign_back",
    "assign_cadence",
    "assign_work",
    "book_claim",
    "cancel_promise",
    "colleagues",
    "delete_view",
    "finish_task",
    "log_call",
    "mark_done",
    "mark_undone",
    "move_dispute",
    "open_dispute",
    "open_task",
    "queue_run",
    "release_notice",
    "reopen_promises",
    "reopen_task",
    "resolve_dispute",
    "run_cadence",
    "save_cadence",
    "save_view",
    "save_wording",
    "send_notice",
    "send_statement",
    "settle_promises",
    "snooze",
    "snooze_debtors",
    "take_promise",
    "unassign_cadence",
    "unsnooze",
    "withdraw_call",
    "withdraw_wording",
    "write_note",
]
