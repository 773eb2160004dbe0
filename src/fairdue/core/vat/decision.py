"""The decision on VAT: where a supply is taxed, in which category, at which rate, and on which articles it rests.

Sources: VAT Directive 2006/112/EC Art. 31 to 59c (place), 132 to 147 (exemptions), 194 to 199 (who owes),
282 to 332 (schemes). Sellers outside the Union follow the same shape, marked as not confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from fairdue.core.findings import refuse
from fairdue.core.invoice.model import VatCategory
from fairdue.core.vat.area import BRITAIN_LEFT, MEMBERS, NORTHERN_IRELAND, in_union
from fairdue.core.vat.rates import VatRate, standard_rate
from fairdue.core.vat.regions import DESTINATION
from fairdue.core.vat.supply import PLACE_NAMED, BuyerKind, Nature, Scheme, Supply, Treatment
from fairdue.core.vat.territories import Local, Territory, one_tax, state_of, territory, vat_prefix
from fairdue.core.vat.wording import VATEX

ZERO = Decimal(0)
DIRECTIVE = "Directive 2006/112/EC"
SALES_TAX_COUNTRIES = frozenset({"US"})
SPLIT_FROM_MINOR = 15_000_00
"""PLN: above this total, annex 15 supplies are paid by split payment."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must be there, or be proven, for the decision to hold: a field and a sentence."""

    path: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Decision:
    """How one supply is treated. `rate` is none outside the scope, or where no rate is known for that day."""

    treatment: Treatment
    category: VatCategory
    rate: Decimal | None
    place: str
    """Country (or territory) of taxation."""
    why: str
    articles: tuple[str, ...]
    vatex: str = ""
    conditions: tuple[Condition, ...] = ()
    flags: tuple[str, ...] = ()
    """What follows: ec_sales_list, oss, split_payment, registration_abroad, state_sales_tax, cgst_sgst, igst,
    provincial_sales_tax."""
    confirmed: bool = True
    rate_row: VatRate | None = field(default=None, compare=False)


_CATEGORY = {
    Treatment.TAXED: VatCategory.STANDARD,
    Treatment.ZERO_RATED: VatCategory.ZERO,
    Treatment.EXEMPT: VatCategory.EXEMPT,
    Treatment.REVERSE_CHARGE: VatCategory.REVERSE_CHARGE,
    Treatment.DOMESTIC_REVERSE_CHARGE: VatCategory.REVERSE_CHARGE,
    Treatment.INTRA_COMMUNITY: VatCategory.INTRA_COMMUNITY,
    Treatment.EXPORT: VatCategory.EXPORT,
    Treatment.OUTSIDE_SCOPE: VatCategory.OUTSIDE_SCOPE,
    Treatment.SALES_TAX: VatCategory.OUTSIDE_SCOPE,
    Treatment.SALES_TAXED: VatCategory.STANDARD,
    Treatment.IGIC: VatCategory.CANARY,
    Treatment.IPSI: VatCategory.CEUTA_MELILLA,
    Treatment.SMALL_BUSINESS: VatCategory.EXEMPT,
    Treatment.MARGIN_TRAVEL: VatCategory.EXEMPT,
    Treatment.MARGIN_SECOND_HAND: VatCategory.EXEMPT,
    Treatment.MARGIN_ART: VatCategory.EXEMPT,
    Treatment.MARGIN_ANTIQUES: VatCategory.EXEMPT,
}
_SCHEMES = {
    Scheme.SMALL_BUSINESS: (Treatment.SMALL_BUSINESS, "Art. 284"),
    Scheme.MARGIN_TRAVEL: (Treatment.MARGIN_TRAVEL, "Art. 306 to 310"),
    Scheme.MARGIN_SECOND_HAND: (Treatment.MARGIN_SECOND_HAND, "Art. 313"),
    Scheme.MARGIN_ART: (Treatment.MARGIN_ART, "Art. 313"),
    Scheme.MARGIN_ANTIQUES: (Treatment.MARGIN_ANTIQUES, "Art. 313"),
}
_AT_HOME = frozenset({
    Treatment.TAXED, Treatment.ZERO_RATED, Treatment.DOMESTIC_REVERSE_CHARGE, Treatment.INTRA_COMMUNITY
})  # fmt: skip
_BY_RATE = frozenset({Treatment.TAXED, Treatment.IGIC, Treatment.IPSI})
_LOCAL = {Local.IGIC: Treatment.IGIC, Local.IPSI: Treatment.IPSI}
_MARGIN = frozenset({Treatment.TAXED, Treatment.INTRA_COMMUNITY, Treatment.REVERSE_CHARGE})


