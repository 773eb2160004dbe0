"""The component tags of every screen: `{% load fairdue_ui %}`. Shown one by one at `/styleguide`.

Figures follow the language of the request. Money is given as whole minor units and a currency.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import lucide
from django import template
from django.forms import CheckboxInput, CheckboxSelectMultiple, RadioSelect, Textarea
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from fairdue.core.money import decimal_of
from fairdue.foundation import clock
from fairdue.web import charts, formats
from fairdue.web.lists import encode_cursor
from fairdue.web.permit import reachable
from fairdue.web.spoken import hold_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from django.forms import BoundField

    from fairdue.web.lists import ListState, Page

register = template.Library()

_NONE = SafeString('<span class="muted">\N{EN DASH}</span>')

_TONE_ICONS = {"danger": "circle-alert", "attention": "triangle-alert", "done": "circle-check", "": "info"}
_DJANGO_ROWS = "10"
"""What Django gives a text area that says nothing."""
_EMPTY_ICONS = {"first": "sprout", "nothing": "search-x", "done": "circle-check", "failure": "circle-x"}


def _locale() -> str:
    return get_language() or "en"


# --- Icons, keys, badges ---------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _icon(name: str, size: int) -> str:
    # A private function of the package: its public tag offers no way to leave out the class names.
    return lucide._render_icon(name, size, aria_hidden="true", stroke_width=1.75)  # noqa: SLF001


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """Return a lucide icon, inlined and hidden from screen readers: its neighbour is always a word."""
    return SafeString(_icon(str(name) + "", size))


@register.simple_tag
def key(keys: str) -> SafeString:
    """Return key hints: `{% key "g w" %}`."""
    return format_html_join(" ", "<kbd>{}</kbd>", ((part,) for part in keys.split()))


@register.simple_tag
def badge(word: str, tone: str = "", icon_name: str = "") -> SafeString:
    """Return a word with a meaning: tone is danger, attention, done, accent or nothing."""
    name = icon_name or (_TONE_ICONS[tone] if tone in {"danger", "attention", "done"} else "")
    return format_html('<span class="badge {}">{}{}</span>', tone, icon(name, 12) if name else "", word)


@register.simple_tag(takes_context=True)
def reach(context: Mapping[str, Any], name: str, *args: object) -> str:
    """Return the address of a screen if the reader may open it, else nothing: `{% reach "web:orders" as url %}`."""
    return reachable(context["request"], name, *args)


# --- Figures ---------------------------------------------------------------------------------------


@register.simple_tag
def money(minor: int | None, currency: str, *, code: bool = True, signed: bool = False) -> SafeString | str:
    """Return an amount with its currency; `code=False` where the column head names the currency."""
    if minor is None:
        return _NONE
    text = formats.money_text(minor, currency, _locale(), code=False, signed=signed)
    if not code:
        return format_html('<span class="nowrap">{}</span>', text)
    return format_html('<span class="nowrap">{}{}<span class="cur">{}</span></span>', text, formats.NO_BREAK, currency)


@register.simple_tag
def short_money(minor: int, currency: str) -> str:
    """Return a rounded amount such as `84 k EUR`, for charts only."""
    return f"{formats.short_money_text(minor, currency, _locale())}{formats.NO_BREAK}{currency}"


@register.filter
def decimal(minor: int, currency: str) -> str:
    """Return minor units as an amount field takes them, `1500.00`; only the value of an input is written so."""
    return str(decimal_of(minor, currency))


@register.filter
def number(value: Decimal | int, places: int | None = None) -> str:
    """Return a number in the reader's locale."""
    return formats.number_text(value, _locale(), places)


@register.filter
def percent(value: Decimal | int, places: int | None = None) -> str:
    """Return a rate that is already in percent."""
    return formats.percent_text(value, _locale(), places)


@register.simple_tag
def plural(count: int, singular: str, many: str = "") -> str:
    """Return `1 invoice`, `38 invoices`."""
    return formats.plural_text(count, singular, many, _locale())


