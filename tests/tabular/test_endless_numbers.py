"""A number of thousands of digits in a table is a finding of its cell; it does not end the import."""

from __future__ import annotations

import pytest

from fairdue.foundation.tabular.cells import CellError
from fairdue.foundation.tabular.numbers import to_decimal, to_minor


@pytest.mark.parametrize("text", ["7" * 5000, "-" + "7" * 5000, "9" * 19, "7" * 5000 + ".00"])
def test_a_number_of_any_length_is_refused_in_its_cell(text):
    with pytest.raises(CellError, match=r"larger than any amount"):
        to_minor(text, "EUR")
    with pytest.raises(CellError, match=r"larger than any amount"):
        to_decimal(text)


@pytest.mark.parametrize(("text", "minor"), [("000000000000000000000000012.50", 1250), ("-12", -1200), ("0", 0)])
def test_leading_zeros_make_no_number_large(text, minor):
    assert to_minor(text, "EUR") == minor
