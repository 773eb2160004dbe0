"""What a file of anybody's is judged by: the official rules of its format, and what tax law asks of its contents."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.check import FindingClass, check, class_of
from fairdue.invoicing.formats.registry import read
from fairdue.invoicing.validation.pool import validate

if TYPE_CHECKING:
    from fairdue.invoicing.validation.record import Record


def review(data: bytes) -> Record:
    """Return the verdict of the official rules on a UBL, CII or Factur-X file, with our own check of its contents.

    Without rules for its format the state is "not checked", with the reason; what our own check finds is told then too.
    """
    record = validate(data)
    try:
        invoice, _ = read(data)
    except RefusedError:
        return record
    own = check(invoice, numbered=True) if invoice else ()
    contents = tuple(one for one in own if class_of(one.code) is FindingClass.CONTENT)
    return replace(record, findings=record.findings + contents)
