"""The calculators' files, read: objects of plain values in, core types out, every bad field named by path.

The shapes are in docs/reference/insurance-files.md and insurance.schema.json. Amounts are decimal strings
in the file's currency, dates are ISO 8601. All findings are raised together as one refusal.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fairdue.core.insurance import policy as terms
from fairdue.core.insurance.cover import Exclusion, InsuredItem
from fairdue.core.insurance.fields import (
    Node,
    Parser,
    amount_in,
    close_file,
    day,
    flag,
    number,
    one_of,
    open_file,
    positive,
    text,
    whole,
)
from fairdue.core.insurance.indemnity import Cause, Loss, Year
from fairdue.core.insurance.limits import LimitChange, LimitEvent
from fairdue.core.insurance.obligations import Duty
from fairdue.core.insurance.premium import Band, Factor, PremiumTerms
from fairdue.core.insurance.receipts import Receipt
from fairdue.core.insurance.recovery import Recovery
from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    from collections.abc import Callable

_AMOUNTS = frozenset(
    "threshold each_and_every minimum_retention aggregate_first_loss maximum_liability discretionary_limit".split()
)


def _policy_parsers(currency: str) -> dict[str, Parser[object]]:
    """Return the parser of every policy term by its name."""
    amount = amount_in(currency)
    parsers: dict[str, Parser[object]] = dict.fromkeys(_AMOUNTS, amount)
    parsers |= dict.fromkeys(
        "maximum_credit_days maximum_invoicing_days extension_days notification_days mandate_days claim_days "
        "claim_not_before_days waiting_days payout_days".split(),
        whole,
    )
    parsers |= dict.fromkeys("vat_insured stop_deliveries receipts_on_uninsured credit_advance_receipts".split(), flag)
    return parsers | {
        "number": text,
        "starts": day,
        "ends": day,
        "insured_percentage": number,
        "liability_multiple": number,
        "attachment": one_of(terms.Attachment),
        "each_and_every_place": one_of(terms.FirstLossPlace),
        "aggregate_on": one_of(terms.AggregateOn),
        "extension_from": one_of(terms.Anchor),
        "claim_from": one_of(terms.ClaimFrom),
        "waiting_from": one_of(terms.WaitingFrom),
        "receipt_order": one_of(terms.ReceiptOrder),
        "recovery_rule": one_of(terms.RecoveryRule),
    }


_REMOVABLE = frozenset(
    "maximum_liability liability_multiple maximum_credit_days maximum_invoicing_days notification_days "
    "mandate_days claim_days claim_not_before_days".split()
)


def read_policy(node: Node) -> terms.Policy:
    """Return the policy of an object; an absent term takes its default, null removes a removable term."""
    given: dict[str, Any] = {}
    for name, parse in _policy_parsers(node.currency).items():
        node.asked.add(name)
        if name not in node.values:
            continue
        if node.values[name] is None and name in _REMOVABLE:
            given[name] = None
            continue
        try:
            given[name] = parse(node.values[name])
        except ValueError as error:
            node.refuse(name, str(error))
    node.close()
    policy = terms.Policy(currency=node.currency, **given)
    for finding in terms.check(policy):
        node.refuse(finding.path, finding.message, finding.code)
    return policy


def plain_policy(policy: terms.Policy) -> dict[str, object]:
    """Return the terms as `read_policy` reads them: amounts as decimal strings, dates and words as text."""
    plain: dict[str, object] = {}
    for term in fields(policy):
        value = getattr(policy, term.name)
        if term.name in _AMOUNTS and value is not None:
            plain[term.name] = str(decimal_of(value, policy.currency))
        elif term.name != "currency" and (value is not None or term.name in _REMOVABLE) and value != "":
            plain[term.name] = value if value is None or isinstance(value, bool | int) else str(value)
    return plain


def read_item(node: Node) -> InsuredItem:
    """Return an insured item; `delivered` may be left out when it is the invoice date."""
    invoiced = node.need("invoiced", day, date.min)
    net = node.needed_amount("net")
    return InsuredItem(
        id=node.need("id", text, ""),
        delivered=node.take("delivered", day, invoiced),
        invoiced=invoiced,
        due=node.need("due", day, date.min),
        net=net,
        vat=node.amount("vat"),
        disputed=node.take("disputed", _disputed(net, node.currency), 0),
        exclusion=node.take("exclusion", one_of(Exclusion), None),
    )


def _disputed(net: int, currency: str) -> Parser[int]:
    """Return the parser of `disputed`: true for the whole item, or the disputed amount."""

    def parse(value: object) -> int:
        if isinstance(value, bool):
            return net if value else 0
        amount = amount_in(currency)(value)
        if amount > net:
            raise ValueError(f"{value} is more than the item's net amount")
        return amount

    return parse


def read_limits(root: Node) -> tuple[LimitEvent, ...]:
    """Return the limit events of `limits` and `withdrawals`, those of one day in the order written."""
    events = [_limit(node) for node in root.rows("limits")]
    events += [
        LimitEvent(node.need("date", day, date.min), LimitChange.WITHDRAWN, note=node.take("note", text, ""))
        for node in root.rows("withdrawals")
    ]
    return tuple(events)


def _limit(node: Node) -> LimitEvent:
    change = node.take("change", one_of(LimitChange), LimitChange.GRANTED)
    gives = change in {LimitChange.GRANTED, LimitChange.REDUCED, LimitChange.DISCRETIONARY}
    return LimitEvent(
        on=node.need("date", day, date.min),
        change=change,
        amount=node.needed_amount("amount") if gives else node.amount("amount"),
        percentage=node.take("insured_percentage", number, None),
        until=node.take("until", day, None),
        note=node.take("note", text, ""),
    )


def read_receipts(root: Node, items: tuple[InsuredItem, ...]) -> tuple[Receipt, ...]:
    """Return the receipts; a designated item must be one of the file."""
    known = {item.id for item in items}
    found = []
    for node in root.rows("receipts"):
        named = node.take("item", text, None)
        if named is not None and named not in known:
            node.refuse("item", f"{named!r} is no item of this file")
        gross = node.needed_amount("gross")
        net = node.take("net", amount_in(node.currency), None)
        if net is not None and net > gross:
            node.refuse("net", "more than the gross amount")
        advance = node.take("in_advance", flag, False)
        found.append(Receipt(node.need("date", day, date.min), gross, net, named, advance))
    return tuple(found)


def read_items(root: Node) -> tuple[InsuredItem, ...]:
    """Return the items; ids are unique within a file."""
    items = []
    seen: set[str] = set()
    for node in root.rows("items"):
        item = read_item(node)
        if item.id in seen:
            node.refuse("id", f"{item.id!r} stands twice")
        seen.add(item.id)
        items.append(item)
    if not items and not any(finding.path.startswith("items") for finding in root.found):
        root.refuse("items", "no item", "file.missing")
    return tuple(items)


@dataclass(frozen=True, slots=True)
class IndemnityFile:
    """What `insurance indemnity` reads."""

    policy: terms.Policy
    loss: Loss
    year: Year


def read_indemnity(content: object) -> IndemnityFile:
    """Return policy, loss and year of an indemnity file, or refuse with every finding."""
    root = open_file(content)
    part = root.part("policy")
    policy = read_policy(part)
    items = read_items(root)
    cause = root.part("loss")
    on = cause.need("date", day, date.min)
    loss = Loss(
        on=on,
        items=items,
        limits=read_limits(root),
        receipts=read_receipts(root, items),
        recoveries=tuple(_recovery(node, on) for node in root.rows("recoveries")),
        cause=cause.take("cause", one_of(Cause), Cause.DEFAULT),
    )
    cause.close()
    year = root.part("year")
    used = Year(**{name.name: year.amount(name.name) for name in fields(Year)})
    year.close()
    close_file(root)
    return IndemnityFile(policy, loss, used)


def _recovery(node: Node, loss_on: date) -> Recovery:
    on = node.need("date", day, date.max)
    if on < loss_on:
        node.refuse("date", "before the date of loss: a receipt, not a recovery")
    return Recovery(on, node.needed_amount("amount"), node.amount("cost"))


@dataclass(frozen=True, slots=True)
class ObligationsFile:
    """What `insurance obligations` reads; `done` is by item id."""

    policy: terms.Policy
    items: tuple[InsuredItem, ...]
    done: dict[str, dict[Duty, date]]
    insolvent_on: date | None
    today: date | None


def read_obligations(content: object) -> ObligationsFile:
    """Return policy, items and what is done already, or refuse with every finding."""
    root = open_file(content)
    policy = read_policy(root.part("policy"))
    items = read_items(root)
    known = {item.id for item in items}
    done: dict[str, dict[Duty, date]] = {}
    for node in root.rows("done"):
        item = node.need("item", text, "")
        if item and item not in known:
            node.refuse("item", f"{item!r} is no item of this file")
        duty = node.need("duty", one_of(Duty), Duty.NOTIFY)
        done.setdefault(item, {})[duty] = node.need("date", day, date.min)
    insolvent_on = root.take("insolvent_on", day, None)
    today = root.take("today", day, None)
    close_file(root)
    return ObligationsFile(policy, items, done, insolvent_on, today)


@dataclass(frozen=True, slots=True)
class TopUp:
    """A top-up cover to price."""

    amount: int
    yearly_percent: Decimal
    months: int
    minimum_months: int


@dataclass(frozen=True, slots=True)
class QuoteFile:
    """What `insurance quote` reads: any of a price by factors, a declaration, a top-up, a scale."""

    currency: str
    pricing: tuple[Decimal, tuple[Factor, ...], int] | None
    declaration: tuple[PremiumTerms, int] | None
    top_up: TopUp | None
    experience: tuple[int, int, tuple[Band, ...]] | None


_SECTIONS = frozenset({"pricing", "declaration", "top_up", "experience"})


def read_quote(content: object) -> QuoteFile:
    """Return the sections of a quote file that are there, or refuse with every finding."""
    root = open_file(content)
    if not _SECTIONS & root.values.keys():
        root.refuse("", f"none of {', '.join(sorted(_SECTIONS))}", "file.missing")
    quote = QuoteFile(
        root.currency,
        _section(root, "pricing", _pricing),
        _section(root, "declaration", _declaration),
        _section(root, "top_up", _top_up),
        _section(root, "experience", _bands),
    )
    close_file(root)
    return quote


def _section[T](root: Node, name: str, read: Callable[[Node], T]) -> T | None:
    if name not in root.values:
        return None
    node = root.part(name)
    section = read(node)
    node.close()
    return section


def _pricing(node: Node) -> tuple[Decimal, tuple[Factor, ...], int]:
    factors = tuple(
        Factor(row.need("name", text, ""), row.need("factor", positive, Decimal(1))) for row in node.rows("factors")
    )
    return node.need("base_rate_percent", positive, Decimal(0)), factors, node.needed_amount("turnover")


def _declaration(node: Node) -> tuple[PremiumTerms, int]:
    instalments = node.take("instalments", whole, 4)
    if instalments == 0:
        node.refuse("instalments", "at least one advance")
    found = PremiumTerms(
        rate_percent=node.need("rate_percent", positive, Decimal(0)),
        estimate=node.needed_amount("estimate"),
        minimum_percent=node.take("minimum_percent", positive, Decimal(80)),
        instalments=instalments,
        tax_percent=node.take("tax_percent", positive, Decimal(0)),
        liability_multiple=node.take("liability_multiple", positive, None),
    )
    return found, node.needed_amount("turnover")


def _top_up(node: Node) -> TopUp:
    return TopUp(
        node.needed_amount("amount"),
        node.need("yearly_percent", positive, Decimal(0)),
        node.need("months", whole, 0),
        node.take("minimum_months", whole, 3),
    )


def _bands(node: Node) -> tuple[int, int, tuple[Band, ...]]:
    bands = tuple(
        Band(row.need("up_to_percent", positive, Decimal(0)), row.need("change_percent", number, Decimal(0)))
        for row in node.rows("bands")
    )
    if not bands:
        node.refuse("bands", "at least one band", "file.missing")
    return node.needed_amount("premium"), node.needed_amount("claims"), bands
