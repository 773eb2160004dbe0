"""From sheet to PDF/A-3a + PDF/UA-1 by typst, with the XML attached for hybrid invoices.

Output is byte-deterministic: the time stamp is the day of issue, fonts come from an installed package and
from typst itself, never from the machine. PDF/A refuses a document in which a glyph is missing; then every
suspect character is tried alone, what cannot be shown becomes a visible box, and the result says so. An
invoice is never lost to a character.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typst

from fairdue.core.findings import Finding, Severity, refuse
from fairdue.invoicing.documents.objects import page_count
from fairdue.invoicing.documents.payment import epc_svg, epc_text
from fairdue.invoicing.documents.sheet import SHORT, Look, cleaned, sheet
from fairdue.invoicing.documents.svg import svg_reason
from fairdue.invoicing.documents.swiss import code_svg, payload

if TYPE_CHECKING:
    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.totals import Totals

TEMPLATES = Path(__file__).parent
STANDARDS: list[Any] = ["a-3a", "ua-1"]
SURE_END, LATIN_END = 0x7F, 0x180
"""Below the first code point the typeface has every glyph; Latin letters and their kin end at the second."""
REPLACEMENT = "\u25a1"
ESCAPES = (("\\", r"\\"), ('"', r"\""), ("\n", r"\n"), ("\r", r"\r"))
"""What a string of typst says otherwise, the backslash first; everything else stands for itself in it."""
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Attachment:
    """An XML file that travels inside the PDF."""

    name: str
    content: bytes
    relationship: str
    description: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF and what had to be changed to make it."""

    content: bytes
    findings: tuple[Finding, ...] = ()


FONTS = (("font_source_sans_pro", "files"), ("pylopdf_fonts_ar", ""), ("noto_cjk_sans_jp_regular", ""))
"""Packages with typefaces and the folder in them: Latin, Greek, Cyrillic; Arabic; Chinese, Japanese, Korean."""


@cache
def _fonts() -> list[Any]:
    specs = ((find_spec(module), folder) for module, folder in FONTS)
    return [
        str(Path(place) / folder) for spec, folder in specs if spec for place in spec.submodule_search_locations or ()
    ]


@cache
def _compiler() -> Any:
    return typst.Compiler(b"", root=str(TEMPLATES), font_paths=_fonts(), ignore_system_fonts=True)


@cache
def showable(character: str) -> bool:
    """Tell whether `character` can be shown with the fonts at hand; each one is tried once a process."""
    probe = f'#set document(title: "x")\n#set text(lang: "en")\n#text("\\u{{{ord(character):x}}}")'
    try:
        typst.compile(
            probe.encode(),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            pdf_standards=STANDARDS,
            format="pdf",
        )
    except typst.TypstError:
        return False
    return True


def _without_missing(value: Any, lost: set[str]) -> Any:
    if isinstance(value, str):
        bad = {char for char in set(value) if ord(char) >= SURE_END and not showable(char)}
        lost |= bad
        return value.translate({ord(char): REPLACEMENT for char in bad}) if bad else value
    if isinstance(value, list):
        return [_without_missing(item, lost) for item in value]
    if isinstance(value, dict):
        return {key: _without_missing(item, lost) for key, item in value.items()}
    return value


def _latin(value: Any, lost: set[str]) -> Any:
    if isinstance(value, str):
        bad = {char for char in set(value) if ord(char) >= LATIN_END and char != REPLACEMENT}
        lost |= bad
        return value.translate({ord(char): REPLACEMENT for char in bad}) if bad else value
    if isinstance(value, list):
        return [_latin(item, lost) for item in value]
    return {key: _latin(item, lost) for key, item in value.items()} if isinstance(value, dict) else value


def _quoted(text: str) -> str:
    """Return `text` as a string of typst, which can neither end nor begin anything else."""
    for plain, said in ESCAPES:
        text = text.replace(plain, said)
    return f'"{text}"'


