"""Identifiers are those of RFC 9562, and the same to everybody as one made by the standard library."""

from __future__ import annotations

import copy
import os
import pickle
from uuid import RFC_4122, UUID

import pytest

from fairdue.foundation import ids
from fairdue.foundation.ids import uuid7

pytestmark = pytest.mark.no_database


def test_an_identifier_is_a_uuid_of_version_7_in_every_respect():
    made = uuid7()
    same = UUID(str(made))
    assert (made.version, made.variant) == (7, RFC_4122)
    assert (made, hash(made), repr(made), made.is_safe) == (same, hash(same), repr(same), same.is_safe)
    assert pickle.loads(pickle.dumps(made)) == copy.copy(made) == same
    with pytest.raises(TypeError, match="immutable"):
        made.int = 0


def test_identifiers_rise_also_within_a_millisecond():
    made = [uuid7() for _ in range(5000)]
    assert made == sorted(set(made))


@pytest.mark.parametrize("before", [0, (1 << 74) - 1])
def test_a_clock_that_stands_or_goes_back_repeats_nothing(before, monkeypatch):
    monkeypatch.setattr(ids._Last, "milliseconds", 1_000)
    monkeypatch.setattr(ids._Last, "random", before)
    made = []
    for milliseconds in (1_000, 999, 1_002):
        monkeypatch.setattr("fairdue.foundation.ids.time.time_ns", lambda now=milliseconds: now * 1_000_000)
        made.append(uuid7())
    assert made == sorted(set(made))
    full = before > 0
    assert [one.int >> 80 for one in made] == [1_000 + full, 1_000 + full, 1_002]
    assert {(one.version, one.variant) for one in made} == {(7, RFC_4122)}


def test_a_forked_process_does_not_go_on_where_its_parent_does(monkeypatch):
    monkeypatch.setattr(ids._Last, "milliseconds", 2**47)  # far ahead: the parent would go on from here
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, uuid7().bytes)
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    made = UUID(bytes=os.read(reading, 16))
    os.close(reading)
    assert made.int >> 80 < 2**47