@register.filter
def words(value: str) -> str:
    """Return a stored word as a person reads it: `well_formed` as `Well formed`."""
    text = str(value).replace("_", " ").replace("-", " ")
    return text[:1].upper() + text[1:]


@register.filter
def held(reason: str) -> str:
    """Return why somebody is not chased, in lower case: `promise_to_pay` as `promise to pay`."""
    return hold_words(reason)


_FIELD_WORDS = {
    "external_id": "Customer number", "debtor_external_id": "Customer number", "vat_id": "VAT number",
    "parent_external_id": "Customer number of the head office", "ibans": "IBANs", "iban": "IBAN", "bic": "BIC",
    "email": "E-mail", "vat_rate": "VAT rate", "vat_category": "VAT category", "vat_percent": "VAT percent",
    "end_to_end_id": "End-to-end reference",
    "payment_ref": "The bank's reference", "payer_iban": "IBAN of the payer", "mandate_id": "Mandate",
}  # fmt: skip
"""Names of fields that nobody would guess from their letters."""


@register.filter
def field_words(name: str) -> str:
    """Return the name of a field of an import as people say it: `external_id` as `Customer number`."""
    return _FIELD_WORDS.get(str(name)) or words(name)


@register.filter
def device(agent: str) -> str:
    """Return what a browser calls itself as people say it: `Chrome on Windows`."""
    return formats.device_text(str(agent))


@register.filter
def phone(number: str) -> str:
    """Return a telephone number in groups, `+493381123456` as `+49 3381 123456`; what is none stays as it is."""
    return formats.phone_text(str(number))


@register.filter
def iban(account: str) -> str:
    """Return an IBAN in groups of four; an account of another form stays as it is."""
    return formats.account_text(str(account))


@register.filter
def dated(value: object) -> str:
    """Return a text with its days and amounts as people write them: `granted 2026-01-01` as `granted 1 Jan 2026`."""
    return formats.in_words(str(value), _locale())


@register.filter
def day(value: date | None) -> SafeString | str:
    """Return a date as `12 Nov 2026` in a `<time>` element; a dash where there is none."""
    if value is None:
        return _NONE
    return format_html(
        '<time class="nowrap" datetime="{}">{}</time>', value.isoformat(), formats.day_text(value, _locale())
    )


@register.filter(expects_localtime=True)
def moment(value: datetime) -> SafeString:
    """Return an instant as `12 Nov 2026, 14:05`; Django puts it into the reader's zone."""
    return format_html(
        '<time class="nowrap" datetime="{}">{}</time>',
        value.isoformat(),
        formats.instant_text(value, _locale()),
    )


@register.filter(expects_localtime=True)
def ago(value: datetime) -> SafeString:
    """Return how long ago an instant of today was, `5 hours ago`, with the instant itself at the pointer."""
    return format_html(
        '<time class="nowrap" datetime="{}" title="{}">{}</time>',
        value.isoformat(), formats.instant_text(value, _locale()), formats.ago_text(value, clock.now(), _locale()),
    )  # fmt: skip


@register.simple_tag
def due(value: date | None, today: date, *, open_: bool = True) -> SafeString:
    """Return a due date with how late it is beside it, never instead of it."""
    if value is None or not open_:
        return SafeString(day(value))
    tone = "danger" if value < today else "attention" if value == today else "muted"
    late = formats.lateness_text(value, today)
    return format_html('{} <span class="small nowrap {}">{}</span>', day(value), tone, late)


@register.simple_tag
def lateness(value: date, today: date) -> str:
    """Return only the words: `9 days late`."""
    return formats.lateness_text(value, today)


# --- Tables, filters, pages ------------------------------------------------------------------------


