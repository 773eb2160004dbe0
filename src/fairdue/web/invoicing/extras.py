"""What a draft says beside its lines: allowances and charges, early-payment discount, tax in another currency.

Everything reads a submitted form into the JSON form of the invoice and back into fields; what the form does not show
stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING, Any

from fairdue.core.invoice.model import Line, VatCategory
from fairdue.core.invoice.totals import line_net, percent_of
from fairdue.core.money import Money, decimal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fairdue.web.invoicing.shown import Shown

MOST = 20
MOST_PERCENT = 1000
EARLY = 2
"""Rows of an early-payment discount on the form."""
KINDS = (("", "None"), ("allowance", "Allowance"), ("charge", "Charge"))
EXCHANGE = {"tax_currency": 3, "tax_rate_of_exchange": 20, "tax_rate_source": 60}
"""Fields about the tax in the country's own currency, with their longest text."""

CADRES = (
    ("", "From the lines"),
    ("B1", "B1 · goods"),
    ("S1", "S1 · services"),
    ("M1", "M1 · goods and services"),
    ("B2", "B2 · goods, paid already"),
    ("S2", "S2 · services, paid already"),
    ("M2", "M2 · goods and services, paid already"),
    ("B4", "B4 · goods, final after a prepayment"),
    ("S4", "S4 · services, final after a prepayment"),
    ("M4", "M4 · goods and services, final after a prepayment"),
    ("S5", "S5 · services, by a subcontractor"),
    ("S6", "S6 · services, by a joint contractor"),
    ("B7", "B7 · goods, VAT reported before"),
    ("S7", "S7 · services, VAT reported before"),
)
"""The cadres de facturation that the rules of the French reform know (BR-FR-08), with what each stands for."""


def number(text: str) -> str:
    """Return a typed number with a point; what is no number stays and will be named."""
    return text.replace(" ", "").replace("\u00a0", "").replace(",", ".") if "," in text and "." not in text else text


def _text(form: Mapping[str, str], name: str, most: int = 200) -> str:
    return form.get(name, "").strip()[:most]


def adjustment(
    form: Mapping[str, str], prefix: str, before: Mapping[str, Any], base: int | None, currency: str
) -> dict[str, Any] | None:  # fmt: skip
    """Return the allowance or charge that stands in the fields of `prefix`, none where its kind is none.

    A percentage is taken of `base` (minor units) and gives the amount; without one the typed amount counts.
    """
    kind = form.get(f"{prefix}-kind", "")
    if kind not in {"allowance", "charge"}:
        return None
    amount, percent = (number(_text(form, f"{prefix}-{name}", 40)) for name in ("amount", "percent"))
    kept = dict(before) if (amount or "0") == before.get("amount") else {}
    told = {name: value for name, value in kept.items() if name not in {"charge", "percent", "base"}}
    found = {
        **told,
        "amount": amount or "0",
        "reason": _text(form, f"{prefix}-reason"),
        **share(percent, base, currency),
    }
    return {**found, "charge": True} if kind == "charge" else found


def share(percent: str, base: int | None, currency: str) -> dict[str, str]:
    """Return percentage, base and amount in the JSON form; the percentage alone where there is no base."""
    if not percent:
        return {}
    try:
        rate = Decimal(percent)
    except DecimalException:
        return {"percent": percent}
    if base is None or not rate.is_finite() or abs(rate) > MOST_PERCENT:
        return {"percent": percent}
    amounts = {"base": base, "amount": percent_of(base, rate)}
    return {"percent": percent, **{name: str(decimal_of(minor, currency)) for name, minor in amounts.items()}}


def line_value(line: Mapping[str, Any], currency: str, *, adjusted: bool) -> int | None:
    """Return price x quantity of a line of the JSON form in minor units, with its adjustments; none if unreadable."""
    try:
        plain = Line(
            "1", "", Decimal(line["quantity"]), "", Decimal(line["price"]), VatCategory.ZERO,
            price_quantity=Decimal(line.get("price_quantity") or "1"),
        )  # fmt: skip
        value = line_net(plain, currency)
        parts = line.get("adjustments") or [] if adjusted else []
        signed = [Money.parse(one["amount"], currency).minor * (1 if one.get("charge") else -1) for one in parts]
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    return value + sum(signed)


def line_adjustments(
    form: Mapping[str, str], index: int, before: list[dict[str, Any]], line: Mapping[str, Any]
) -> list[dict[str, Any]]:  # fmt: skip
    """Return the adjustments of a line: the first one from the form, further ones as they were."""
    if f"lines-{index}-adj-kind" not in form:
        return before
    currency = form.get("currency", "").strip().upper()
    base = line_value(line, currency, adjusted=False)
    first = adjustment(form, f"lines-{index}-adj", before[0] if before else {}, base, currency)
    return [*([first] if first else []), *before[1:]]


