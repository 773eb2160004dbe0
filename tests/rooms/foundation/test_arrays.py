"""An array literal reads in the database as what was written, whatever stands in its elements."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from fairdue.foundation.arrays import array, columns


class Colour(StrEnum):
    RED = "r,{e}d"


def read(kind, values):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [array(values)])
        return cursor.fetchone()[0]


@given(st.lists(st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
def test_texts_come_back_as_they_were(database, texts):
    assert read("text", texts) == texts


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("uuid", [UUID(int=0), None, UUID(int=2**128 - 1)]),
        ("bigint", [0, -(2**63), None, 2**63 - 1]),
        ("numeric", [Decimal("1E+3"), Decimal("-0.0010"), None]),
        ("date", [date(1, 1, 1), None, date(9999, 12, 31)]),
        ("timestamptz", [datetime(2026, 3, 1, 12, 30, 5, 7, tzinfo=UTC), None]),
        ("boolean", [True, None, False]),
        ("bytea", [b"", b'\x00\xff\\"', None]),
        ("text", ["", "NULL", "null", " a ", '"', "\\", "{}", "a,b", "'", None, Colour.RED]),
        ("uuid", []),
    ],
)
def test_elements_of_each_type_come_back_as_they_were(database, kind, values):
    found = read(kind, values)
    assert [bytes(one) if kind == "bytea" and one is not None else one for one in found] == values


def test_what_no_column_can_hold_is_refused(database):
    with pytest.raises(TypeError, match="float has no place"):
        array([1.5])
    with pytest.raises((DatabaseError, ValueError)), transaction.atomic():
        read("text", ["a\0b"])


def test_rows_travel_as_columns():
    assert columns([(1, "a"), (2, None)]) == ["{1,2}", '{"a",NULL}']
    assert columns([]) == []
    with pytest.raises(ValueError, match="shorter"):
        columns([(1, 2), (3,)])
