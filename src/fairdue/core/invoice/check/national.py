"""What the law of the country asks beyond the standard: its own contents, numbers, rates, treatment of VAT.

The facts are those of `fairdue.core.invoice.countries`. A fact that nobody confirmed never refuses: it warns, and its
source says that it is not confirmed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, Severity
from fairdue.core.invoice.countries.needs import NEEDS
from fairdue.core.invoice.countries.registry import known
from fairdue.core.invoice.model import CHARGED, VatCategory
from fairdue.core.invoice.places import area_of_party, delivered_to
from fairdue.core.invoice.rules import ASSUMED, contents, governed, treated_or_none
from fairdue.core.vat.rates import is_rate
from fairdue.core.vat.supply import BuyerKind, Nature, Supply, Treatment
from fairdue.core.vat.territories import ALIASES, located, territory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from fairdue.core.invoice.countries.shape import Pack, Requirement
    from fairdue.core.invoice.model import Invoice, Line
    from fairdue.core.invoice.rules import Treated
    from fairdue.core.invoice.totals import Totals

NOT_CONFIRMED = " (not confirmed)"
TIME_UNITS = frozenset({"HUR", "DAY", "MIN", "MON", "WEE", "ANN", "SEC", "QAN"})
"""Units in which only services are measured."""
_USERS_OWN = frozenset({VatCategory.EXEMPT, VatCategory.ZERO, VatCategory.REVERSE_CHARGE})
"""Categories that can be right at home for reasons that only the user knows."""
_NEVER_SMALL = frozenset({VatCategory.INTRA_COMMUNITY, VatCategory.REVERSE_CHARGE})


def national_findings(invoice: Invoice, totals: Totals, kind: BuyerKind | None) -> Iterator[Finding]:
    """Yield what the law of the governing country misses; `kind` none means that nobody said who buys."""
    if invoice.issued is None:
        return
    on = (invoice.delivery.day if invoice.delivery else None) or invoice.issued
    pack = known(invoice.seller.address.country)
    if pack is None:
        yield _unknown(invoice)
        return
    natures = [nature_of(line) for line in invoice.lines]
    treated = {nature: treatments(invoice, nature, kind, on) for nature in dict.fromkeys(natures)}
    decided = next((found[0] for nature in natures if (found := treated[nature])), None)
    governing = governed(decided.decision, pack)[0] if decided else pack
    yield from _contents(invoice, totals, governing, kind or BuyerKind.B2B, invoice.issued)
    yield from _number(invoice, pack)
    yield from _rounding(invoice, governing)
    yield from _exchange(invoice)
    yield from _territories(invoice, on)
    for index, (line, nature) in enumerate(zip(invoice.lines, natures, strict=True)):
        yield from _treatment(line, treated[nature], f"lines[{index}]", on)


def _unknown(invoice: Invoice) -> Finding:
    country = invoice.seller.address.country
    sentence = f"The law of invoices of {country} is not recorded: only the standard was checked."
    return Finding("content.country", "seller.address.country", sentence, Severity.INFO)


def _sourced(article: str, *, confirmed: bool) -> str:
    return article if confirmed else article + NOT_CONFIRMED


def _contents(invoice: Invoice, totals: Totals, pack: Pack, kind: BuyerKind, on: date) -> Iterator[Finding]:
    buyer = invoice.buyer.address.country
    asked = contents(pack, known(buyer), kind, on, domestic=buyer == pack.country)
    for one in asked:
        if one.need and _applies(one, invoice, totals, pack) and not NEEDS[one.need](invoice, one.argument):
            severity = Severity.ERROR if one.refuses and one.confirmed else Severity.WARNING
            yield Finding(one.code, one.path, one.sentence, severity, _sourced(one.article, confirmed=one.confirmed))


def _applies(one: Requirement, invoice: Invoice, totals: Totals, pack: Pack) -> bool:
    gross = _in_currency(invoice, totals, pack.currency)
    if not one.simplified and _is_small(totals, gross, pack):
        return False
    if one.above is not None and gross is not None and abs(gross) <= one.above:
        return False
    if one.taxed and not any(row.category in CHARGED for row in totals.vat):
        return False
    return not one.named or re.search(one.named, invoice.seller.name, re.IGNORECASE) is not None


def _is_small(totals: Totals, gross: int | None, pack: Pack) -> bool:
    """Tell whether an invoice may say less; never where the buyer's state depends on it (Art. 220a (2))."""
    if pack.simplified is None or gross is None or any(row.category in _NEVER_SMALL for row in totals.vat):
        return False
    return abs(gross) <= pack.simplified.upto


def _in_currency(invoice: Invoice, totals: Totals, currency: str) -> int | None:
    """Return the total in the country's currency; none, and then no threshold is reached or missed, in another."""
    return totals.gross if invoice.currency == currency else None


