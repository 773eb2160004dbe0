"""What the law decides and a draft leaves open: categories and rates, wording, standing notes, rounding.

A proposal never overrules what somebody wrote. Each proposed category is told as a finding with its reason and its
articles, so that the person who issues sees what was decided and can write something else.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING, Any

from fairdue.core.findings import Finding, Severity
from fairdue.core.invoice.cadre import cadre
from fairdue.core.invoice.categories import NO_REASON
from fairdue.core.invoice.check.national import NOT_CONFIRMED, TIME_UNITS, nature_of, treatments
from fairdue.core.invoice.countries.registry import known
from fairdue.core.invoice.model import CHARGED, Delivery, Exemption, Invoice, Note, VatCategory
from fairdue.core.invoice.parties import Address
from fairdue.core.invoice.places import area_of, area_of_party
from fairdue.core.invoice.rules import ASSUMED, Treated, treated_or_none
from fairdue.core.vat.regions import recorded_rate
from fairdue.core.vat.rounding import VatRounding
from fairdue.core.vat.supply import BuyerKind, Nature, Scheme, Supply, Treatment
from fairdue.core.vat.wording import VATEX, both

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from fairdue.core.invoice.countries.shape import Pack, StandingNote
    from fairdue.core.invoice.parties import Party

WHOLE = 100
"""A rate of tax stays below it."""


def categorised(
    content: Mapping[str, Any], seller: Party, buyer: Party, kind: BuyerKind, on: date,
    scheme: Scheme = Scheme.NORMAL, recorded: Mapping[str, Any] | None = None,
) -> tuple[dict[str, Any], tuple[Finding, ...]]:  # fmt: skip
    """Return the draft `content` (invoice JSON) with a category and rate on each line that has none.

    `recorded` has the operator's rates of sales tax (docs/rules/local-taxes.md). Lines that cannot be decided stay as
    they are; the finding says what to name. A rate above zero that somebody wrote is tax charged.
    """
    lines = content.get("lines")
    if not isinstance(lines, list) or all(not isinstance(line, dict) or line.get("category") for line in lines):
        return dict(content), ()
    delivered = _delivered(content)
    start, end = area_of_party(seller, on), area_of_party(buyer, on)
    place = area_of(delivered, on) if delivered else ""
    supply = Supply(start, end, on, kind, place=place, buyer_vat_id=buyer.vat_id, scheme=scheme)
    if recorded:
        postcode = (delivered or buyer.address).postcode
        supply = replace(supply, recorded=_percent(recorded_rate(recorded, supply.place or supply.buyer, postcode)))
    filled, told = [], []
    for index, line in enumerate(lines):
        done, found = (line, None) if not isinstance(line, dict) or line.get("category") else _filled(line, supply)
        filled.append(done)
        told += [replace(found, path=f"lines[{index}].category")] if found else []
    return {**content, "lines": filled}, tuple(told)


def _delivered(content: Mapping[str, Any]) -> Address | None:
    """Return what decides of the delivery address of a draft; none where it is missing or unreadable."""
    delivery = content.get("delivery")
    address = delivery.get("address") if isinstance(delivery, dict) else None
    if not isinstance(address, dict) or not isinstance(address.get("country"), str):
        return None
    postcode, subdivision = (str(address.get(name) or "") for name in ("postcode", "subdivision"))
    return Address(address["country"], postcode=postcode, subdivision=subdivision)


def _percent(text: str) -> Decimal | None:
    """Return a recorded percentage; none where nobody recorded one, or where it is no percentage."""
    try:
        value = Decimal(text)
    except DecimalException:
        return None
    return value if value.is_finite() and 0 <= value < WHOLE else None


def _filled(line: Mapping[str, Any], supply: Supply) -> tuple[dict[str, Any], Finding | None]:
    rest = {key: value for key, value in line.items() if key != "category"}
    found = [one for what in _natures(line) if (one := treated_or_none(replace(supply, nature=what))) is not None]
    first = found[0] if found else None
    if str(rest.get("rate") or "0").strip("0.") != "":
        category = first.decision.category if first else VatCategory.STANDARD
        return {**rest, "category": category.value if category in CHARGED else VatCategory.STANDARD.value}, None
    if first is None or any(one.decision.category is not first.decision.category for one in found):
        return rest, _undecided(found)
    return _decided(rest, first)


def _natures(line: Mapping[str, Any]) -> tuple[Nature, ...]:
    try:
        return (Nature(line["nature"]),)
    except (KeyError, ValueError):
        return (Nature.SERVICES,) if line.get("unit") in TIME_UNITS else ASSUMED


def _undecided(found: list[Treated]) -> Finding:
    source = "; ".join(dict.fromkeys(article for one in found for article in one.decision.articles))
    if not found:
        return Finding("content.nature", "", "Say where this service takes place: it is taxed there.")
    kinds = " or ".join(f"{one.decision.category} for {one.nature}" for one in found)
    sentence = f"Say whether this line is goods or services: {kinds}."
    return Finding("content.nature", "", sentence, Severity.ERROR, source)


def _decided(rest: dict[str, Any], treated: Treated) -> tuple[dict[str, Any], Finding]:
    decision = treated.decision
    line = {**rest, "category": decision.category.value}
    line.pop("rate", None)
    if decision.rate is not None:
        line["rate"] = str(decision.rate)
    shown = "" if decision.rate is None else f" {decision.rate} %"
    must = "".join(f" {one.sentence}" for one in decision.conditions)
    sentence = f"Proposed: {decision.category}{shown}. {decision.why}{must}"
    source = "; ".join(decision.articles) or "Law of the seller's country"
    return line, Finding(
        "content.vat_proposed", "", sentence, Severity.INFO, source if decision.confirmed else source + NOT_CONFIRMED
    )


def complemented(invoice: Invoice, kind: BuyerKind, scheme: Scheme = Scheme.NORMAL) -> Invoice:
    """Return `invoice` (with parties and date) with the wording, notes and rounding that its country wants.

    A rounding other than the usual one (per rate) is somebody's choice and stays; the check says where the law differs.
    """
    pack = known(invoice.seller.address.country)
    if pack is None or invoice.issued is None:
        return invoice
    return replace(
        invoice,
        exemptions=(*invoice.exemptions, *_exemptions(invoice, pack, kind, invoice.issued, scheme)),
        notes=(*invoice.notes, *_notes(invoice, pack, kind)),
        vat_rounding=pack.rounded.mode if invoice.vat_rounding is VatRounding.PER_RATE else invoice.vat_rounding,
        process=invoice.process or cadre(invoice, kind),
        delivery=_went(invoice),
    )


def _went(invoice: Invoice) -> Delivery | None:
    """Return the delivery; what nobody sent elsewhere went to the buyer, as the decision on its tax took it to."""
    delivery = invoice.delivery
    goods = any(line.category is VatCategory.INTRA_COMMUNITY for line in invoice.lines)
    if not goods or (delivery and delivery.address):
        return delivery
    return replace(delivery or Delivery(), address=invoice.buyer.address)


def _exemptions(
    invoice: Invoice, pack: Pack, kind: BuyerKind, issued: date, scheme: Scheme
) -> Iterator[Exemption]:  # fmt: skip
    given = {one.category for one in invoice.exemptions}
    used = dict.fromkeys(line.category for line in invoice.lines)
    for category in used:
        if category in given or category in NO_REASON:
            continue
        text, code = _wording(invoice, pack, category, kind, issued, scheme)
        if text:
            yield Exemption(category, text, code)


def _wording(
    invoice: Invoice, pack: Pack, category: VatCategory, kind: BuyerKind, issued: date, scheme: Scheme
) -> tuple[str, str]:  # fmt: skip
    on = (invoice.delivery.day if invoice.delivery else None) or issued
    lines = [line for line in invoice.lines if line.category is category]
    possible = treatments(invoice, nature_of(lines[0]), kind, on)
    found = [one.decision.treatment for one in possible if one.decision.category is category]
    treatment = found[0] if found else _USUAL.get(category)
    if category is VatCategory.EXEMPT:
        treatment = Treatment(scheme.value) if scheme in _SCHEMES else None
    if treatment is None:
        return "", ""
    national = pack.wording.get(treatment)
    text = both(treatment, national.text if national else "", pack.language, invoice.language)
    return text, (national.vatex if national else "") or VATEX.get(treatment, "")


_USUAL = {
    VatCategory.REVERSE_CHARGE: Treatment.DOMESTIC_REVERSE_CHARGE,
    VatCategory.INTRA_COMMUNITY: Treatment.INTRA_COMMUNITY,
    VatCategory.EXPORT: Treatment.EXPORT,
    VatCategory.OUTSIDE_SCOPE: Treatment.OUTSIDE_SCOPE,
}
_SCHEMES = frozenset(Scheme) - {Scheme.NORMAL, Scheme.OSS}


def _notes(invoice: Invoice, pack: Pack, kind: BuyerKind) -> Iterator[Note]:
    if invoice.type.is_credit:
        return
    for standing in pack.notes:
        text = _note(standing, invoice)
        there = any(
            note.subject == standing.subject if standing.subject else note.text == text for note in invoice.notes
        )
        if kind in standing.kinds and not there:
            yield Note(text, standing.subject)


def _note(standing: StandingNote, invoice: Invoice) -> str:
    if not (standing.early and invoice.terms.early):
        return standing.text
    return " ".join(
        standing.early.format(percent=format(one.percent.normalize(), "f"), days=one.days)
        for one in invoice.terms.early
    )