def decide(supply: Supply) -> Decision:
    """Return how VAT treats `supply`; refuses only a service whose place nobody named."""
    decided = _goods(supply) if supply.nature is Nature.GOODS else _service(supply)
    return _split(supply, _schemed(supply, decided))


def _schemed(supply: Supply, decided: Decision) -> Decision:
    """Apply the scheme of the seller where it reaches: the small business at home, the margin wherever taxed."""
    if supply.scheme not in _SCHEMES:
        return decided
    treatment, article = _SCHEMES[supply.scheme]
    if supply.scheme is Scheme.SMALL_BUSINESS:
        home = one_tax(decided.place, supply.seller, goods=supply.nature is Nature.GOODS)
        reaches = home and decided.treatment in _AT_HOME
    else:
        reaches = decided.treatment in _MARGIN
    if not reaches:
        return decided
    place = supply.seller if decided.treatment is Treatment.REVERSE_CHARGE else decided.place
    return _decision(supply, treatment, place, "The seller uses this scheme.", (article, "Art. 226 (11)"))


def _decision(
    supply: Supply, treatment: Treatment, place: str, why: str, articles: tuple[str, ...], *conditions: Condition,
    flags: tuple[str, ...] = (), confirmed: bool = True,
) -> Decision:  # fmt: skip
    category = _CATEGORY[treatment]
    row = standard_rate(_rates_at(supply, place), supply.on) if treatment in _BY_RATE else None
    untaxed = None if category is VatCategory.OUTSIDE_SCOPE else ZERO
    rate = row.percent if row else None if treatment in _BY_RATE else untaxed
    if treatment is Treatment.SALES_TAXED or (row and supply.recorded and state_of(place) == "CA"):
        rate = (rate or ZERO) + (supply.recorded or ZERO)
    union = in_union(supply.ships_from or supply.seller, supply.on, goods=supply.nature is Nature.GOODS)
    named = tuple(f"{DIRECTIVE} {article}" if article.startswith("Art.") else article for article in articles)
    return Decision(
        treatment, category, rate, place, why, named if union else (), VATEX.get(treatment, ""), conditions, flags,
        confirmed and union, row,
    )  # fmt: skip


def _rates_at(supply: Supply, place: str) -> str:
    """Return the area whose rates hold: that of the place, or of the seller where its territory says so."""
    own = territory(supply.seller, supply.on)
    if own and own.by_seller and one_tax(supply.seller, place, goods=True):
        return supply.seller
    there = territory(place, supply.on)
    return there.state if there and there.by_seller else place


def _goods(supply: Supply) -> Decision:
    start, end = supply.ships_from or supply.seller, supply.place or supply.buyer
    if supply.installed and not one_tax(start, end, goods=True):
        why = "Goods that the seller installs are supplied where they are installed."
        return _abroad(supply, end, why, "Art. 36")
    if one_tax(start, end, goods=True):
        place = end if state_of(end) in DESTINATION else start
        return _domestic(supply, place, "The goods do not leave the country.", "Art. 31", "Art. 32")
    here, there = (in_union(country, supply.on, goods=True) for country in (start, end))
    if not (here and there):
        return _export(supply, start, end)
    if supply.kind is BuyerKind.B2C:
        return _distance_sale(supply, start, end)
    return _intra_community(supply, start)


