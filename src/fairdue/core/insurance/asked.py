"""The calculators asked in single values, by a form or on a command line: what becomes the content of a file.

One reader for all (docs/reference/insurance-files.md): what is left empty stays out, so that its default counts, and
what cannot be read is refused by the reader with its path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

type Asked = Mapping[str, str]
"""Values as they were written, by the names of the file; an empty one was not given."""
type Content = dict[str, object]

TERMS = (
    "insured_percentage threshold each_and_every minimum_retention aggregate_first_loss maximum_liability "
    "maximum_credit_days extension_days notification_days mandate_days claim_days waiting_days payout_days"
).split()
"""The terms of a policy that are asked in single values; a file may hold all of them."""
DECLARATION = "rate_percent estimate turnover minimum_percent instalments tax_percent liability_multiple".split()
TOP_UP = "amount yearly_percent months minimum_months".split()
ITEM = "id invoiced delivered due net vat".split()


def given(asked: Asked, names: Iterable[str]) -> Content:
    """Return the values that were given, by name."""
    return {name: asked[name].strip() for name in names if asked.get(name, "").strip()}


def premium_content(asked: Asked) -> Content:
    """Return the file that asks for the premium of a declared turnover."""
    return {"currency": asked.get("currency", ""), "declaration": given(asked, DECLARATION)}


def price_content(asked: Asked, factors: Asked) -> Content:
    """Return the file that asks for an indicative price; `factors` by name, an empty one does not count."""
    named = [{"name": name, "factor": value} for name, value in given(factors, factors).items()]
    pricing = given(asked, ("base_rate_percent", "turnover")) | {"factors": named}
    return {"currency": asked.get("currency", ""), "pricing": pricing}


def top_up_content(asked: Asked) -> Content:
    """Return the file that asks for the premium of a top-up."""
    return {"currency": asked.get("currency", ""), "top_up": given(asked, TOP_UP)}


def cover_content(
    asked: Asked, items: Iterable[Asked], receipts: Iterable[Asked] = (), recoveries: Iterable[Asked] = ()
) -> Content:
    """Return the file that asks for the indemnity of a loss: one limit, from the day `limit_from` or the first item.

    Rows in which nothing is given are left out; an item without an id is named by its place.
    """
    rows = _items(items)
    first = min((str(row["invoiced"]) for row in rows if "invoiced" in row), default="")
    limit = {"date": asked.get("limit_from") or first, "amount": asked.get("limit", "")}
    return {
        "currency": asked.get("currency", ""),
        "policy": given(asked, TERMS),
        "limits": [limit] if limit["amount"] else [],
        "items": rows,
        "receipts": _rows(receipts, ("date", "gross", "item")),
        "loss": given({"date": asked.get("loss_on", ""), "cause": asked.get("cause", "")}, ("date", "cause")),
        "recoveries": _rows(recoveries, ("date", "amount", "cost")),
    }


def dates_content(asked: Asked, items: Iterable[Asked]) -> Content:
    """Return the file that asks for every date that items impose."""
    content: Content = {
        "currency": asked.get("currency", ""), "policy": given(asked, TERMS), "items": _items(items),
    }  # fmt: skip
    return content | given(asked, ("insolvent_on", "today"))


def _items(items: Iterable[Asked]) -> list[Content]:
    return [{"id": str(place), **row} for place, row in enumerate(_rows(items, ITEM), start=1)]


def _rows(rows: Iterable[Asked], names: Iterable[str]) -> list[Content]:
    known = tuple(names)
    return [row for one in rows if (row := given(one, known))]
