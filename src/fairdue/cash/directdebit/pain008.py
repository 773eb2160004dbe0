"""The file for the bank: pain.008.001.08, written by sepaxml and checked against its schema."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree
from sepaxml import SepaDD  # type: ignore[import-untyped]
from sepaxml.validation import try_valid_xml  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

SCHEMA = "pain.008.001.08"
INSTRUMENTS = {"core": "CORE", "b2b": "B2B"}


@dataclass(frozen=True, slots=True)
class Order:
    """One collection of the file; `amount` in cents."""

    amount: int
    name: str
    iban: str
    mandate: str
    signed_on: date
    sequence: str
    end_to_end_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Head:
    """Whose file it is; `reference` becomes the message id and names the batches."""

    reference: str
    name: str
    iban: str
    bic: str
    identifier: str
    scheme: str
    collect_on: date
    made_at: datetime


def write(head: Head, orders: Sequence[Order]) -> bytes:
    """Return the file, one batch for each sequence type; raises when it does not follow its schema."""
    config = {
        "name": head.name, "IBAN": head.iban, "batch": True, "creditor_id": head.identifier, "currency": "EUR",
        "instrument": INSTRUMENTS[head.scheme],
    } | ({"BIC": head.bic} if head.bic else {})  # fmt: skip
    with warnings.catch_warnings():
        # sepaxml asks an element for its truth; Python announces that the answer will change.
        warnings.simplefilter("ignore", DeprecationWarning)
        content = named(_written(config, head, orders), head.reference, head.made_at)
    try_valid_xml(content, SCHEMA)
    return content


def _written(config: dict[str, Any], head: Head, orders: Sequence[Order]) -> bytes:
    file = SepaDD(config, schema=SCHEMA, clean=True)
    for order in orders:
        file.add_payment({
            "name": order.name, "IBAN": order.iban, "amount": order.amount, "type": order.sequence,
            "collection_date": head.collect_on, "mandate_id": order.mandate, "mandate_date": order.signed_on,
            "description": order.text, "endtoend_id": order.end_to_end_id,
        })  # fmt: skip
    return bytes(file.export(validate=False))


def named(content: bytes, reference: str, made_at: datetime) -> bytes:
    """Give the message and its batches our names and time, so that the answer of the bank finds what we ordered."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    for name, value in (("MsgId", reference), ("CreDtTm", made_at.strftime("%Y-%m-%dT%H:%M:%S"))):
        for found in root.iterfind(f".//{{*}}{name}"):
            found.text = value
    for place, batch in enumerate(root.iterfind(".//{*}PmtInfId"), start=1):
        batch.text = f"{reference}-{place}"
    for empty in root.findall(".//{*}PstlAdr"):
        parent = empty.getparent()
        if parent is not None and not len(empty):
            parent.remove(empty)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
