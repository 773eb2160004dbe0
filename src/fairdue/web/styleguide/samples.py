"""Invented rows that look real, for the styleguide only. No database stands behind them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django import forms

from fairdue.core.findings import Finding, Severity
from fairdue.web import charts, formats
from fairdue.web.bulk import Excluded, Preview
from fairdue.web.choices import country_field

TODAY = date(2026, 11, 21)


@dataclass(frozen=True, slots=True)
class Item:
    """One open item as a list shows it."""

    number: str
    customer: str
    city: str
    due: date
    amount: int
    residual: int
    currency: str
    reason: str
    state: str
    tone: str


@cache
def _samples() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("samples.toml").read_text(encoding="utf-8"))


def items() -> list[Item]:
    """Return a page of open items."""
    found = _samples()
    return [
        Item(due=TODAY - timedelta(row["late"]), currency=found["currency"], **_without(row, "late"))
        for row in found["items"]
    ]


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}


def figures() -> list[dict[str, Any]]:
    """Return the band of a dashboard."""
    return [
        row | {"spark": charts.sparkline(row.get("trend", []), f"{row['label']} over eight months")}
        for row in _samples()["figures"]
    ]


def aging() -> list[charts.Point]:
    """Return six aging buckets."""
    return [
        charts.Point(row["label"], row["minor"], formats.money_text(row["minor"], "EUR", code=False), "#list")
        for row in _samples()["aging"]
    ]


def weeks() -> list[charts.Point]:
    """Return cash received by week, then what is expected."""
    received, expected = (82, 96, 71, 110, 124, 88, 93, 131, 117), (76, 64, 58, 49)
    tones = [charts.Tone.PLAIN] * len(received) + [charts.Tone.PAST] * len(expected)
    return [
        charts.Point(f"W{36 + at}", value * 100_000, f"{value},000 EUR", tone=tone)
        for at, (value, tone) in enumerate(zip(received + expected, tones, strict=True))
    ]


def dso() -> list[charts.Point]:
    """Return DSO by month."""
    values = (58, 57, 59, 55, 54, 52, 53, 50, 51, 49, 48, 47)
    names = "Dec Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov".split()
    return [charts.Point(name, value, f"{value} days") for name, value in zip(names, values, strict=True)]


def life() -> list[tuple[date, list[dict[str, str]]]]:
    """Return a customer's last facts by day."""
    return [(TODAY - timedelta(row["ago"]), row["facts"]) for row in _samples()["days"]]


def findings() -> list[Finding]:
    """Return one finding of each severity."""
    return [Finding(**row | {"severity": Severity(row["severity"])}) for row in _samples()["findings"]]


def preview() -> Preview:
    """Return what stands before a bulk action."""
    row = _samples()["preview"]
    excluded = [Excluded(**item) for item in row["excluded"]]
    return Preview(**row | {"excluded": excluded, "action_url": "#", "back_url": "/styleguide"})


REASONS = (("", "Choose a reason"), ("price", "Price differs from the order"), ("quality", "Goods faulty"))
CHANNELS = (("mail", "E-mail"), ("post", "Letter"), ("call", "Call"))


class SampleForm(forms.Form):
    """A form with every kind of field."""

    customer = forms.CharField(label="Customer", help_text="As the register writes it.")
    vat_id = forms.CharField(label="VAT identifier", required=False, help_text="With the country prefix.")
    country = country_field()
    due = forms.DateField(label="Due date", widget=forms.DateInput(attrs={"type": "date"}))
    amount = forms.DecimalField(label="Amount", widget=forms.TextInput(attrs={"inputmode": "decimal"}))
    reason = forms.ChoiceField(label="Reason", choices=REASONS)
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    notify = forms.BooleanField(label="Tell the sales team", required=False, help_text="By e-mail.")
    channel = forms.ChoiceField(label="Channel", choices=CHANNELS, widget=forms.RadioSelect)


def sample_form() -> SampleForm:
    """Return the form with one field wrong, as after a first try."""
    form = SampleForm({
        "customer": "Havelland Getränke GmbH", "vat_id": "DE123456789", "country": "DE", "due": "2026-11-30",
        "amount": "12840.00", "reason": "price", "channel": "mail",
    })  # fmt: skip
    form.is_valid()
    form.add_error("vat_id", "The check digit of DE123456789 is wrong. Compare it with the invoice.")
    return form
