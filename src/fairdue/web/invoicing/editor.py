"""The draft editor: form fields to the JSON form and back, and what the check says about each field."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import get_language

from fairdue.core.findings import Finding, RefusedError, Severity, errors
from fairdue.core.invoice.categories import RULES
from fairdue.core.invoice.check import FindingClass, class_of
from fairdue.core.invoice.model import VatCategory
from fairdue.core.invoice.wire import to_wire
from fairdue.core.money import decimal_of
from fairdue.core.vat.named import parts
from fairdue.core.vat.supply import Nature
from fairdue.foundation.figures import number_text
from fairdue.invoicing import selectors
from fairdue.invoicing.composing import sums
from fairdue.invoicing.documents.words import UNITS
from fairdue.invoicing.prepaid import advance as advance_of
from fairdue.web.invoicing import extras
from fairdue.web.invoicing.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.totals import Totals, VatLine
    from fairdue.core.vat.named import Part
    from fairdue.foundation.context import Ctx
    from fairdue.invoicing.prepaid import Advance
    from fairdue.invoicing.selectors import DraftPage

MOST_LINES = 500
MOST_PLACES, PRICE_PLACES = 3, 2
_LETTERS = {
    "name": "n", "description": "d", "quantity": "q", "unit": "u", "price": "p", "nature": "s", "category": "c",
    "rate": "r",
}  # fmt: skip
_LINE = re.compile(r"lines\[(\d+)\]\.(\w+)$")
PROPOSED = "content.vat_proposed"
"""The finding that says what the law decided on a line, with its reason and its articles."""
LINE_FIELDS = ("name", "description", "quantity", "unit", "price", "nature", "category", "rate")
NUMBERS = ("quantity", "price", "rate")
CATEGORY_WORDS = {
    VatCategory.STANDARD: "S · standard",
    VatCategory.ZERO: "Z · zero rated",
    VatCategory.EXEMPT: "E · exempt",
    VatCategory.REVERSE_CHARGE: "AE · reverse charge",
    VatCategory.INTRA_COMMUNITY: "K · intra-EU goods",
    VatCategory.EXPORT: "G · export",
    VatCategory.OUTSIDE_SCOPE: "O · outside scope",
    VatCategory.CANARY: "L · IGIC (Canary Islands)",
    VatCategory.CEUTA_MELILLA: "M · IPSI (Ceuta, Melilla)",
    VatCategory.SPLIT: "B · split payment (Italy)",
}
BY_LAW = ("", "Decided by law")
"""A line without category gets the one of the law, with its reason (`core.invoice.proposing`)."""
NATURE_WORDS = [("", "Not said"), *((one.value, one.replace("_", " ").capitalize()) for one in Nature)]
CLASSES = {
    FindingClass.CONTENT: ("Content", "what tax law asks for"),
    FindingClass.BUSINESS_RULE: ("Business rules", "of the European standard"),
    FindingClass.FORMAT: ("Format", "what no file could carry"),
}
"""The three classes that tax authorities tell apart, in the order in which a person cares for them."""
HEAD = {
    "delivery": "delivery.day",
    "order": "references.order",
    "buyer_reference": "references.buyer",
    "term": "terms.due",
    "currency": "currency",
    "note": "notes[0].text",
    "exemption": "exemptions",
    "prepaid": "prepaid",
    "process": "process",
}
"""Field of the form to the path that findings name."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the check says about what stands in the form."""

    findings: tuple[Finding, ...]
    totals: Totals | None
    currency: str
    due: date | None
    vat: list[tuple[str, int]] = field(default_factory=list)
    lines: tuple[str, ...] = ()
    tax_currency: str = ""
    prepaid: int = 0
    advance: Advance | None = None
    """What was paid in advance and may be deducted."""
    sheets: tuple[str, ...] = ()
    """The pages as they would look now, each as the address of a picture; none where they cannot be set."""

    @property
    def classes(self) -> list[tuple[str, str, list[Finding]]]:
        """Findings by class, what they mean, those that refuse first; what the law decided comes last."""
        told = [one for one in self.findings if one.severity is Severity.INFO]
        rest = [one for one in self.findings if one.severity is not Severity.INFO]
        found = [
            (word, sense, [one for one in rest if class_of(one.code) is kind])
            for kind, (word, sense) in CLASSES.items()
        ]
        return [row for row in (*found, ("Worth knowing", "decided by law, or told", told)) if row[2]]

    @property
    def anchors(self) -> dict[str, str]:
        """Path of a finding to the id of its field."""
        return {one.path: place for one in self.findings if (place := _anchor(one.path))}

    @property
    def refused(self) -> bool:
        """Whether it cannot be issued as it stands."""
        return bool(errors(self.findings))


