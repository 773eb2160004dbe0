"""Reads the how-to pages: one Markdown file a page, the first heading is its title.

Each page is linked here from docs/howto, one by one: the build follows links to files, so that a wheel holds them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.utils.html import escape
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_FOLDER = Path(__file__).parent / "howto"
_LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class HelpPage:
    """One how-to: its slug, title, first sentence and body."""

    slug: str
    title: str
    lead: str
    html: SafeString


@lru_cache(maxsize=1)
def pages() -> dict[str, HelpPage]:
    """Return every help page by slug, in the order of their titles."""
    found = [_read(path) for path in _FOLDER.glob("*.md")]
    return {page.slug: page for page in sorted(found, key=lambda page: page.title)}


def _read(path: Path) -> HelpPage:
    lines = path.read_text(encoding="utf-8").splitlines()
    title = next((line[2:].strip() for line in lines if line.startswith("# ")), path.stem)
    body = [line for line in lines if not line.startswith("# ")]
    return HelpPage(path.stem, title, _lead(body), markdown(body))


def _lead(lines: list[str]) -> str:
    """Return the first sentence that is neither a heading nor an example, without its marks."""
    kinds = [_kind(line) for line in lines]
    fences = [place for place, kind in enumerate(kinds) if kind == "fence"]
    shown = [
        line for place, line in enumerate(lines)
        if kinds[place] not in {"fence", "head"} and sum(fence < place for fence in fences) % 2 == 0
    ]  # fmt: skip
    text = " ".join(shown).strip().lstrip("-0123456789. ")
    bare = _LINK.sub(r"\1", text).replace("**", "").replace("`", "")
    return re.split(r"(?<=\.)\s", bare, maxsplit=1)[0]


def markdown(lines: list[str]) -> SafeString:
    """Return the small part of Markdown that our pages use, as safe HTML; all text is escaped."""
    return SafeString("\n".join(_blocks(lines)))


def _blocks(lines: list[str]) -> Iterator[str]:
    """Yield one HTML block after another; a block is a run of lines of the same kind."""
    at = 0
    while at < len(lines):
        kind = _kind(lines[at])
        end = at + 1
        if kind == "fence":
            while end < len(lines) and _kind(lines[end]) != "fence":
                end += 1
            yield f"<pre><code>{escape('\n'.join(lines[at + 1 : end]))}</code></pre>"
            end += 1
        elif kind == "head":
            level = len(lines[at]) - len(lines[at].lstrip("#"))
            yield f"<h{level}>{_inline(lines[at].lstrip('# '))}</h{level}>"
        elif kind:
            while end < len(lines) and (_kind(lines[end]) == kind or lines[end].startswith("  ")):
                end += 1
            yield _RENDER[kind](lines[at:end])
        at = end


def _kind(line: str) -> str:
    text = line.strip()
    if not text:
        return ""
    starts = {"```": "fence", "#": "head", "- ": "list", "|": "table"}
    for start, kind in starts.items():
        if text.startswith(start):
            return kind
    return "steps" if re.match(r"\d+\. ", text) else "text"


def _items(lines: list[str]) -> str:
    items: list[str] = []
    for line in lines:
        mark = re.match(r"\s*(?:-|\d+\.) ", line)
        if mark:
            items.append(line[mark.end() :])
        else:
            items[-1] += f" {line.strip()}"
    return "".join(f"<li>{_inline(item)}</li>" for item in items)


def _table(lines: list[str]) -> str:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    head = "".join(f'<th scope="col">{_inline(cell)}</th>' for cell in rows[0])
    body = "".join(
        f"<tr>{''.join(f'<td>{_inline(cell)}</td>' for cell in row)}</tr>"
        for row in rows[1:]
        if not set("".join(row)) <= set("-: ")
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


_RENDER: dict[str, Callable[[list[str]], str]] = {
    "list": lambda lines: f"<ul>{_items(lines)}</ul>",
    "steps": lambda lines: f"<ol>{_items(lines)}</ol>",
    "table": _table,
    "text": lambda lines: f"<p>{_inline(' '.join(lines))}</p>",
}


def _inline(text: str) -> str:
    html = str(escape(text))
    html = re.sub(r"`([^`]+)`", r"<code>\1</code>", html)
    html = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", html)
    return _LINK.sub(_link, html)


def _link(match: re.Match[str]) -> str:
    """Return a link to another help page, or to the web; anything else stays text."""
    words, target = match.groups()
    page = re.fullmatch(r"(?:\./)?([a-z0-9-]+)\.md", target)
    if page:
        return f'<a href="/help/{page[1]}">{words}</a>'
    if target.startswith(("https://", "/")) and not target.startswith("//"):
        return f'<a href="{target}" rel="noopener">{words}</a>'
    return words
