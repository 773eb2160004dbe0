"""The file for the bank that pays refunds: pain.001.001.09, written by sepaxml and checked against its schema."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sepaxml import SepaTransfer  # type: ignore[import-untyped]
from sepaxml.validation import try_valid_xml  # type: ignore[import-untyped]

from fairdue.cash.directdebit.pain008 import named

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

SCHEMA = "pain.001.001.09"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer of the file; `amount` in cents."""

    amount: int
    name: str
    iban: str
    end_to_end_id: str
    text: str
    agent: str = ""
    """BIC of the bank of the account; only `foreign` asks for it."""
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Payer:
    """Who pays, and on which day; `reference` becomes the message id."""

    reference: str
    name: str
    iban: str
    bic: str
    pay_on: date
    made_at: datetime


def write(payer: Payer, transfers: Sequence[Transfer]) -> bytes:
    """Return the file; raises when it does not follow its schema."""
    config = {"name": payer.name, "IBAN": payer.iban, "batch": True, "currency": "EUR"}
    config |= {"BIC": payer.bic} if payer.bic else {}
    with warnings.catch_warnings():
        # sepaxml asks an element for its truth; Python announces that the answer will change.
        warnings.simplefilter("ignore", DeprecationWarning)
        file = SepaTransfer(config, schema=SCHEMA, clean=True)
        for one in transfers:
            file.add_payment({
                "name": one.name, "IBAN": one.iban, "amount": one.amount, "execution_date": payer.pay_on,
                "description": one.text, "endtoend_id": one.end_to_end_id,
            })  # fmt: skip
        content = named(bytes(file.export(validate=False)), payer.reference, payer.made_at)
    try_valid_xml(content, SCHEMA)
    return content