def _anchor(path: str) -> str:
    """Return the id of the field that a path names: `lines[1].name` stands in `l1n`."""
    found = _LINE.match(path)
    if found:
        return f"l{found[1]}{_LETTERS[found[2]]}" if found[2] in _LETTERS else ""
    return next((name for name, place in HEAD.items() if place == path and name != "exemption"), "")


def empty_line(number: int) -> dict[str, Any]:
    """Return a fresh line of the JSON form; the law decides its VAT until somebody says otherwise."""
    return {"id": str(number), "name": "", "quantity": "1", "unit": "C62", "price": "0"}


def _line(form: Mapping[str, str], index: int, before: dict[str, Any]) -> dict[str, Any]:
    line = dict(before)
    for name in LINE_FIELDS:
        text = form.get(f"lines-{index}-{name}", "").strip()[:500]
        text = extras.number(text) if name in NUMBERS else text
        line.pop(name, None)
        if text or name in {"name", "quantity", "unit", "price"}:
            line[name] = text
    if line.get("category", "") in {"", VatCategory.OUTSIDE_SCOPE}:
        line.pop("rate", None)
    adjusted = extras.line_adjustments(form, index, before.get("adjustments") or [], line)
    line.pop("adjustments", None)
    return {**line, "adjustments": adjusted} if adjusted else line


def _lines(form: Mapping[str, str], draft: DraftPage) -> list[dict[str, Any]]:
    if draft.billed:
        kept: list[dict[str, Any]] = draft.content.get("lines", [])
        return kept
    before = draft.content.get("lines", [])
    count = min(int(form.get("count", "0") or 0), MOST_LINES) if form.get("count", "0").isdecimal() else 0
    found = [
        _line(form, index, before[index] if index < len(before) else {})
        for index in _order(form.get("move", ""), count)
        if not form.get(f"lines-{index}-remove")
    ]
    if "add" in form:
        last = found[-1] if found else empty_line(1)
        alike = {name: last[name] for name in ("category", "rate") if name in last}
        found.append(empty_line(1) | alike)
    return [{**line, "id": str(number)} for number, line in enumerate(found, 1)]


def _order(move: str, count: int) -> list[int]:
    """Return the lines in the order that the form asks for: `up-2` puts line index 2 before the one above it."""
    order = list(range(count))
    way, _, place = move.partition("-")
    here = int(place) if place.isdecimal() else -1
    there = here + (-1 if way == "up" else 1)
    if way in {"up", "down"} and here in order and there in order:
        order[here], order[there] = order[there], order[here]
    return order


def place_after(form: Mapping[str, str]) -> str:
    """Return where the page opens after a save: at the new line, or at the line that was moved."""
    if "add" in form:
        return "#last"
    way, _, place = form.get("move", "").partition("-")
    if way not in {"up", "down"} or not place.isdecimal():
        return ""
    return f"#l{max(int(place) + (-1 if way == 'up' else 1), 0)}n"