def _export(supply: Supply, start: str, end: str) -> Decision:
    if state_of(start) in SALES_TAX_COUNTRIES:
        return _sales_tax(supply, start, abroad=True)
    there = territory(end, supply.on)
    if there is None:
        proof = Condition("delivery", "Keep the proof of export.")
        why = "The goods leave the territory of the tax."
        return _decision(supply, Treatment.EXPORT, start, why, ("Art. 32", "Art. 146 (1) (a)"), proof)
    customs = "the customs status of the goods (T2LF)" if there.customs else "the export declaration"
    proof = Condition("delivery", f"Keep the proof that the goods went to {there.name}, with {customs}.")
    why = f"{there.name} is outside the territory of the tax."
    articles = ("Art. 32", "Art. 146 (1) (a)", there.article)
    return _decision(supply, Treatment.EXPORT, start, why, articles, proof, confirmed=there.confirmed)


def _is_of_union(number: str, supply: Supply) -> bool:
    """Tell whether the letters of a VAT identifier are of the common system on the day of supply."""
    code = "GR" if number == "EL" else number
    return code in MEMBERS or code == NORTHERN_IRELAND or (code == "GB" and supply.on < BRITAIN_LEFT)


def _intra_community(supply: Supply, start: str) -> Decision:
    number = supply.buyer_vat_id[:2].upper()
    if not _is_of_union(number, supply) or number == vat_prefix(start):
        missing = Condition(
            "buyer.vat_id",
            "Without a VAT identifier of another Member State the supply is taxed where transport begins.",
        )
        why = "The buyer gave no VAT identifier of another Member State."
        return _with(_domestic(supply, start, why, "Art. 32", "Art. 138 (1) (b)"), missing)
    conditions = (
        Condition("buyer.vat_id", "Confirm the VAT identifier (VIES) on the day of supply."),
        Condition("delivery", "Keep the proof of transport (Implementing Regulation 282/2011 Art. 45a)."),
    )
    why = "The goods go to a taxable person in another Member State who gave its VAT identifier."
    return _decision(
        supply, Treatment.INTRA_COMMUNITY, start, why, ("Art. 32", "Art. 138 (1)", "Art. 226 (4)"), *conditions,
        flags=("ec_sales_list",),
    )  # fmt: skip


def _distance_sale(supply: Supply, start: str, end: str) -> Decision:
    if supply.scheme is Scheme.OSS:
        why = "A distance sale is taxed where the transport ends."
        return _decision(
            supply, Treatment.TAXED, end, why, ("Art. 33 (a)", "Art. 369b"), flags=("oss",)
        )  # fmt: skip
    below = Condition(
        "scheme", "This holds while distance sales of all states together stay below 10,000 EUR a year (Art. 59c)."
    )
    why = "The seller does not use the one-stop shop: taxed where the transport begins, below the threshold."
    return _with(_domestic(supply, start, why, "Art. 32", "Art. 59c"), below)


def _service(supply: Supply) -> Decision:
    taxable = supply.kind is BuyerKind.B2B or (supply.kind is BuyerKind.B2G and bool(supply.buyer_vat_id))
    if supply.nature in PLACE_NAMED:
        return _named_place(supply)
    if taxable or (state_of(supply.seller) in DESTINATION and one_tax(supply.seller, supply.buyer, goods=False)):
        return _place_decided(supply, supply.buyer, "Services to a taxable person are taxed where it is.", "Art. 44")
    if supply.nature is Nature.DIGITAL:
        return _digital(supply)
    if supply.nature is Nature.INTANGIBLE and not in_union(supply.buyer, supply.on):
        why = "Such services to a person outside the Union are taxed where the person lives."
        return _place_decided(supply, supply.buyer, why, "Art. 59")
    why = "Services to a person who is not a taxable person are taxed where the seller is."
    return _place_decided(supply, supply.seller, why, "Art. 45")


def _named_place(supply: Supply) -> Decision:
    if not supply.place:
        sentence = "Say in which country the service takes place (or the property lies): it is taxed there."
        raise refuse("vat.place", "place", sentence, f"{DIRECTIVE} Art. {PLACE_NAMED[supply.nature]}")
    why = "This service is taxed where it takes place."
    return _place_decided(supply, supply.place, why, f"Art. {PLACE_NAMED[supply.nature]}")


