"""Identifiers are those of RFC 9562, and the same to everybody as one made by the standard library."""

from __future__ import annotations

import copy
import pickle
from uuid import RFC_4122, UUID

import pytest

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


def test_identifiers_of_later_milliseconds_sort_later(monkeypatch):
    made = []
    for nanoseconds in (1_000_000, 2_000_000, 2_999_999_000_000):
        monkeypatch.setattr("fairdue.foundation.ids.time.time_ns", lambda now=nanoseconds: now)
        made.append(uuid7())
    assert made == sorted(made)
    assert [one.int >> 80 for one in made] == [1, 2, 2_999_999]