def _number(invoice: Invoice, pack: Pack) -> Iterator[Finding]:
    rule = pack.numbering
    if invoice.number and re.fullmatch(rule.pattern, invoice.number) is None:
        severity = Severity.ERROR if rule.confirmed else Severity.WARNING
        source = _sourced(rule.article, confirmed=rule.confirmed)
        yield Finding("numbering.national", "number", f"{pack.name}: {rule.sentence}", severity, source)


def _rounding(invoice: Invoice, pack: Pack) -> Iterator[Finding]:
    rule = pack.rounded
    if invoice.vat_rounding is not rule.mode:
        sentence = f"{pack.name} rounds tax {rule.mode.replace('_', ' ')}; this invoice does otherwise."
        source = _sourced(rule.article, confirmed=rule.confirmed)
        yield Finding("content.rounding", "vat_rounding", sentence, Severity.WARNING, source)


def _exchange(invoice: Invoice) -> Iterator[Finding]:
    """Ask a draft for the source of its rate; the formats have no place for it, so a read invoice cannot name it."""
    if not invoice.number and invoice.tax_rate_of_exchange is not None and not invoice.tax_rate_source.strip():
        sentence = "Say who published the rate of exchange, and for which day."
        source = "VAT Directive 2006/112/EC Art. 91 (2)"
        yield Finding("content.tax_rate_source", "tax_rate_source", sentence, Severity.WARNING, source)


def _territories(invoice: Invoice, on: date) -> Iterator[Finding]:
    """Tell which address lies in a territory whose VAT is not that of its country (Directive 2006/112/EC Art. 6, 7)."""
    delivered = invoice.delivery.address if invoice.delivery else None
    places = (("seller", invoice.seller.address), ("buyer", invoice.buyer.address), ("delivery", delivered))
    for path, address in places:
        if address is None:
            continue
        country = address.country
        code = located(country, address.postcode, on)
        found = territory(code, on)
        if found is not None:
            inside = "tax has rules of its own there" if found.inside else "it is outside the territory of VAT"
            sentence = f"{address.postcode} {found.name}: {inside}.".lstrip()
            source = _sourced(found.article, confirmed=found.confirmed)
            yield Finding("content.territory", f"{path}.address.postcode", sentence, Severity.INFO, source)
        elif country in ALIASES:
            state, name, article = ALIASES[country]
            sentence = f"For VAT {name} counts as {state}."
            yield Finding("content.territory", f"{path}.address.country", sentence, Severity.INFO, article)


def nature_of(line: Line) -> Nature | None:
    """Return what a line supplies: what somebody said, else services where the unit is time, else unknown."""
    return line.nature or (Nature.SERVICES if line.unit in TIME_UNITS else None)


def treatments(invoice: Invoice, nature: Nature | None, kind: BuyerKind | None, on: date) -> list[Treated]:
    """Return every treatment that a line of `nature` can have; empty where the place of the service must be named."""
    natures = (nature,) if nature else ASSUMED
    kinds = (kind,) if kind else (BuyerKind.B2B, BuyerKind.B2C)
    seller, buyer, place = (
        *(area_of_party(one, on) for one in (invoice.seller, invoice.buyer)),
        delivered_to(invoice, on),
    )
    asked = (
        Supply(seller, buyer, on, who, what, place, buyer_vat_id=invoice.buyer.vat_id)
        for who in kinds
        for what in natures
    )  # fmt: skip
    return [treated for supply in asked if (treated := treated_or_none(supply)) is not None]


def _treatment(line: Line, found: Sequence[Treated], path: str, on: date) -> Iterator[Finding]:
    """Say where the category or rate of a line is none that the decision on VAT would give it."""
    fitting = [one for one in found if one.decision.category is line.category]
    home_taxed = any(one.decision.category in CHARGED for one in found)
    if not found or (not fitting and home_taxed and line.category in _USERS_OWN):
        return
    if any(one.decision.treatment is Treatment.SALES_TAX for one in found):
        return  # rates of sales tax are the operator's own, and so is whether one is charged
    if not fitting:
        first = found[0].decision
        sentence = f"The line is {line.category}; the rules give {first.category}: {first.why}"
        source = "; ".join(first.articles) or "Law of the seller's country"
        yield Finding(
            "content.vat_treatment", f"{path}.category", sentence, Severity.WARNING,
            _sourced(source, confirmed=first.confirmed),
        )  # fmt: skip
    elif line.category in CHARGED and line.rate is not None:
        places = sorted({one.decision.place for one in fitting})
        if not any(is_rate(place, line.rate, on) for place in places):
            sentence = f"{line.rate} % is no rate of {' or '.join(places)} on {on.isoformat()}."
            source = "Table of rates (fairdue.core.vat.rates)"
            yield Finding("content.vat_rate", f"{path}.rate", sentence, Severity.WARNING, source)
