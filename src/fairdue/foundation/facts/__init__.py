"""The fact log: record what happened, declare its types, answer it by consumers."""

from fairdue.foundation.facts.log import NewFact, record, record_all
from fairdue.foundation.facts.registry import Consumer, FactRow, FactType, consume, declare

__all__ = ["Consumer", "FactRow", "FactType", "NewFact", "consume", "declare", "record", "record_all"]
