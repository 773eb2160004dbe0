"""What the programs of a rule pack may reach: files of their own pack, and nothing else of the machine.

An XSLT can read files, variables of the environment and the network, and can write. The validation worker switches off
the network, the environment, writing and everything of Java; this looks at what is left, at files, before a pack is
kept: each must be named in plain letters, beside the stylesheet, so that nothing is read that is not in the pack.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

XSL = "{http://www.w3.org/1999/XSL/Transform}"
XSD = "{http://www.w3.org/2001/XMLSchema}"
_CALLS = re.compile(
    r"(?<![\w.-])(unparsed-text(?:-lines|-available)?|doc-available|(?:uri-)?collection|environment-variable|"
    r"available-environment-variables|function-lookup|load-xquery-module|json-doc|stream-available|transform)\s*[(#]"
)
_READS = re.compile(r"(?<![\w.-])(?:doc|document)\s*[(#]")
_NAMED = re.compile(r"""(?<![\w.-])(?:doc|document)\s*\(\s*(?:'([^']*)'|"([^"]*)")\s*\)""")
_PLAIN = re.compile(r"[\w.-]+(?:/[\w.-]+)*", re.ASCII)
_COMMENT = re.compile(r"\(:(?:(?!\(:|:\)).)*:\)", re.DOTALL)
_ELEMENTS = frozenset(
    f"{XSL}{name}"
    for name in "result-document source-document evaluate import-schema use-package merge-source stream".split()
)
_INCLUDES = {f"{XSL}include": "href", f"{XSL}import": "href"}
_INCLUDES |= {f"{XSD}{name}": "schemaLocation" for name in ("include", "import", "redefine", "override")}
_OWN = "schxslt.validate.initial-document-uri"
"""The parameter by which SchXslt reads the document that it judges, unset in what publishers send out."""
_BASE = "{http://www.w3.org/XML/1998/namespace}base"


def beyond(path: str, content: bytes) -> str:
    """Return what a file of a pack reaches for outside the pack, or nothing; what is no XML reaches for nothing."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    except etree.XMLSyntaxError:
        return ""
    return next(_reaches(path, root), "")


def _reaches(path: str, root: etree._Element) -> Iterator[str]:
    info: Any = root.getroottree().docinfo
    elements = list(root.iter(etree.Element))
    program = any(str(one.tag).startswith(XSL) for one in elements)
    expands = any(str(name).endswith("expand-text") for one in elements for name in one.attrib)
    if program and info.doctype:
        yield "a document type"
    for element in elements:
        yield from _leads(path, element)
        texts = [text[text.index("{") :] for text in (element.text, element.tail) if expands and text and "{" in text]
        for text in (*element.attrib.values(), *texts):
            if text != f"document(${_OWN})":
                yield from _asks(path, str(text))


def _leads(path: str, element: etree._Element) -> Iterator[str]:
    """Yield what the element itself reads or writes: other documents, or a place that names are looked up from."""
    if element.tag in _ELEMENTS or _BASE in element.attrib:
        yield f"{etree.QName(element).localname} or xml:base in line {element.sourceline}"
    if element.get("name") == _OWN and not _is_unset(element):
        yield f"a value of ${_OWN}"
    if str(element.tag).startswith(XSL):
        yield from (f"the shadow attribute {name}" for name in map(str, element.attrib) if name.startswith("_"))
    where = _INCLUDES.get(str(element.tag))
    named = (element.get(where) or "") if where else ""
    far = named.startswith(("http://", "https://"))  # looked up by its last name beside the schema, never fetched
    if named and not far and not _inside(path, named):
        yield f"the file {named!r}"


def _is_unset(element: etree._Element) -> bool:
    """Tell whether this declares a parameter of the whole stylesheet without a value: we never give it one."""
    parent = element.getparent()
    top = parent is not None and parent.getparent() is None
    return (
        element.tag == f"{XSL}param" and top and element.get("select") is None and not len(element) and not element.text
    )


def _asks(path: str, text: str) -> Iterator[str]:
    """Yield the calls in an expression that read what is not a plain name of a file of the pack."""
    before = ""
    while before != text:  # comments may stand in comments
        before, text = text, _COMMENT.sub(" ", text)
    yield from (f"the function {found[1]}()" for found in _CALLS.finditer(text))
    names = [one or other for one, other in _NAMED.findall(text)]
    if len(names) != len(_READS.findall(text)):
        yield "a document whose name is not written out"
    yield from (f"the file {name!r}" for name in names if name and not _inside(path, name))


def _inside(path: str, name: str) -> bool:
    """Tell whether a name leads from a file of a pack to a place in the pack."""
    there = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    return _PLAIN.fullmatch(name) is not None and not there.startswith(("..", "/"))
