"""Checking an XML document against a structure written as an indented text table.

Each row is `Name cardinality [form]`: `1` once, `?` at most once, `*` any number, `+` at least once. The form
of a leaf is a name of `FORMS` or the allowed values joined by `|`. The children of an element stand in the
order of the table. It is our own reading of a national format for machines that have not imported the
official schema; what it passes is "not checked", what it finds is wrong.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from fairdue.core.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

INDENT = 2
MOST = {"1": (1, 1), "?": (0, 1), "*": (0, None), "+": (1, None)}
FORMS = {
    "country": r"[A-Z]{2}",
    "currency": r"[A-Z]{3}",
    "day": r"\d{4}-\d{2}-\d{2}([+-]\d{2}:\d{2}|Z)?",
    "moment": r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?([+-]\d{2}:\d{2}|Z)?",
    "whole": r"\d{1,9}",
    "cents": r"-?\d{1,11}\.\d{2}",
    "decimal": r"-?\d{1,12}\.\d{2,8}",
    "percent": r"\d{1,3}\.\d{2}",
    "amount": r"-?\d{1,16}(\.\d{1,2})?",
    "price": r"-?\d{1,14}(\.\d{1,8})?",
    "measure": r"-?\d{1,16}(\.\d{1,6})?",
    "rate": r"23|22|8|7|5|4|3|0 KR|0 WDT|0 EX|zw|oo|np I|np II",
    "nip": r"[1-9]((\d[1-9])|([1-9]\d))\d{7}",
    "receiver": r"[A-Z0-9]{6,7}",
    "fiscal": r"[A-Z0-9]{11,16}",
    "postcode": r"\d{5}",
    "iban": r"[a-zA-Z]{2}\d{2}[a-zA-Z0-9]{11,30}",
    "bic": r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?",
    "any": r".*",
}
_SIZED = re.compile(r"(ascii|latin|text)(\d+)(?:-(\d+))?\Z")
_LETTERS = {"ascii": "[\\x00-\\x7f]", "latin": "[\\x00-\\xff]", "text": "."}


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a structure."""

    name: str
    least: int
    most: int | None
    form: re.Pattern[str] | None
    children: list[Element] = field(default_factory=list)


def _pattern(form: str) -> re.Pattern[str]:
    sized = _SIZED.match(form)
    if sized:
        low, high = ("1", sized[2]) if sized[3] is None else (sized[2], sized[3])
        return re.compile(f"{_LETTERS[sized[1]]}{{{low},{high}}}", re.DOTALL)
    return re.compile(FORMS.get(form) or "|".join(map(re.escape, form.split("|"))), re.DOTALL)


def structure(table: str) -> Element:
    """Return the root of the structure that an indented table describes."""
    stack: list[tuple[int, Element]] = []
    root: Element | None = None
    for row in filter(str.strip, table.splitlines()):
        depth = (len(row) - len(row.lstrip())) // INDENT
        name, cardinality, *form = row.split()
        least, most = MOST[cardinality]
        element = Element(name, least, most, _pattern(form[0]) if form else None)
        while stack and stack[-1][0] >= depth:
            stack.pop()
        if stack:
            stack[-1][1].children.append(element)
        else:
            root = element
        stack.append((depth, element))
    assert root is not None
    return root


def structure_findings(root: etree._Element, wanted: Element, source: str) -> Iterator[Finding]:
    """Yield everything in which the document under `root` departs from the structure."""
    if etree.QName(root).localname != wanted.name:
        yield Finding("format.structure", "", f"The root element is not {wanted.name}.", source=source)
        return
    yield from _element(root, wanted, wanted.name, source)


def _element(node: etree._Element, wanted: Element, path: str, source: str) -> Iterator[Finding]:
    if not wanted.children:
        text = (node.text or "").strip()
        if wanted.form and not wanted.form.fullmatch(text):
            yield Finding(
                "format.value", path, f"{text[:60]!r} does not have the form of {wanted.name}.", source=source
            )
        return
    yield from _children(node, wanted, path, source)


def _children(node: etree._Element, wanted: Element, path: str, source: str) -> Iterator[Finding]:
    found = [one for one in node if isinstance(one.tag, str)]
    place = 0
    for expected in wanted.children:
        count = 0
        while place < len(found) and etree.QName(found[place]).localname == expected.name:
            count += 1
            where = f"{path}/{expected.name}" + (f"[{count}]" if expected.most is None else "")
            yield from _element(found[place], expected, where, source)
            place += 1
        if count < expected.least:
            sentence = f"{expected.name} is missing."
            yield Finding("format.structure", f"{path}/{expected.name}", sentence, source=source)
        if expected.most is not None and count > expected.most:
            sentence = f"{expected.name} stands {count} times; {expected.most} is the most."
            yield Finding("format.structure", f"{path}/{expected.name}", sentence, source=source)
    if place < len(found):
        name = etree.QName(found[place]).localname
        sentence = f"{name} does not belong here or stands in the wrong order."
        yield Finding("format.structure", f"{path}/{name}", sentence, source=source)
