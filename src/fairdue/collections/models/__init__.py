"""The tables of the collections room."""

from fairdue.collections.models.cadences import Cadence, CadenceAssignment, CadenceVersion, MessageWording
from fairdue.collections.models.desk import InboxMark, SavedView
from fairdue.collections.models.disputes import Dispute
from fairdue.collections.models.notices import Notice, NoticeLine, StepTaken
from fairdue.collections.models.promises import Instalment, Promise, PromiseItem
from fairdue.collections.models.tasks import CallLog, Task

__all__ = [
    "Cadence",
    "CadenceAssignment",
    "CadenceVersion",
    "CallLog",
    "Dispute",
    "InboxMark",
    "Instalment",
    "MessageWording",
    "Notice",
    "NoticeLine",
    "Promise",
    "PromiseItem",
    "SavedView",
    "StepTaken",
    "Task",
]
