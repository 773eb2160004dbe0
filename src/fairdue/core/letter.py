"""Letters from wordings: named placeholders and tables, no logic, no code, everything escaped.

A wording is a subject and a body. Paragraphs are parted by blank lines; `{name}` stands for a value; a
paragraph that is only `{name}` of a table becomes that table. Each letter comes as plain text and as HTML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_ESCAPED = {ord(mark): name for mark, name in zip("&<>\"'", ("&amp;", "&lt;", "&gt;", "&quot;", "&#x27;"), strict=True)}
_SPECIAL = re.compile("[&<>\"']")


@dataclass(frozen=True, slots=True)
class Table:
    """A table in a letter: headings, rows of finished texts, and which columns hold numbers."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Letter:
    """The finished letter: one-line subject, plain text, HTML body."""

    subject: str
    text: str
    html: str


def placeholders(text: str) -> frozenset[str]:
    """Return the names that `text` asks for."""
    return frozenset(_PLACEHOLDER.findall(text))


@lru_cache(512)  # a night writes thousands of letters of few wordings
def check_wording(subject: str, body: str, known: frozenset[str]) -> tuple[Finding, ...]:
    """Return what is wrong with a wording: empty parts, unknown or broken placeholders."""
    findings = []
    for path, text in (("subject", subject), ("body", body)):
        if not text.strip():
            findings.append(Finding("wording.empty", path, f"The {path} is empty"))
        unknown = placeholders(text) - known
        if unknown:
            names = ", ".join(f"{{{name}}}" for name in sorted(unknown))
            findings.append(Finding("wording.unknown", path, f"Unknown placeholder: {names}"))
        if set(_PLACEHOLDER.sub("", text)) & {"{", "}"}:
            message = "A brace belongs to no placeholder; placeholders look like {customer}"
            findings.append(Finding("wording.brace", path, message))
    if _CONTROL.search(subject):
        findings.append(Finding("wording.subject", "subject", "The subject is one line without control characters"))
    return tuple(findings)


def write_letter(subject: str, body: str, values: Mapping[str, str], tables: Mapping[str, Table]) -> Letter:
    """Return the letter; refuse a wording that does not check. Values are put in once."""
    findings = check_wording(subject, body, frozenset(values) | frozenset(tables))
    if findings:
        raise RefusedError(*findings)
    texts, htmls = [], []
    for paragraph in _paragraphs(body):
        table = tables.get(paragraph.strip().removeprefix("{").removesuffix("}"))
        if table is None:
            filled = _filled(paragraph.strip(), values)
            texts.append(filled)
            htmls.append(f"<p>{'<br>'.join(escape(line) for line in filled.splitlines())}</p>")
        elif table.rows:
            texts.append(plain_table(table))
            htmls.append(_html_table(table))
    line = _CONTROL.sub(" ", _filled(subject.strip(), values))
    return Letter(line, "\n\n".join(texts) + "\n", "\n".join(htmls) + "\n")


def escape(text: str) -> str:
    """Return `text` as HTML shows it, as `html.escape` does; nearly every text of a letter has nothing to escape."""
    return text.translate(_ESCAPED) if _SPECIAL.search(text) else text


@lru_cache(512)
def _paragraphs(body: str) -> tuple[str, ...]:
    return tuple(re.split(r"\n\s*\n", body.strip()))


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1], ""), text)


def plain_table(table: Table) -> str:
    """Return the table in plain text: columns two spaces apart, numbers to the right."""
    rows = [table.headings, *table.rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.headings))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in table.numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _html_table(table: Table) -> str:
    sides = [' align="right"' if column in table.numbers else ' align="left"' for column in range(len(table.headings))]
    head = "".join([f"<th{side}>{escape(cell)}</th>" for side, cell in zip(sides, table.headings, strict=True)])
    body = "".join([f"<tr>{_html_row(sides, row)}</tr>" for row in table.rows])
    return f'<table cellpadding="4"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _html_row(sides: Sequence[str], row: tuple[str, ...]) -> str:
    return "".join([f"<td{side}>{escape(cell)}</td>" for side, cell in zip(sides, row, strict=True)])