def _source(content: dict[str, Any], files: dict[str, str], *, single: bool) -> bytes:
    """Return the document: one call of the template, which is read once; all that differs are strings."""
    data = _quoted(json.dumps(content, ensure_ascii=False, sort_keys=True))
    given = "".join(f"{name}: {_quoted(text)}, " for name, text in sorted(files.items()))
    call = f"#invoice({data}, ({given or ':'}), {'true' if single else 'false'})"
    return f'#import "/invoice.typ": invoice\n{call}'.encode()


def _compile(content: dict[str, Any], files: dict[str, str], stamp: datetime) -> bytes:
    """Return the PDF. A short table is set as a single page first; where that was not enough, as several."""
    for single in (True, False) if len(content["rows"]) <= SHORT else (False,):
        with _lock:
            pdf: bytes = _compiler().compile(
                _source(content, files, single=single), format="pdf", pdf_standards=STANDARDS, timestamp=stamp
            )
        if not single or page_count(pdf) == 1:
            break
    return pdf


def render(
    invoice: Invoice, totals: Totals, look: Look | None = None, attachment: Attachment | None = None
) -> Rendered:
    """Return the PDF of `invoice`; equal input gives equal bytes."""
    look = look or Look()
    content = cleaned(sheet(invoice, totals, look))
    inputs, found = _pictures(invoice, totals, look, content)
    if attachment is not None:
        inputs["xml"] = attachment.content.decode()
        content["attachment"] = {
            "name": attachment.name,
            "relationship": attachment.relationship,
            "description": attachment.description,
        }
    day = invoice.issued
    stamp = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(1970, 1, 1, tzinfo=UTC)
    try:
        return Rendered(_compile(content, inputs, stamp), found)
    except typst.TypstError:
        return _mended(content, inputs, stamp, found)


def _mended(content: dict[str, Any], inputs: dict[str, str], stamp: datetime, found: tuple[Finding, ...]) -> Rendered:
    """Set a document again without the characters that have no glyph, and name them."""
    lost: set[str] = set()
    shown = _without_missing(content, lost)
    try:
        return Rendered(_compile(shown, inputs, stamp), (*found, *_lost(lost)))
    except typst.TypstError:
        # Characters that are sound alone may still fail together; then only Latin letters are left.
        return Rendered(_again(_latin(shown, lost), inputs, stamp), (*found, *_lost(lost)))


def _pictures(
    invoice: Invoice, totals: Totals, look: Look, content: dict[str, Any]
) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """Return logo, letterhead and payment code as SVG; a picture that does more than draw is left out."""
    inputs: dict[str, str] = {}
    found: list[Finding] = []
    for name, svg in (("logo", look.logo), ("letterhead", look.letterhead)):
        reason = svg_reason(svg) if svg else ""
        if reason:
            content[name] = False
            found.append(Finding("document.picture", name, reason, Severity.WARNING, "SVG 2, section 2.6"))
        elif svg:
            inputs[name] = svg
    if content["payment"]["qr"]:
        inputs["qr"] = epc_svg(epc_text(invoice, totals))
    if content["swiss"]:
        inputs["swiss_qr"] = code_svg(payload(invoice, totals))
    return inputs, tuple(found)


def _again(content: dict[str, Any], inputs: dict[str, str], stamp: datetime) -> bytes:
    try:
        return _compile(content, inputs, stamp)
    except typst.TypstError as error:
        raise refuse("document.render", "", f"The document cannot be set: {error.message}") from error


def _lost(characters: set[str]) -> tuple[Finding, ...]:
    names = ", ".join(f"U+{ord(char):04X}" for char in sorted(characters))
    sentence = f"These characters have no glyph and show as boxes; the XML keeps them: {names}."
    return (Finding("document.glyph", "", sentence, Severity.WARNING, "ISO 19005-3, 6.2.11.4"),)


def pages(invoice: Invoice, totals: Totals, look: Look | None = None) -> list[bytes]:
    """Return the pages as SVG for screens; the same layout as the PDF, missing glyphs shown as boxes."""
    look = look or Look()
    content = cleaned(sheet(invoice, totals, look))
    inputs, _ = _pictures(invoice, totals, look, content)
    with _lock:
        drawn = _compiler().compile(_source(content, inputs, single=False), format="svg")
    return drawn if isinstance(drawn, list) else [drawn]