@register.simple_tag
def th(label: str, column: str = "", state: ListState | None = None, css: str = "") -> SafeString:
    """Return a column head; with a column and the list state it sorts and says so by `aria-sort`."""
    if not column or state is None:
        return format_html('<th scope="col" class="{}">{}</th>', css, label)
    sort = state.aria_sort(column)
    arrow = icon("arrow-up" if sort == "ascending" else "arrow-down", 12) if sort else ""
    return format_html(
        '<th scope="col" class="{}"{}><a href="{}">{}{}</a></th>',
        css,
        format_html(' aria-sort="{}"', sort) if sort else "",
        state.sort_url(column),
        label,
        arrow,
    )


@register.inclusion_tag("web/parts/filters.html")
def filters(state: ListState, label: str = "Filter the list") -> dict[str, Any]:
    """Return the filter form of a list; it is a GET form, so every view of the list is a link."""
    fields = [(item, state.asked(item.name)) for item in state.spec.filters]
    hidden = dict(state.kept)
    if state.sort != state.spec.sorts[0] or state.descending != state.spec.descending:
        hidden["sort"] = f"-{state.sort}" if state.descending else state.sort
    return {"state": state, "fields": fields, "hidden": hidden, "label": label}


@register.inclusion_tag("web/parts/views.html", takes_context=True)
def saved_views(context: dict[str, Any], state: ListState, page: str) -> dict[str, Any]:
    """Return the views that the reader keeps of a list, and the form that saves the present one."""
    from fairdue.collections import selectors

    request = context["request"]
    return {
        "views": selectors.views(request.ctx, page), "page": page, "current": state.view_query(),
        "csrf_token": context.get("csrf_token"), "team": not request.ctx.creditor,
    }  # fmt: skip


@register.inclusion_tag("web/parts/pager.html")
def pager(state: ListState, page: Page, noun: str = "row") -> dict[str, Any]:
    """Return the foot of a list: how many there are, and the link to the next page."""
    following = state.url(after=encode_cursor(page.next_cursor)) if page.next_cursor else ""
    return {"state": state, "page": page, "next_url": following, "noun": noun, "shown": len(page.rows)}


@register.simple_tag
def panel_link(url: str, **query: object) -> SafeString:
    """Return the attributes of a link that opens in the side panel, or as a page without script.

    What is asked for last is shown last: the panel takes one answer after the other.
    """
    told = urlencode({name: value for name, value in query.items() if value})
    url = f"{url}?{told}" if told else url
    return format_html(
        'href="{0}" hx-get="{0}" hx-target="#panel" hx-swap="innerHTML" hx-sync="#panel:queue last" class="open" '
        "data-panel",
        url,
    )


@register.simple_tag
def pick(value: object, label: str, minor: int = 0, *, ticked: bool = False) -> SafeString:
    """Return the cell that selects a row; the bulk bar adds up `minor` of the selected rows."""
    return format_html(
        '<td class="pick"><label><span class="sr">Select {}</span>'
        '<input type="checkbox" name="id" value="{}" data-minor="{}"{}></label></td>',
        label,
        value,
        minor,
        " checked" if ticked else "",
    )


# --- States, messages, forms -----------------------------------------------------------------------


@register.inclusion_tag("web/parts/empty.html")
def empty(kind: str, title: str, text: str = "", url: str = "", action: str = "") -> dict[str, Any]:
    """Return an empty state: kind is first, nothing, done or failure."""
    return {
        "kind": kind,
        "title": title,
        "text": text,
        "url": url,
        "action": action,
        "icon": _EMPTY_ICONS[kind],
    }


@register.simple_block_tag
def banner(content: str, tone: str = "", title: str = "") -> SafeString:
    """Return a message about the whole page or panel; danger is announced at once."""
    head = format_html("<strong>{}</strong>", title) if title else ""
    return format_html(
        '<div class="banner {}" role="{}">{}<div>{}<div>{}</div></div></div>',
        tone,
        "alert" if tone == "danger" else "note",
        icon(_TONE_ICONS[tone]),
        head,
        content,
    )