def read(form: Mapping[str, str], draft: DraftPage) -> tuple[dict[str, Any], str, str]:
    """Return content, payment term and currency that stand in the form; the rest of the draft stays."""
    content = {**draft.content, "lines": _lines(form, draft)}

    def text(name: str, most: int = 120) -> str:
        return form.get(name, "").strip()[:most]

    references = {**content.get("references", {}), "order": text("order"), "buyer": text("buyer_reference")}
    delivery = {**content.get("delivery", {}), "day": text("delivery")}
    parts: dict[str, Any] = {
        "references": {key: value for key, value in references.items() if value},
        "delivery": {key: value for key, value in delivery.items() if value},
        "notes": _notes(text("note", 2000), draft.content.get("notes", [])),
        "exemptions": _exemptions(text("exemption", 300), content["lines"]),
        "terms": extras.terms(form, content.get("terms", {})),
        "adjustments": extras.adjustments(form, content.get("adjustments") or [], content["lines"]),
        **dict.fromkeys(extras.EXCHANGE, ""),
        **extras.exchange(form, content),
        "prepaid": extras.prepaid(form, content),
        "process": extras.cadre(form, content),
    }
    for name, value in parts.items():
        content.pop(name, None)
        if value:
            content[name] = value
    return content, text("term", 20) or draft.term, text("currency", 3).upper() or draft.currency


