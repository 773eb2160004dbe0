"""The rules of an invoice as plain values for JSON: amounts as decimal strings, dates as ISO 8601."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    from fairdue.core.invoice.countries.shape import Mandate, Pack, Requirement
    from fairdue.core.invoice.rules import Rules, Treated

type Json = dict[str, object]


def rules_answer(found: Rules) -> Json:
    """Return the rules in the shape of the machine interface, version 1."""
    pack = found.governing
    return {
        "seller": found.seller,
        "buyer": found.buyer,
        "place": found.place,
        "kind": str(found.kind),
        "on": found.on.isoformat(),
        "governing": {"country": pack.country, "name": pack.name, "law": pack.law, "why": found.why},
        "treatments": [_treated(one) for one in found.treatments],
        "contents": [_content(one, pack) for one in found.contents],
        "simplified": _simplified(pack),
        "numbering": {
            "rule": pack.numbering.sentence, "longest": pack.numbering.longest, "gapless": pack.numbering.gapless,
            "pattern": pack.numbering.pattern, "article": pack.numbering.article, "confirmed": pack.numbering.confirmed,
        },
        "rounding": {
            "mode": str(pack.rounded.mode), "article": pack.rounded.article, "confirmed": pack.rounded.confirmed
        },
        "tax_currency": _currency(found),
        "retention": {
            "years": pack.retention.years, "rule": pack.retention.sentence, "article": pack.retention.article,
            "confirmed": pack.retention.confirmed,
        },
        "mandates": [
            *(_mandate(one, in_force=True) for one in found.in_force),
            *(_mandate(one, in_force=False) for one in found.coming),
        ],
        "remarks": list(pack.remarks),
        "buyer_known": found.buyer_known,
        "unconfirmed": list(found.unconfirmed),
        "confirmed": not found.unconfirmed and all(one.decision.confirmed for one in found.treatments),
    }  # fmt: skip


def _treated(one: Treated) -> Json:
    decision = one.decision
    return {
        "nature": str(one.nature),
        "treatment": str(decision.treatment),
        "category": str(decision.category),
        "rate": None if decision.rate is None else str(decision.rate),
        "taxed_in": decision.place,
        "why": decision.why,
        "articles": list(decision.articles),
        "wording": one.wording,
        "wording_article": one.wording_article,
        "wording_confirmed": one.wording_confirmed,
        "vatex": one.vatex,
        "conditions": [{"field": item.path, "sentence": item.sentence} for item in decision.conditions],
        "flags": list(decision.flags),
        "confirmed": decision.confirmed,
    }


def _content(one: Requirement, pack: Pack) -> Json:
    above = None if one.above is None else f"{decimal_of(one.above, pack.currency)} {pack.currency}"
    return {
        "field": one.path, "what": one.sentence, "article": one.article, "finding": one.code, "above": above,
        "confirmed": one.confirmed, "refuses": one.refuses and one.confirmed,
    }  # fmt: skip


def _simplified(pack: Pack) -> Json | None:
    small = pack.simplified
    if small is None:
        return None
    upto = str(decimal_of(small.upto, pack.currency))
    return {"up_to": upto, "currency": pack.currency, "article": small.article, "confirmed": small.confirmed}


def _currency(found: Rules) -> Json | None:
    local = found.governing.local_tax
    if local is None:
        return None
    return {
        "currency": found.tax_currency, "rate": local.rate, "article": local.article, "confirmed": local.confirmed
    }  # fmt: skip


def _mandate(one: Mandate, *, in_force: bool) -> Json:
    return {
        "since": one.since.isoformat(), "in_force": in_force, "duty": one.duty, "whom": one.whom,
        "format": one.format, "network": one.network, "source": one.source, "confirmed": one.confirmed,
    }  # fmt: skip