def adjustments(
    form: Mapping[str, str], before: list[dict[str, Any]], lines: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the allowances and charges of the document; without a category of their own they follow the first line."""
    if "adj-count" not in form:
        return before
    found = []
    currency = form.get("currency", "").strip().upper()
    values = [line_value(line, currency, adjusted=True) for line in lines]
    base = None if None in values else sum(value for value in values if value is not None)
    for index in range(min(len(before) + 1, MOST)):
        old = before[index] if index < len(before) else {}
        one = adjustment(form, f"adj-{index}", old, base, currency)
        if one is not None:
            found.append(_taxed(one, form, index, lines))
    return found


def _taxed(
    one: dict[str, Any], form: Mapping[str, str], index: int, lines: list[dict[str, Any]]
) -> dict[str, Any]:  # fmt: skip
    given = {name: _text(form, f"adj-{index}-{name}", 10) for name in ("category", "rate")}
    if not given["category"]:
        first: dict[str, Any] = next((line for line in lines if line.get("category")), {})
        given = {name: str(first.get(name) or "") for name in ("category", "rate")}
    rest = {name: value for name, value in one.items() if name not in {"category", "rate"}}
    return {**rest, **{name: number(text) for name, text in given.items() if text}}


def terms(form: Mapping[str, str], before: dict[str, Any]) -> dict[str, Any]:
    """Return the payment terms with the early-payment discounts of the form; none leaves that of the customer."""
    if "early-0-percent" not in form:
        return before
    early = []
    for index in range(EARLY):
        percent, days = number(_text(form, f"early-{index}-percent", 10)), _text(form, f"early-{index}-days", 4)
        if percent or days:
            early.append({"percent": percent, "days": int(days) if days.isdecimal() else days})
    rest = {name: value for name, value in before.items() if name != "early"}
    return {**rest, "early": early} if early else rest


def prepaid(form: Mapping[str, str], before: Mapping[str, Any]) -> str:
    """Return what is paid already, in major units; nothing where the field is empty or says zero."""
    if "prepaid" not in form:
        return str(before.get("prepaid") or "")
    text = number(_text(form, "prepaid", 30))
    return "" if not text.strip("0.") else text


def cadre(form: Mapping[str, str], before: Mapping[str, Any]) -> str:
    """Return the cadre de facturation (BT-23) of the form; without its field what the draft says stays."""
    if "process" not in form:
        return str(before.get("process") or "")
    return _text(form, "process", 120)


def cadres(known: str) -> tuple[tuple[str, str], ...]:
    """Return the cadres that the form offers, with one that the draft has besides."""
    return CADRES if known in dict(CADRES) else (*CADRES, (known, known))


def exchange(form: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, str]:
    """Return the currency of the tax, the rate to it and who published it."""
    if "tax_currency" not in form:
        return {name: before[name] for name in EXCHANGE if name in before}
    given = {name: _text(form, name, most) for name, most in EXCHANGE.items()}
    given["tax_currency"] = given["tax_currency"].upper()
    given["tax_rate_of_exchange"] = number(given["tax_rate_of_exchange"])
    return {name: text for name, text in given.items() if text}


@dataclass(frozen=True, slots=True)
class AdjustmentFields:
    """The fields of one allowance or charge."""

    number: int
    prefix: str
    kind: str
    amount: Shown
    percent: Shown
    reason: Shown
    category: Shown
    rate: Shown


def _fields(
    one: Mapping[str, Any], prefix: str, path: str, number_: int, shown: Callable[[str, str, str], Shown]
) -> AdjustmentFields:
    kind = ("charge" if one.get("charge") else "allowance") if one else ""
    parts = {
        name: shown(f"{prefix}-{name}", str(one.get(name) or ""), f"{path}.{name}")
        for name in ("amount", "percent", "reason", "category", "rate")
    }
    return AdjustmentFields(number_, prefix, kind, **parts)


def line_fields(line: Mapping[str, Any], index: int, shown: Callable[[str, str, str], Shown]) -> AdjustmentFields:
    """Return the fields of the first allowance or charge of a line."""
    first: Mapping[str, Any] = next(iter(line.get("adjustments") or []), {})
    return _fields(first, f"lines-{index}-adj", f"lines[{index}].adjustments[0]", 1, shown)


def fields(content: Mapping[str, Any], shown: Callable[[str, str, str], Shown]) -> dict[str, Any]:
    """Return the fields of the document: its adjustments with an empty one more, discounts, tax currency."""
    known = [*(content.get("adjustments") or []), {}][:MOST]
    early = [*(content.get("terms", {}).get("early") or []), *({} for _ in range(EARLY))][:EARLY]
    return {
        "adjustments": [_fields(one, f"adj-{i}", f"adjustments[{i}]", i + 1, shown) for i, one in enumerate(known)],
        "early": [
            {
                name: shown(f"early-{i}-{name}", str(one.get(name, "")), f"terms.early[{i}].{name}")
                for name in ("percent", "days")
            }
            for i, one in enumerate(early)
        ],
        "exchange": {name: shown(name, str(content.get(name, "")), name) for name in EXCHANGE},
        "kinds": KINDS,
    }