def _notes(typed: str, before: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the typed note in place of the first one without a subject; notes with a subject stay."""
    return [{"text": typed}, *_further(before)] if typed else _further(before)


def _further(notes: list[dict[str, str]]) -> list[dict[str, str]]:
    plain = next((index for index, note in enumerate(notes) if not note.get("subject")), None)
    return [note for index, note in enumerate(notes) if index != plain]


def _exemptions(reason: str, lines: list[dict[str, Any]]) -> list[dict[str, str]]:
    used = {line.get("category") for line in lines}
    untaxed = [one for one in (VatCategory.EXEMPT, VatCategory.OUTSIDE_SCOPE) if one in used]
    return [{"category": one.value, "reason": reason} for one in untaxed if reason]


def judge(
    ctx: Ctx, draft: DraftPage, content: dict[str, Any], term: str, currency: str, today: date, *, kept: bool
) -> Judged:
    """Return findings and totals of a content as of today; `kept` tells that it is what stands in the draft."""
    invoice, found = selectors.composed(
        ctx, content, creditor=draft.creditor_id, debtor=draft.debtor_id, currency=currency, term=term, today=today
    )
    computed = sums(invoice)
    advance = advance_of(ctx, draft.id, currency) if not (invoice and invoice.type.is_credit) else None
    if advance and invoice and (advance.deducted or invoice.prepaid):
        found = (*found, *advance.findings(invoice.prepaid))
    if not (computed and invoice):
        return Judged(found, computed, currency, None, advance=advance)
    lines = tuple(figure(decimal_of(net, currency)) for net in computed.lines)
    vat = [_vat_word(row, part) for row in computed.vat for part in parts(invoice, row)]
    return Judged(
        found, computed, currency, invoice.terms.due, vat, lines, invoice.tax_currency, invoice.prepaid,
        advance, _sheets(ctx, draft, invoice, kept=kept),
    )  # fmt: skip


def _sheets(ctx: Ctx, draft: DraftPage, invoice: Invoice, *, kept: bool) -> tuple[str, ...]:
    """Return the pages of what stands in the form as addresses of pictures, none where they cannot be set.

    The first one comes along, so that it stands there at once. Of a draft that is kept the others are fetched
    when somebody looks at them: a long invoice would weigh megabytes after each word.
    """
    try:
        images = selectors.page_images(ctx, to_wire(invoice), draft.creditor_id)
    except RefusedError:
        return ()
    fetched = len(images) - 1 if kept else 0
    return (
        *(f"data:image/svg+xml;base64,{b64encode(one).decode()}" for one in images[: len(images) - fetched]),
        *(f"{reverse('web:draft_page', args=[draft.id, page])}?v={quote(draft.stamp)}"
          for page in range(2, fetched + 2)),
    )  # fmt: skip


def figure(value: Decimal) -> str:
    """Return a number as the reader writes it, with the places that it has."""
    places = -int(value.as_tuple().exponent)
    return number_text(value, get_language() or "en", places if 0 <= places <= MOST_PLACES else None)


def priced(text: str) -> str:
    """Return a price of an order as the reader writes it, with two places at least; what is none stays."""
    try:
        value = Decimal(text)
    except DecimalException:
        return text
    return figure(value if value.as_tuple().exponent <= -PRICE_PLACES else value.quantize(Decimal("0.01")))  # type: ignore[operator]


def _vat_word(row: VatLine, part: Part) -> tuple[str, int]:
    rate = f"{format(part.rate.normalize(), 'f')} %" if part.rate else ""
    return f"{part.name or 'VAT'} {rate}" if rate else RULES[row.category].label["en"], part.tax


def vat_word(category: str, rate: Any) -> str:
    """Return the VAT of a line as a column shows it: `8.1 %`, or why there is none."""
    text = "" if rate is None else f"{rate:f}" if isinstance(rate, Decimal) else str(rate)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if text.strip("0."):
        return f"{text} %"
    known = next((word for code, word in CATEGORY_WORDS.items() if code.value == category), BY_LAW[1])
    return known.rpartition(" · ")[2].capitalize() if category != VatCategory.INTRA_COMMUNITY else "Intra-EU goods"


def _messages(found: tuple[Finding, ...], path: str) -> tuple[str, str]:
    here = [one for one in found if one.path == path or one.path.startswith(f"{path}.")]
    wrong = next((one.message for one in here if one.severity is Severity.ERROR), "")
    doubt = next((one.message for one in here if one.severity is Severity.WARNING), "")
    told = next((f"{one.message} ({one.source})" for one in here if one.code == PROPOSED), "")
    return wrong, doubt or told


def fields_of(
    draft: DraftPage, content: dict[str, Any], term: str, currency: str, state: Judged, *, country: str
) -> dict[str, Any]:
    """Return every field of the form with its value and what is wrong with it; `country` is that of the seller."""
    references = content.get("references", {})
    values = {
        "delivery": content.get("delivery", {}).get("day", ""),
        "order": references.get("order", ""),
        "buyer_reference": references.get("buyer", ""),
        "term": term,
        "currency": currency,
        "note": next((note.get("text", "") for note in content.get("notes", []) if not note.get("subject")), ""),
        "exemption": next((one.get("reason", "") for one in content.get("exemptions", [])), ""),
        "prepaid": content.get("prepaid", ""),
    }
    if country == "FR":
        values["process"] = content.get("process", "")

    def shown(name: str, value: str, path: str) -> Shown:
        return _shown(name, value, path, state)

    head = {name: _shown(name, str(value), HEAD[name], state) for name, value in values.items()}
    lines: list[dict[str, Any]] = [
        {
            "number": index + 1,
            "index": index,
            "net": state.lines[index] if index < len(state.lines) else "",
            "vat": vat_word(str(line.get("category", "")), line.get("rate")),
            "priced": priced(str(line.get("price", ""))),
            "adjusted": extras.line_fields(line, index, shown),
            **{
                name: _shown(f"lines-{index}-{name}", str(line.get(name, "")), f"lines[{index}].{name}", state)
                for name in LINE_FIELDS
            },
        }
        for index, line in enumerate(content.get("lines", []))
    ]
    return {
        "head": head,
        "lines": lines,
        **extras.fields(content, shown),
        "count": len(lines),
        "from_order": draft.billed,
        "exempt": any(line.get("category") in {"E", "O"} for line in content.get("lines", [])),
        "units": [(code, words["en"]) for code, words in UNITS.items() if code not in {"H87", "EA"}],
        "unit_codes": UNITS.keys() - {"H87", "EA"},
        "categories": [BY_LAW, *((code.value, word) for code, word in CATEGORY_WORDS.items())],
        "natures": NATURE_WORDS,
        "cadres": extras.cadres(str(values.get("process", ""))),
    }


def _shown(name: str, value: str, path: str, state: Judged) -> Shown:
    return Shown(name, value, f"e-{name}", *_messages(state.findings, path))
