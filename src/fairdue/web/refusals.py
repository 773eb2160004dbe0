"""A refused command on a form: each finding beside the field that it speaks of."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.utils.translation import get_language

from fairdue.core.findings import RefusedError
from fairdue.web.formats import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.forms import BaseForm


@contextmanager
def shown_on(form: BaseForm) -> Iterator[None]:
    """Run a command; a refusal becomes errors of the form, so `form.is_valid()` is false afterwards."""
    try:
        yield
    except RefusedError as refused:
        for finding in refused.findings:
            name = finding.path.partition("[")[0].partition(".")[0]
            form.add_error(name if name in form.fields else None, in_words(finding.message, get_language() or "en"))
