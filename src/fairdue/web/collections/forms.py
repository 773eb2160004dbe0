"""What a collector fills in: small forms, each one act."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import get_language

from fairdue.collections import selectors
from fairdue.core.money import decimal_of
from fairdue.core.promise import Frequency, add_bank_days
from fairdue.foundation.figures import day_text, money_text
from fairdue.web.spoken import TEMPLATE_WORDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date
    from uuid import UUID

    from fairdue.receivables.selectors import ItemRow

PROMISE_BANK_DAYS = 5
SNOOZE_DAYS = 7
MESSAGES = (
    *((code, TEMPLATE_WORDS[code]) for code in ("reminder", "notice", "firm_notice")),
    ("formal_notice", "Formal notice with interest"),
)


def _date(label: str) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class CallForm(forms.Form):
    """How a call went."""

    outcome = forms.ChoiceField(label="Outcome", choices=selectors.OUTCOMES)
    spoke_with = forms.CharField(label="Spoke with", required=False, max_length=120)
    note = forms.CharField(label="Note", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
    follow_up_on = forms.DateField(
        label="Follow up on", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class PromiseForm(forms.Form):
    """What was promised: which items, how much, by when."""

    items = forms.MultipleChoiceField(label="Items", widget=forms.CheckboxSelectMultiple)
    amount = forms.CharField(label="Amount", max_length=30)
    promised_on = _date("By")
    contact = forms.CharField(label="Promised by", required=False, max_length=120)


class PlanForm(forms.Form):
    """A payment plan over everything that is chosen."""

    plan_items = forms.MultipleChoiceField(label="Items", widget=forms.CheckboxSelectMultiple)
    count = forms.IntegerField(label="Instalments", min_value=2, max_value=60, initial=3)
    frequency = forms.ChoiceField(
        label="Every",
        choices=[(Frequency.MONTHLY, "month"), (Frequency.TWO_WEEKLY, "two weeks"), (Frequency.WEEKLY, "week")],
    )
    first_on = _date("First on")


class DisputeForm(forms.Form):
    """What is contested."""

    item = forms.ChoiceField(label="Item")
    reason = forms.ChoiceField(label="Reason", choices=selectors.DISPUTE_REASONS)
    amount = forms.CharField(
        label="Contested amount", required=False, max_length=30, help_text="Leave empty for the whole item."
    )
    note = forms.CharField(
        label="What the customer says", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class SnoozeForm(forms.Form):
    """Leave the customer, or one item, alone until a day."""

    item = forms.ChoiceField(label="What rests", required=False, choices=[("", "Everything of this customer")])
    until = _date("Until")
    note = forms.CharField(label="Why", required=False, max_length=200)


class NoteForm(forms.Form):
    """What everybody who works on the customer should know."""

    text = forms.CharField(label="Note", max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class WriteOffForm(forms.Form):
    """What is not worth chasing any more; somebody else decides."""

    item = forms.ChoiceField(label="Item")
    amount = forms.CharField(label="Amount", required=False, max_length=30, help_text="Leave empty for all of it.")
    reason = forms.CharField(label="Why", max_length=300, help_text="Who decides reads it.")


class MessageForm(forms.Form):
    """Which message to write now."""

    template = forms.ChoiceField(label="Message", choices=MESSAGES)


def forms_for(items: list[ItemRow], today: date, asked: Collection[UUID] = ()) -> dict[str, forms.Form]:
    """Return the empty forms of a customer, filled with what is most likely.

    Of items in `asked` a write-off was proposed already; it is not offered a second time.
    """
    return {
        "call": CallForm(prefix="call"),
        "promise": promise_form(items, today),
        "plan": plan_form(items, today),
        "dispute": dispute_form(items),
        "snooze": snooze_form(items, today),
        "note": NoteForm(prefix="note"),
        "write_off": write_off_form([item for item in items if item.id not in asked]),
        "message": MessageForm(prefix="message", initial={"template": "notice"}),
    }


def _choices(items: list[ItemRow]) -> list[tuple[str, str]]:
    locale = get_language() or "en"
    return [
        (
            str(item.id),
            f"{item.number}, {money_text(item.residual, item.currency, locale)}, due {day_text(item.due_on, locale)}",
        )
        for item in items
    ]


def _late(items: list[ItemRow], today: date) -> list[ItemRow]:
    """Return the late items in the currency of most of them; all items when none is late."""
    late = [item for item in items if item.due_on < today] or list(items)
    currencies = [item.currency for item in late]
    chosen = max(currencies, key=currencies.count, default="")
    return [item for item in late if item.currency == chosen]


def promise_form(items: list[ItemRow], today: date, data: Mapping[str, str] | None = None) -> PromiseForm:
    """Return the promise form: all late items, their whole sum, five bank days from now."""
    late = _late(items, today)
    total = sum(item.residual for item in late)
    initial = {
        "items": [str(item.id) for item in late],
        "amount": str(decimal_of(total, late[0].currency)) if late else "",
        "promised_on": add_bank_days(today, PROMISE_BANK_DAYS),
    }
    form = PromiseForm(data, prefix="promise", initial=initial)
    form.fields["items"].choices = _choices(items)  # type: ignore[attr-defined]
    return form


def plan_form(items: list[ItemRow], today: date, data: Mapping[str, str] | None = None) -> PlanForm:
    """Return the plan form: all late items in three monthly parts."""
    initial = {
        "plan_items": [str(item.id) for item in _late(items, today)],
        "first_on": add_bank_days(today, PROMISE_BANK_DAYS),
        "count": 3,
    }
    form = PlanForm(data, prefix="plan", initial=initial)
    form.fields["plan_items"].choices = _choices(items)  # type: ignore[attr-defined]
    return form


def dispute_form(items: list[ItemRow], data: Mapping[str, str] | None = None) -> DisputeForm:
    """Return the dispute form over the customer's items."""
    form = DisputeForm(data, prefix="dispute")
    form.fields["item"].choices = _choices(items)  # type: ignore[attr-defined]
    return form


def snooze_form(items: list[ItemRow], today: date, data: Mapping[str, str] | None = None) -> SnoozeForm:
    """Return the form that leaves the customer, or one of its items, alone: a week unless another day is chosen."""
    form = SnoozeForm(data, prefix="snooze", initial={"until": today + timedelta(days=SNOOZE_DAYS)})
    field = form.fields["item"]
    field.choices = [*field.choices, *((id_, f"Only {words}") for id_, words in _choices(items))]  # type: ignore[attr-defined]
    return form


def write_off_form(items: list[ItemRow], data: Mapping[str, str] | None = None) -> WriteOffForm:
    """Return the form that asks for a write-off, over the customer's items."""
    form = WriteOffForm(data, prefix="writeoff")
    form.fields["item"].choices = _choices(items)  # type: ignore[attr-defined]
    return form
