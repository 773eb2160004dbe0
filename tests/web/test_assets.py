"""Budgets and laws of the templates: small, without inline code, without raw colours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import fairdue.web

pytestmark = pytest.mark.no_database

WEB = Path(fairdue.web.__file__).parent
TEMPLATES = sorted(WEB.parent.glob("*/**/templates/**/*.html"))
SHEETS = sorted((WEB / "static/web/css").glob("*.css"))


def test_style_sheets_stay_under_40_kib_and_the_script_under_12():
    assert sum(sheet.stat().st_size for sheet in SHEETS) < 40 * 1024
    assert (WEB / "static/web/js/fairdue.js").stat().st_size < 12 * 1024


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_style_handler_or_raw_script(template):
    text = template.read_text(encoding="utf-8")
    assert not re.search(r"<[^>]*\s(style|on[a-z]+)=", text)
    for tag in re.findall(r"<script[^>]*>", text):
        assert "src=" in tag or "application/json" in tag


@pytest.mark.parametrize("sheet", [path for path in SHEETS if path.name != "tokens.css"], ids=lambda path: path.name)
def test_raw_colours_live_in_the_tokens_only(sheet):
    text = re.sub(r'url\("[^"]*"\)', "", sheet.read_text(encoding="utf-8"))
    if sheet.name == "print.css":
        text = text.replace("#fff", "").replace("#999", "").replace("#000", "")
    assert re.findall(r"#[0-9a-f]{6}\b", text) == []


def _luminance(colour):
    full = colour if len(colour) == 6 else "".join(c * 2 for c in colour)
    parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _contrast(one, other):
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


TOKENS = dict(
    re.findall(
        r"--([a-z0-9-]+): light-dark\((.*?)\);",
        (WEB / "static/web/css/tokens.css").read_text(encoding="utf-8"),
    )
)
PAIRS = [
    (front, back, least)
    for least, front, backs in (
        (4.5, "text", "canvas surface hover selected"),
        (4.5, "muted", "canvas surface hover selected neutral-soft"),
        (4.5, "accent", "canvas surface accent-soft selected"),
        (4.5, "danger", "canvas surface hover selected danger-soft"),
        (4.5, "attention", "surface hover attention-soft"),
        (4.5, "done", "surface done-soft"),
        (3, "edge", "canvas surface"),
    )
    for back in backs.split()
]


@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_words_and_controls_stand_out_enough(front, back, least, theme):
    pick = [TOKENS[name].split(", ")[theme].lstrip("#") for name in (front, back)]
    assert _contrast(*pick) >= least


@pytest.mark.parametrize(
    ("section", "folders"),
    [
        ("On a customer to contact", ["collections"]),
        ("On a payment", ["cash"]),
        ("With rows selected", ["collections"]),
    ],
)
def test_the_map_of_keys_names_the_keys_that_the_screens_have(section, folders):
    """And in the words of their buttons; a key that is renamed on its screen is renamed in the map."""
    text = (WEB / "templates/web/parts/keys.html").read_text(encoding="utf-8")
    rows = text.partition(f"<h3>{section}</h3>")[2].partition("</div>")[0]
    listed = set(re.findall(r'<dt>([^<]+)</dt><dd>{% key "(\w+)" %}', rows))
    pages = [page.read_text(encoding="utf-8") for folder in folders for page in (WEB / folder).rglob("*.html")]
    there = set()
    for found in re.finditer(r'data-key="(\w+)"[^>]*>([^{<]*(?:{% icon [^%]*%})?[^{<]*)', "\n".join(pages)):
        there.add((found[1], re.sub(r"{%[^%]*%}", "", found[2]).strip()))
    letters = {letter for letter, _ in there}
    assert listed
    for words, letter in listed:
        assert letter in letters, words
        assert letter == "Enter" or any(one == letter and label[:4] == words[:4] for one, label in there), words
