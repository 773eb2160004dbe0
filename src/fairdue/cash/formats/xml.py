"""A hardened, streaming reader of XML: elements one at a time, memory for one of them.

Any DOCTYPE is refused at the first event, so no entity exists that could be expanded or fetched; text size
and depth are capped by libxml2 (`huge_tree=False`), the file by bytes and elements. Nothing is recovered:
a broken file raises, because a silently shortened statement is worse than none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from lxml import etree

from fairdue.core.findings import RefusedError, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.cash.formats.lines import Readable

type Node = dict[str, list[Node | str | Amount]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of one file is read at most."""

    most_bytes: int = 2 * 1024 * 1024 * 1024
    """A stream takes the memory of one entry, so that this only stops what no bank sends."""
    most_elements: int = 1_200_000


class Amount(NamedTuple):
    """An amount as written, with its currency attribute."""

    text: str
    currency: str


class _Capped:
    """A stream that refuses to be longer than allowed."""

    def __init__(self, stream: Readable, most: int) -> None:
        self._stream, self._most, self._read = stream, most, 0

    def read(self, size: int = -1) -> bytes:
        block = self._stream.read(size)
        self._read += len(block)
        if self._read > self._most:
            raise refuse("xml.too_large", "file", f"The file is longer than {self._most:,} bytes.")
        return block


def _refuse_doctype(root: etree._Element) -> None:
    info: Any = root.getroottree().docinfo
    if info.doctype or info.internalDTD is not None or info.externalDTD is not None:
        raise refuse(
            "xml.doctype",
            "file",
            "The file declares a document type (DOCTYPE). Bank files have none; it could hide other files.",
        )


def _events(stream: Readable, tags: tuple[str, ...], limits: Limits) -> etree.iterparse[object]:
    return etree.iterparse(
        _Capped(stream, limits.most_bytes),
        events=("end",),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def stream_elements(stream: Readable, tags: tuple[str, ...], limits: Limits) -> Iterator[etree._Element]:
    """Yield each finished element of `tags` (local names) in the file's order.

    The caller frees what it has read by `forget`. A file that is not well-formed, too deep, too large,
    cut off or has a DOCTYPE raises RefusedError naming the line.
    """
    count = 0
    try:
        for _, element in _events(stream, tuple(f"{{*}}{tag}" for tag in tags), limits):
            if not count:
                _refuse_doctype(element)
            count += 1
            if count > limits.most_elements:
                raise refuse("xml.too_many", "file", f"More than {limits.most_elements:,} entries in one file.")
            yield element
    except etree.XMLSyntaxError as error:
        raise _broken(error) from None
    if not count:
        raise refuse("xml.other_document", "file", "The file is XML, but no bank statement.")


def _broken(error: etree.XMLSyntaxError) -> RefusedError:
    if str(error.msg).startswith("Start tag expected"):
        return refuse("xml.broken", "file", "The file is no XML; choose the one that the bank sent.")
    line = error.lineno or 0
    return refuse("xml.broken", f"line {line}", f"The file is not readable XML at line {line}: {error.msg}.")


def forget(element: etree._Element) -> None:
    """Free a finished element and everything before it under the same parent."""
    parent = element.getparent()
    element.clear()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]


def line_of(element: etree._Element) -> int:
    """Return the line of the file on which `element` begins."""
    line: Any = element.sourceline
    return int(line or 0)


def local_name(element: etree._Element) -> str:
    """Return the name of `element` without its namespace."""
    return str(element.tag).rpartition("}")[2]


def as_node(element: etree._Element, cut: int) -> Node:
    """Return the children of `element` as lists by local name; `cut` is the length of the namespace part."""
    node: Node = {}
    for child in element:
        name = child.tag[cut:]
        value: Node | str | Amount
        if len(child):
            if child.text and not child.text.isspace():
                raise _mixed(child)
            value = as_node(child, cut)
        else:
            value = (child.text or "").strip()
            if name[-3:] == "Amt" and (currency := child.get("Ccy")) is not None:
                value = Amount(value, currency)
        if name in node:
            node[name].append(value)
        else:
            node[name] = [value]
    return node


def _mixed(element: etree._Element) -> RefusedError:
    line = line_of(element)
    said = f"{local_name(element)} at line {line} holds text and elements at once; no bank writes that."
    return refuse("xml.mixed", f"line {line}", said)


def all_of(node: Node, *path: str) -> list[Node | str | Amount]:
    """Return every value at the end of `path`, following each repetition on the way."""
    if path[0] not in node:
        return []
    here = node[path[0]]
    for name in path[1:]:
        here = [value for step in here if isinstance(step, dict) for value in step.get(name, ())]
        if not here:
            break
    return here


def part(node: Node, *path: str) -> Node:
    """Return the first element with children at `path`, or an empty one."""
    here = node
    for name in path:
        values = here.get(name)
        if values is None or not isinstance(values[0], dict):
            return {}
        here = values[0]
    return here


def text(node: Node, *path: str) -> str:
    """Return the first text at `path`, empty when there is none."""
    value: Node | str | Amount = node
    for name in path:
        values = value.get(name) if type(value) is dict else None
        if values is None:
            return ""
        value = values[0]
    return value if isinstance(value, str) else ""


def texts(node: Node, *path: str) -> tuple[str, ...]:
    """Return all texts at `path` that are not empty."""
    return tuple(value for value in all_of(node, *path) if isinstance(value, str) and value)


def amounts(node: Node, *path: str) -> list[Amount]:
    """Return all amounts with a currency at `path`."""
    return [value for value in all_of(node, *path) if isinstance(value, Amount)]
