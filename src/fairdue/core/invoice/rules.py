"""The rules for one invoice: whose law governs it, what it must say, how VAT treats it, how it travels.

Everything comes from dated country packs; nothing here decides anything of its own but whose law it is.

Source for that: VAT Directive 2006/112/EC Art. 219a: the state in which the supply is made; the state of the seller
where the buyer owes the tax, where a one-stop shop is used, or where the supply is made outside the Union.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.countries.registry import known, pack_of
from fairdue.core.invoice.countries.shape import Mandate, Side
from fairdue.core.vat.area import home, in_union, tax_currency
from fairdue.core.vat.decision import Decision, decide
from fairdue.core.vat.supply import BuyerKind, Nature, Supply, Treatment
from fairdue.core.vat.territories import law_of, located, vat_prefix
from fairdue.core.vat.wording import both, source

if TYPE_CHECKING:
    from fairdue.core.invoice.countries.shape import Pack, Requirement, Wording

ASSUMED = (Nature.GOODS, Nature.SERVICES)
VIDA = Mandate(
    BuyerKind.B2B, "issue", "every cross-border supply between businesses of the Union", "EN 16931, structured",
    "digital reporting within 10 days", date(2030, 7, 1), "Directive (EU) 2025/516 (ViDA)", confirmed=False,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Treated:
    """How VAT treats one kind of supply between the two, with the wording in the seller's and the buyer's language."""

    nature: Nature
    decision: Decision
    wording: str
    vatex: str
    national: Wording | None
    wording_article: str = ""
    wording_confirmed: bool = True
    """Whether the words in the seller's language were read in a primary source; true where no words must stand."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that the law says about an invoice from `seller` to `buyer` on day `on`."""

    seller: str
    buyer: str
    place: str
    kind: BuyerKind
    on: date
    governing: Pack
    why: str
    contents: tuple[Requirement, ...]
    treatments: tuple[Treated, ...]
    tax_currency: str
    in_force: tuple[Mandate, ...]
    coming: tuple[Mandate, ...]
    buyer_known: bool
    """Whether the law of the buyer's country is recorded; if not, its network and references are not checked."""

    @property
    def unconfirmed(self) -> tuple[str, ...]:
        """The articles and sources on which these rules rest and that nobody has read in a primary source."""
        pack = self.governing
        facts = [
            *((one.article, one.confirmed) for one in self.contents),
            *((one.source, one.confirmed) for one in (*self.in_force, *self.coming)),
            *((one.wording_article, one.wording_confirmed) for one in self.treatments if one.wording),
            *((row.source, row.confirmed) for one in self.treatments if (row := one.decision.rate_row)),
            *((part.article, part.confirmed) for part in (pack.numbering, pack.retention, pack.rounded)),
            *((part.article, part.confirmed) for part in (pack.simplified, pack.local_tax) if part),
        ]
        return tuple(dict.fromkeys(text for text, confirmed in facts if not confirmed))


def rules(
    seller: str, buyer: str, place: str, kind: BuyerKind, on: date, *, natures: tuple[Nature, ...] = ASSUMED
) -> Rules:
    """Return the rules for an invoice; refuses a seller whose law is not recorded.

    `place` is where goods end or a service takes place, empty for the buyer's country. A business is taken to have
    a VAT identifier of its country, as it does on an invoice that may leave out the tax.
    """
    start, end, where = (located(home(code), "", on) for code in (seller, buyer, place))
    pack = pack_of(start)
    number = end if kind is BuyerKind.B2B else ""
    treated = tuple(
        treat(Supply(start, end, on, kind, nature, where, buyer_vat_id=vat_prefix(number))) for nature in natures
    )
    governing, why = governed(treated[0].decision, pack)
    other = known(end)
    dated = [one for one in mandates(pack, other, on) if one.kind is kind]
    return Rules(
        start, end, where, kind, on, governing, why,
        contents(governing, other, kind, on, domestic=start == end), treated, tax_currency(governing.country, on),
        tuple(one for one in dated if one.since <= on), tuple(one for one in dated if one.since > on),
        other is not None,
    )  # fmt: skip


def mandates(pack: Pack, buyer: Pack | None, on: date) -> tuple[Mandate, ...]:
    """Return the mandates that reach an invoice: at home all; abroad what the buyer receives, and the Union's own.

    A duty to issue binds those who are established in the country; a public body prescribes its network to everybody.
    """
    if buyer is pack:
        return pack.mandates
    theirs = [one for one in (buyer.mandates if buyer else ()) if one.duty == "receive" or one.kind is BuyerKind.B2G]
    both_in = buyer is not None and in_union(pack.country, on) and in_union(buyer.country, on)
    return (*theirs, *((VIDA,) if both_in else ()))


def treat(supply: Supply) -> Treated:
    """Return the decision on `supply` with the wording that the seller's law and the buyer's language ask for."""
    decision = decide(supply)
    pack, buyer = known(supply.seller), known(supply.buyer)
    national = pack.wording.get(decision.treatment) if pack else None
    text = both(
        decision.treatment, national.text if national else "", pack.language if pack else "en",
        buyer.language if buyer else "en",
    )  # fmt: skip
    vatex = (national.vatex if national else "") or decision.vatex
    general = source(decision.treatment, pack.language if pack else "en")
    article, sure = (national.article, national.confirmed) if national else general
    return Treated(supply.nature, decision, text, vatex, national, article, sure or not text)


def governed(decision: Decision, seller: Pack) -> tuple[Pack, str]:
    """Return the pack whose law governs the invoice, and why."""
    elsewhere = law_of(decision.place) != seller.country
    abroad = decision.treatment is Treatment.TAXED and elsewhere and "oss" not in decision.flags
    other = known(decision.place) if abroad else None
    if other is not None:
        return other, f"The supply is taxed in {other.name} (Directive 2006/112/EC Art. 219a (1))."
    if abroad:
        return seller, f"The law of {decision.place} is not recorded; that of the seller is shown instead."
    return seller, "The law of the seller governs (Directive 2006/112/EC Art. 219a)."


def contents(pack: Pack, buyer: Pack | None, kind: BuyerKind, on: date, *, domestic: bool) -> tuple[Requirement, ...]:
    """Return what an invoice must say on day `on`: by the governing law, then by the country of the buyer."""
    own = [one for one in pack.requirements if one.side is Side.SELLER or domestic]
    theirs = [one for one in buyer.requirements if one.side is Side.BUYER] if buyer and not domestic else []
    return tuple(
        one for one in (*own, *theirs) if kind in one.kinds and one.since <= on and (domestic or not one.domestic)
    )


@lru_cache(maxsize=4096)  # a bulk run asks the same for thousands of lines
def treated_or_none(supply: Supply) -> Treated | None:
    """Return the treatment, none where the place of the service is not known."""
    try:
        return treat(supply)
    except RefusedError:
        return None