@register.inclusion_tag("web/parts/field.html")
def field(bound: BoundField, help_text: str = "", css: str = "", unit: str = "") -> dict[str, Any]:
    """Return a form field: label, input, help, and the error beside it, tied together for screen readers."""
    widget = bound.field.widget
    group = isinstance(widget, RadioSelect | CheckboxSelectMultiple)
    described = [f"{bound.auto_id}-help"] if (help_text or bound.help_text) else []
    described += [f"{bound.auto_id}-error"] if bound.errors else []
    attrs: dict[str, str | bool] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if isinstance(widget, Textarea) and widget.attrs.get("rows") == _DJANGO_ROWS:
        attrs["rows"] = "4"
    return {
        "bound": bound,
        "control": bound.as_widget(attrs=attrs) if not group else bound,
        "help": help_text or bound.help_text,
        "check": isinstance(widget, CheckboxInput),
        "group": group,
        "css": css,
        "unit": unit,
    }


@register.filter
def unit(code: str) -> str:
    """Return a unit of measure in words, `C62` as `pcs`; an unknown one stays as it is written."""
    from fairdue.invoicing.documents.words.units import UNITS

    words_ = UNITS.get(str(code), {})
    return words_.get(_locale()[:2]) or words_.get("en") or str(code)


@register.filter
def place(path: str) -> str:
    """Return the place of a finding in words: `lines[0].name` as `Line 1, name`."""
    spoken = re.sub(r"(\w+?)s?\[(\d+)\]", lambda found: f"{found[1]} {int(found[2]) + 1}", str(path))
    text = ", ".join(part.replace("_", " ") for part in spoken.split(".") if part)
    return text[:1].upper() + text[1:]


@register.inclusion_tag("web/parts/findings.html")
def findings(items: Sequence[Any], empty_text: str = "", anchors: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return findings in words, errors first; each says where it is and on what it rests.

    `anchors` gives the id of the field by path: such a finding leads there.
    """
    order = {"error": 0, "warning": 1, "info": 2}
    rows = sorted(items, key=lambda item: order[str(item.severity)])
    return {"items": [(item, (anchors or {}).get(item.path, "")) for item in rows], "empty_text": empty_text}


@register.inclusion_tag("web/parts/timeline.html")
def timeline(days: Sequence[tuple[date, Sequence[Mapping[str, Any]]]]) -> dict[str, Any]:
    """Return facts by day; an entry has icon, tone, title, text, who, at, url."""
    return {"days": days}


@register.inclusion_tag("web/parts/band.html")
def band(figures: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the band of figures; a figure has label, value, cur, note, tone, icon, url and spark."""
    return {"figures": figures}


@register.simple_tag
def facts(pairs: Sequence[tuple[str, object]], css: str = "") -> SafeString:
    """Return labels and values about one thing as a definition list."""
    rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>", pairs)
    return format_html('<dl class="facts {}">{}</dl>', css, rows)


@register.simple_tag
def initials(name: str) -> SafeString:
    """Return the round mark of a person; the name itself stands beside it."""
    parts = [part[0] for part in name.replace("@", " ").split() if part]
    return format_html('<span class="avatar" aria-hidden="true">{}</span>', "".join(parts[:2]).upper())


@register.simple_tag
def meter(used: int, limit: int, label: str) -> SafeString:
    """Return a thin bar for how much of a limit is used."""
    return charts.meter(used, limit, label)


@register.simple_tag
def progress(done: int, total: int, label: str) -> SafeString:
    """Return a thin bar for how much of a piece of work is done."""
    return charts.progress(done, total, label)


@register.simple_tag
def spark(values: Sequence[int], label: str) -> SafeString:
    """Return a line of the size of a word."""
    return charts.sparkline(values, label)


@register.simple_block_tag
def panel(content: str, title: str, sub: str = "", css: str = "") -> SafeString:
    """Return a panel with a heading around the content: `{% panel "Open items" %}…{% endpanel %}`."""
    note = format_html('<span class="muted small">{}</span>', sub) if sub else ""
    return format_html(
        '<section class="panel {}"><header><h2>{}</h2>{}</header>{}</section>',
        css,
        title,
        note,
        content,
    )
