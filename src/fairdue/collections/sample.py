"""A made-up customer with made-up items, so that a wording can be read before it is used."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from fairdue.collections.letters import Written, write
from fairdue.collections.loaded import LoadedDebtor, LoadedItem
from fairdue.collections.planning import Planned
from fairdue.collections.wording import Wording
from fairdue.core.cadence import DEFAULT, Contact, Line, Step, Template
from fairdue.core.findings import refuse
from fairdue.foundation.ids import uuid7
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from uuid import UUID

    from fairdue.foundation.context import Ctx

_NAMES = {
    "de": ("Muster & S\N{LATIN SMALL LETTER O WITH DIAERESIS}hne GmbH", "DE"),
    "fr": ("Exemple et Fils SARL", "FR"),
    "en": ("Sample & Sons Ltd", "GB"),
}
_TERM = timedelta(days=30)


def write_sample(
    ctx: Ctx, *, template: str, language: str, wording: Wording, today: date, creditor: UUID | None = None
) -> Written:
    """Return the letter of a wording to a made-up customer of a real creditor; writes nothing.

    Refuses a wording that does not check.
    """
    step = _step(template)
    debtor = _debtor(ctx, creditor, language)
    items = _items(debtor.creditor_id, step.offset_days, today)
    lines = tuple(Line(item.as_item(), item.residual, step) for item in items)
    planned = Planned(debtor, Contact(step, lines), {item.id: item for item in items})
    return write(planned, wording, today)


def _step(template: str) -> Step:
    return next(step for step in DEFAULT.steps if step.template is Template(template))


def _items(creditor: UUID, offset: int, today: date) -> list[LoadedItem]:
    due = today - timedelta(days=offset)
    return [
        LoadedItem(
            creditor,
            creditor,
            uuid7(),
            "invoice",
            number,
            "EUR",
            amount,
            residual,
            due - _TERM - later,
            due - later,
            (),
        )
        for number, amount, residual, later in (
            ("SAMPLE-1001", 1_190_00, 1_190_00, timedelta(0)),
            ("SAMPLE-0987", 595_00, 200_00, timedelta(days=9 if offset > 0 else 0)),
        )
    ]


def _debtor(ctx: Ctx, creditor: UUID | None, language: str) -> LoadedDebtor:
    home = parties.creditor(ctx, creditor) if creditor else next(iter(parties.creditors(ctx)), None)
    if home is None:
        raise refuse("creditor.unknown", "creditor", "There is no such client.")
    name, country = _NAMES[language]
    return LoadedDebtor(
        home.id, name, "business", country, language, "1 Sample Street", "10115", "Sample City", "ap@sample.example",
        home.id, home.name, home.country, home.street, home.postcode, home.city, home.email, home.vat_id,
        home.register_id, home.iban, home.bic, None,
    )  # fmt: skip