def _digital(supply: Supply) -> Decision:
    there = in_union(supply.buyer, supply.on)
    if there and supply.buyer != supply.seller and supply.scheme is not Scheme.OSS:
        below = Condition("scheme", "This holds below 10,000 EUR a year for all states together (Art. 59c).")
        why = "The seller does not use the one-stop shop: taxed where the seller is, below the threshold."
        return _with(_place_decided(supply, supply.seller, why, "Art. 59c"), below)
    why = "Digital services are taxed where the customer lives."
    return _place_decided(supply, supply.buyer, why, "Art. 58")


def _place_decided(supply: Supply, place: str, why: str, article: str) -> Decision:
    if one_tax(place, supply.seller, goods=False):
        return _domestic(supply, place, why, article)
    return _abroad(supply, place, why, article)


def _abroad(supply: Supply, place: str, why: str, article: str) -> Decision:
    """Decide a supply that is taxed in another state than that of the seller."""
    both = in_union(place, supply.on) and in_union(supply.seller, supply.on)
    if supply.kind is BuyerKind.B2C and both:
        return _taxed_abroad(supply, place, why, article)
    if state_of(supply.seller) in SALES_TAX_COUNTRIES:
        return _sales_tax(supply, place, abroad=True)
    if not both:
        return _decision(supply, Treatment.OUTSIDE_SCOPE, place, why, (article,))
    general = article == "Art. 44"
    owes = "Art. 196" if general else "Art. 194"
    conditions = [Condition("buyer.vat_id", "The VAT identifier of the buyer must stand on the invoice.")]
    if not general:
        conditions.append(Condition("place", f"Confirm that {place} shifts the debt to the buyer (Art. 194)."))
    return _decision(
        supply, Treatment.REVERSE_CHARGE, place, f"{why} The buyer owes the tax.", (article, owes, "Art. 226 (11a)"),
        *conditions, flags=("ec_sales_list",) if general else (), confirmed=general,
    )  # fmt: skip


def _taxed_abroad(supply: Supply, place: str, why: str, article: str) -> Decision:
    if supply.scheme is Scheme.OSS:
        return _decision(supply, Treatment.TAXED, place, why, (article, "Art. 369b"), flags=("oss",))
    needed = Condition("seller.vat_id", f"The seller must be registered in {place}, or use the one-stop shop.")
    return _decision(supply, Treatment.TAXED, place, why, (article,), needed, flags=("registration_abroad",))


def _sales_tax(supply: Supply, place: str, *, abroad: bool = False) -> Decision:
    """Decide a supply of an American seller by the rate that the operator recorded for the place of delivery."""
    if abroad:
        why = "The United States have no value added tax, and no sales tax on what leaves them."
        return _decision(supply, Treatment.SALES_TAX, place, why, ())
    shown = place.partition("-")[2] or "the state of delivery"
    if supply.recorded is None:
        why = f"No sales tax rate of {shown} is recorded: sales tax is not decided."
        line = Condition("lines", "Record the rate of the place, write a rate on the line, or say why none is due.")
        return _decision(supply, Treatment.SALES_TAX, place, why, (), line, flags=("state_sales_tax",))
    if not supply.recorded:
        why = f"No sales tax is collected in {shown}, as recorded."
        return _decision(supply, Treatment.SALES_TAX, place, why, ())
    why = f"Sales tax of {shown} at the rate that was recorded."
    return _decision(supply, Treatment.SALES_TAXED, place, why, (), flags=("state_sales_tax",))


