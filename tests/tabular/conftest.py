"""A file is written, read, and asked for its rows and findings."""

import pytest

from fairdue.foundation.tabular import Profile, open_reading
from fairdue.foundation.tabular.formats import SCHEMAS

HEADER = "number,debtor_external_id,issue_date,due_date,currency,amount"


@pytest.fixture
def read(tmp_path):
    """Write a file, read it, and return (reading, rows)."""

    def opened(content, kind="open-items", encoding="utf-8", **settings):
        path = tmp_path / "file.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        reading = open_reading(path, SCHEMAS[kind], Profile(**settings))
        return reading, list(reading.rows())

    return opened


def lines(*rows, header=HEADER):
    return "\n".join([header, *rows]) + "\n"


def found(rows):
    """Every finding as (row, field, value, code)."""
    return [(item.row, item.field, item.value, item.code) for row in rows for item in row.findings]
