"""How a customer is reached: what is known about its addresses and numbers, layer by layer, and what it wants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms

from fairdue.core.invoice.delivery import FREE
from fairdue.core.parties.evidence import Evidence, Layer, Outcome
from fairdue.invoicing import masterdata
from fairdue.invoicing.reaching import choice_for
from fairdue.parties import selectors as parties
from fairdue.web.invoicing.delivering import CHANNELS
from fairdue.web.parties.looking import Seen
from fairdue.web.parties.master_forms import scheme_names

if TYPE_CHECKING:
    from collections.abc import Sequence


LAYERS = {
    Layer.SYNTAX: "Form and check digits",
    Layer.DOMAIN: "Mail server of the domain",
    Layer.REGISTER: "Public register",
    Layer.DELIVERY: "What became of what was sent",
    Layer.PERSON: "A person",
}
OUTCOMES = {
    Outcome.PASSED: ("Right", "done", "circle-check"),
    Outcome.FAILED: ("Wrong", "danger", "circle-x"),
    Outcome.NOT_CHECKED: ("Not checked", "attention", "circle-question-mark"),
}
OF_ADDRESS = (Layer.SYNTAX, Layer.REGISTER, Layer.DELIVERY, Layer.PERSON)
OF_EMAIL = (Layer.SYNTAX, Layer.DOMAIN, Layer.DELIVERY, Layer.PERSON)
OF_NUMBER = (Layer.SYNTAX, Layer.REGISTER)


class WishForm(forms.Form):
    """By which channel a customer wants its invoices."""

    channel = forms.ChoiceField(
        label="The customer wants invoices by", required=False,
        choices=(("", "No wish"), *((str(way), CHANNELS[way]) for way in FREE)),
    )  # fmt: skip


class ConfirmForm(forms.Form):
    """What a person found out."""

    what = forms.ChoiceField(label="What", choices=(("address", "Address"), ("email", "E-mail")))
    right = forms.ChoiceField(label="It is", choices=(("yes", "Right"), ("no", "Wrong")))
    source = forms.CharField(label="How do you know", max_length=120, help_text="A call, a letter, a visit.")


@dataclass(frozen=True, slots=True)
class Looked:
    """One layer of one value: its last word, none where it never looked."""

    layer: str
    word: str
    tone: str
    icon: str
    last: Evidence | None


@dataclass(frozen=True, slots=True)
class Subject:
    """A value with what each layer says about it."""

    name: str
    value: str
    layers: tuple[Looked, ...]


def subjects(look: Seen) -> list[Subject]:
    """Return what is known about each value of a customer that counts today."""
    party = parties.parties(look.ctx, [look.debtor.id])[look.debtor.id]
    found = parties.evidence(look.ctx, look.debtor.id)
    values = parties.current_values(look.ctx, look.debtor.id)
    named = scheme_names(look.debtor.country) | {"vat": "VAT number"}
    rows = [_subject("Invoice address", "address", values["address"], OF_ADDRESS, found)]
    rows += [_subject("E-mail for invoices", "email", values["email"], OF_EMAIL, found)]
    rows += [
        _subject(named.get(one.scheme, one.scheme), one.scheme, one.value, OF_NUMBER, found)
        for one in party.identifiers
    ]
    return [row for row in rows if row.value]


def _subject(name: str, what: str, value: str, layers: Sequence[Layer], found: Sequence[Evidence]) -> Subject:
    last = {one.layer: one for one in found if one.what == what and one.value == value}
    return Subject(name, value, tuple(_looked(layer, last.get(layer)) for layer in layers))


def _looked(layer: Layer, last: Evidence | None) -> Looked:
    word, tone, icon = OUTCOMES[last.outcome] if last else ("Never looked", "", "minus")
    return Looked(LAYERS[layer], word, tone, icon, last)


def context(look: Seen) -> dict[str, Any]:
    """Return what the panels on reaching a customer need."""
    seller, buyer = masterdata.pair(look.ctx, look.debtor.creditor_id, look.debtor.id)
    choice = choice_for(seller, buyer, look.today)
    named = scheme_names(look.debtor.country)
    return {
        "subjects": subjects(look),
        "numbers": [(row, named.get(row.scheme, row.scheme)) for row in parties.identifiers(look.ctx, look.debtor.id)],
        "choice": choice,
        "choice_channel": CHANNELS.get(choice.way, "") if choice and choice.way else "",
        "wish_word": CHANNELS.get(look.debtor.delivery, "") if look.debtor.delivery else "",
        "reach_forms": {
            "wish": WishForm(initial={"channel": look.debtor.delivery}, auto_id="wish_%s"),
            "confirm": ConfirmForm(auto_id="confirm_%s"),
        },
    }
