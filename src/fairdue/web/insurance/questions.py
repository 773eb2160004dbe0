"""The insurance calculators as forms: each asks in single values and hands on the content of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms

from fairdue.core.insurance.answers import answer_indemnity, answer_obligations, answer_quote
from fairdue.core.insurance.asked import (
    cover_content,
    dates_content,
    premium_content,
    price_content,
    top_up_content,
)
from fairdue.web.choices import currencies

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.utils.datastructures import MultiValueDict

_CAUSES = [("insolvency", "Insolvency"), ("default", "Protracted default")]
_ROWS, _RECEIPTS = 4, 2
FACTORS = {
    "sector": "Sector", "country": "Country", "terms": "Payment terms", "experience": "Loss experience",
    "deductible": "What you bear",
}  # fmt: skip

_FACTOR = "A factor: 1.25 is a quarter dearer. Empty: it does not count."


def _number(label: str, help_text: str = "", *, required: bool = True, **more: Any) -> forms.CharField:
    shown = forms.TextInput({"class": "input num", "inputmode": "decimal"})
    return forms.CharField(label=label, max_length=30, required=required, help_text=help_text, widget=shown, **more)


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "input"})
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class Question(forms.Form):
    """What every calculator asks."""

    currency = forms.ChoiceField(label="Currency", choices=currencies)
    rows: tuple[tuple[str, tuple[tuple[str, str], ...], int], ...] = ()
    """Tables of the form: name of a row, its columns with their labels, how many rows."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the fields of the tables."""
        super().__init__(*args, **kwargs)
        for row, columns, count in self.rows:
            for place in range(count):
                for name, label in columns:
                    made = _day(f"{label}, {place + 1}", required=False)
                    if name in {"net", "gross", "amount", "cost"}:
                        made = _number(f"{label}, {place + 1}", required=False)  # type: ignore[assignment]
                    self.fields[f"{row}{place}_{name}"] = made

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields that stand alone."""
        return [self[name] for name in self.base_fields]

    @property
    def tables(self) -> list[tuple[str, list[list[forms.BoundField]]]]:
        """Each table: title, rows of fields."""
        return [
            (
                {"item": "Items", "receipt": "Money received before the loss", "recovery": "Recovered after it"}[row],
                [[self[f"{row}{place}_{name}"] for name, _ in columns] for place in range(count)],
            )
            for row, columns, count in self.rows
        ]

    def asked(self) -> dict[str, str]:
        """Return what was written, dates as ISO 8601, decimal commas as points."""
        return {name: _written(value) for name, value in self.cleaned_data.items()}

    def table(self, row: str) -> list[dict[str, str]]:
        """Return the rows of a table."""
        ((columns, count),) = [(columns, count) for name, columns, count in self.rows if name == row]
        asked = self.asked()
        return [{name: asked[f"{row}{place}_{name}"] for name, _ in columns} for place in range(count)]

    def content(self) -> dict[str, object]:
        """Return the content of the file that asks the same."""
        return premium_content(self.asked())


def _written(value: object) -> str:
    text = "" if value is None else str(value).strip()
    return text.replace(" ", "").replace(",", ".") if text.replace(",", "").replace(" ", "").isdecimal() else text


class PremiumQuestion(Question):
    """The premium of a declared turnover."""

    rate_percent = _number("Rate, %")
    estimate = _number("Estimated turnover")
    turnover = _number("Declared turnover")
    minimum_percent = _number("Minimum premium, % of the estimated one", required=False, help_text="Empty: 80.")
    instalments = _number("Advances a year", required=False, help_text="Empty: 4.")
    tax_percent = _number("Tax on the premium, %", required=False)
    liability_multiple = _number("Most paid a year, times the premium", required=False)


class PriceQuestion(Question):
    """An indicative price by the factors of the risk."""

    base_rate_percent = _number("Base rate, %")
    turnover = _number("Insurable turnover")
    sector, country, terms, experience, deductible = (
        _number(label, _FACTOR if label == FACTORS["sector"] else "", required=False) for label in FACTORS.values()
    )

    def content(self) -> dict[str, object]:
        """Return the content of the file that asks the same."""
        asked = self.asked()
        return price_content(asked, {name: asked[name] for name in FACTORS})


class TopUpQuestion(Question):
    """A top-up of a limit."""

    amount = _number("Top-up")
    yearly_percent = _number("Rate, % a year")
    months = _number("Months")
    minimum_months = _number("Months charged at least", required=False, help_text="Empty: 3.")

    def content(self) -> dict[str, object]:
        """Return the content of the file that asks the same."""
        return top_up_content(self.asked())


_ITEM = (("invoiced", "Invoiced"), ("due", "Due"), ("net", "Net"))


class CoverQuestion(Question):
    """The indemnity of a loss."""

    insured_percentage = _number("Insured, %", required=False, help_text="Empty: 90.")
    limit = _number("Limit of the customer", required=False, help_text="Empty: no limit was granted.")
    limit_from = _day("Limit from", required=False, help_text="Empty: the first invoice.")
    loss_on = _day("Date of loss")
    cause = forms.ChoiceField(label="Cause", choices=_CAUSES)
    threshold = _number("Losses that do not count, up to", required=False)
    each_and_every = _number("First loss of each claim", required=False)
    minimum_retention = _number("Least that you bear", required=False)
    aggregate_first_loss = _number("First loss of the year", required=False)
    maximum_liability = _number("Most paid in the year", required=False)
    rows = (
        ("item", _ITEM, _ROWS),
        ("receipt", (("date", "Received"), ("gross", "Amount")), _RECEIPTS),
        ("recovery", (("date", "Recovered"), ("amount", "Amount"), ("cost", "Cost")), 1),
    )

    def content(self) -> dict[str, object]:
        """Return the content of the file that asks the same."""
        return cover_content(self.asked(), self.table("item"), self.table("receipt"), self.table("recovery"))


class DatesQuestion(Question):
    """Every date that items impose."""

    extension_days = _number("Extension period, days", required=False, help_text="Empty: 60.")
    notification_days = _number("Overdue notice, days after it", required=False)
    mandate_days = _number("Mandate to collect, days after it", required=False)
    claim_days = _number("Claim, days after it", required=False)
    waiting_days = _number("Waiting period, days", required=False, help_text="Empty: 180.")
    payout_days = _number("Payment, days after the loss", required=False, help_text="Empty: 30.")
    insolvent_on = _day("Insolvent on", required=False)
    rows = (("item", _ITEM, _ROWS),)

    def content(self) -> dict[str, object]:
        """Return the content of the file that asks the same."""
        return dates_content(self.asked(), self.table("item"))


@dataclass(frozen=True, slots=True)
class Calculator:
    """One calculator: its title, its form, who answers, which file asks the same, and a worked example."""

    title: str
    form: type[Question]
    answer: Callable[[object], Any]
    file: str
    example: Mapping[str, str]

    def bound(self, data: MultiValueDict[str, str] | None) -> Question:
        """Return the form with what was asked, with the example where nothing was."""
        return self.form(data if data is not None else {**self.example})


CALCULATORS = {
    "cover": Calculator(
        "Indemnity of a loss", CoverQuestion, answer_indemnity, "indemnity",
        {
            "currency": "EUR", "insured_percentage": "85", "limit": "150000.00", "loss_on": "2026-12-01",
            "cause": "insolvency", "item0_invoiced": "2026-03-01", "item0_due": "2026-03-31", "item0_net": "60000.00",
            "item1_invoiced": "2026-03-08", "item1_due": "2026-04-07", "item1_net": "55000.00",
            "item2_invoiced": "2026-03-15", "item2_due": "2026-04-14", "item2_net": "50000.00",
            "receipt0_date": "2026-05-02", "receipt0_gross": "20000.00", "recovery0_date": "2027-03-01",
            "recovery0_amount": "12000.00", "recovery0_cost": "1500.00",
        },
    ),
    "premium": Calculator(
        "Premium of a turnover", PremiumQuestion, answer_quote, "quote",
        {
            "currency": "EUR", "rate_percent": "0.18", "estimate": "24000000.00", "turnover": "22500000.00",
            "liability_multiple": "25",
        },
    ),
    "price": Calculator(
        "Price by risk", PriceQuestion, answer_quote, "quote",
        {
            "currency": "EUR", "base_rate_percent": "0.15", "turnover": "12000000.00", "sector": "1.25",
            "country": "1.10", "terms": "1.15", "experience": "0.95", "deductible": "0.92",
        },
    ),
    "top-up": Calculator(
        "Top-up", TopUpQuestion, answer_quote, "quote",
        {"currency": "EUR", "amount": "120000.00", "yearly_percent": "2", "months": "5"},
    ),
    "dates": Calculator(
        "Dates of an item", DatesQuestion, answer_obligations, "obligations",
        {
            "currency": "EUR", "extension_days": "60", "notification_days": "30", "waiting_days": "180",
            "item0_invoiced": "2026-08-16", "item0_due": "2026-09-15", "item0_net": "9000.00",
        },
    ),
}  # fmt: skip