def _domestic(supply: Supply, place: str, why: str, *articles: str) -> Decision:
    """Decide a supply that is taxed in `place`, where it begins or where the seller is."""
    if state_of(place) in SALES_TAX_COUNTRIES:
        return _sales_tax(supply, place)
    there = territory(place, supply.on)
    if there is not None and there.local is not Local.VAT:
        return _local(supply, there)
    flags: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()
    if not one_tax(place, supply.seller, goods=supply.nature is Nature.GOODS):
        flags = ("registration_abroad",)
        conditions = (Condition("seller.vat_id", f"The seller must be registered in {place}, where the goods are."),)
    treatment, extra = _domestic_treatment(supply)
    more, words = _regional(supply, place)
    flags, conditions = (*flags, *more), (*conditions, *words)
    own = (there.article,) if there else ()
    sure = there is None or there.confirmed
    return _decision(
        supply, treatment, place, why, (*articles, *own, *extra), *conditions, flags=flags, confirmed=sure
    )  # fmt: skip


def _local(supply: Supply, there: Territory) -> Decision:
    """Decide a supply inside a territory that has a tax of its own, or none."""
    why = f"{there.name} is outside the territory of the tax."
    treatment = _LOCAL.get(there.local)
    if treatment is not None:
        why = f"In {there.name} {there.local.upper()} is charged instead of VAT."
        rate = Condition("lines", f"Name the rate of {there.local.upper()} where another than the usual one applies.")
        return _decision(supply, treatment, there.code, why, (there.article,), rate, confirmed=False)
    untold = (Condition("lines", f"The local tax of {there.name} is not decided: say category and rate yourself."),)
    conditions = untold if there.local is Local.UNKNOWN else ()
    return _decision(
        supply, Treatment.OUTSIDE_SCOPE, there.code, why, (there.article,), *conditions, confirmed=False
    )  # fmt: skip


_HARMONISED = frozenset("CA-ON CA-NS CA-NB CA-NL CA-PE CA-QC".split())
_NO_PROVINCIAL = frozenset("CA-AB CA-YT CA-NT CA-NU".split())


def _regional(supply: Supply, place: str) -> tuple[tuple[str, ...], tuple[Condition, ...]]:
    """Return the flags and conditions of a tax that the region decides: GST of India, provincial tax of Canada."""
    country = state_of(place)
    if country not in DESTINATION:
        return (), ()
    if place == country:
        return (), (Condition("buyer.address.subdivision", "Which tax is due depends on the state or province."),)
    if country == "IN":
        unknown = supply.seller == "IN"
        missing = (Condition("seller.vat_id", "The state of the seller stands in its GSTIN."),) if unknown else ()
        return ((), missing) if unknown else (("cgst_sgst" if supply.seller == place else "igst",), ())
    if place in _HARMONISED | _NO_PROVINCIAL or supply.recorded is not None:
        return (), ()
    sentence = f"Provincial sales tax of {place[3:]} is not decided: record its rate where you are registered."
    return ("provincial_sales_tax",), (Condition("lines", sentence),)


def _domestic_treatment(supply: Supply) -> tuple[Treatment, tuple[str, ...]]:
    if supply.exempt:
        return Treatment.EXEMPT, (supply.exempt,)
    if supply.domestic_reverse and supply.kind is not BuyerKind.B2C:
        return Treatment.DOMESTIC_REVERSE_CHARGE, ("Art. 199", "Art. 226 (11a)")
    return (Treatment.ZERO_RATED, ()) if supply.zero_rated else (Treatment.TAXED, ())


def _with(decision: Decision, condition: Condition) -> Decision:
    return replace(decision, conditions=(condition, *decision.conditions))


def _split(supply: Supply, decision: Decision) -> Decision:
    """Flag split payment: Italian public bodies, and Polish annex 15 supplies between businesses."""
    if decision.treatment is not Treatment.TAXED:
        return decision
    if decision.place == "IT" and supply.kind is BuyerKind.B2G:
        article = "DPR 633/72 art. 17-ter"
    elif (
        decision.place == "PL"
        and supply.kind is BuyerKind.B2B
        and supply.split_goods
        and supply.gross_minor > SPLIT_FROM_MINOR
    ):
        article = "Ustawa o VAT art. 108a"
    else:
        return decision
    return replace(
        decision, articles=(*decision.articles, article), flags=(*decision.flags, "split_payment"), confirmed=False
    )
