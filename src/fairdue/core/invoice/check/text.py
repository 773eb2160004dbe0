"""Characters that no file can carry: controls and lone surrogates, found wherever they hide."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from fairdue.core.invoice.attributes import values_of
from fairdue.core.invoice.check.rules import doubtful

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Invoice

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Return `text` without the characters that XML 1.0 and PDF/A refuse."""
    return _UNPRINTABLE.sub("", text) if _UNPRINTABLE.search(text) else text


def _texts(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _texts(item, f"{path}[{index}]")
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name), f"{path}.{field.name}" if path else field.name)


@cache  # one entry a class of the model
def _wordy(owner: type[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what reads at once the fields of a class that can hold text, themselves or further in."""
    plain = {"Decimal", "date", "int", "bool", "Minor"}
    wordy = [field.name for field in fields(owner) if str(field.type).removesuffix(" | None") not in plain]
    return values_of(wordy)


def _gather(value: Any, found: list[str]) -> None:
    if isinstance(value, str):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _gather(item, found)
    else:
        for item in _wordy(value.__class__)(value):
            if item:
                _gather(item, found)


def text_findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield a warning for every text that will lose a character.

    One search over all texts together comes first: nearly every invoice is clean.
    """
    texts: list[str] = []
    _gather(invoice, texts)
    if not _UNPRINTABLE.search("\n".join(texts)):
        return
    for path, text in _texts(invoice, ""):
        if _UNPRINTABLE.search(text):
            sentence = "Control characters are left out of the document."
            yield doubtful("format.characters", path, sentence, "XML 1.0, section 2.2")
