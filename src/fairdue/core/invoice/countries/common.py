"""What many countries share: the list of VAT Directive Art. 226, and short ways to write requirements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairdue.core.invoice.countries.shape import (
    BUSINESS,
    Numbering,
    Requirement,
    Retention,
    Simplified,
    StandingNote,
)
from fairdue.core.vat.supply import BuyerKind

if TYPE_CHECKING:
    from collections.abc import Mapping

FREE = r".{1,30}"
LATIN = r"[A-Za-z0-9/_.+ -]{1,20}"

_ARTICLE_226 = (
    # key, finding, path, sentence, article, simplified
    ("issued", "BR-03", "issued", "The date of issue", "Art. 226 (1)", True),
    ("number", "BR-02", "number", "A sequential number that identifies the invoice", "Art. 226 (2)", False),
    ("seller_id", "BR-S-02", "seller.vat_id", "The number under which the seller is taxed", "Art. 226 (3)", True),
    ("buyer_id", "BR-AE-02", "buyer.vat_id", "The buyer's number where the buyer owes the tax", "Art. 226 (4)", False),
    ("seller", "BR-06", "seller.name", "The full name of the seller", "Art. 226 (5)", True),
    ("buyer", "BR-07", "buyer.name", "The full name of the buyer", "Art. 226 (5)", False),
    ("address", "content.address", "buyer.address.city", "The full address of both", "Art. 226 (5)", False),
    ("nature", "BR-25", "lines[].name", "Quantity and nature of what is supplied", "Art. 226 (6)", True),
    (
        "supply",
        "content.supply",
        "delivery.day",
        "The date of supply, or of the payment on account",
        "Art. 226 (7)",
        False,
    ),
    (
        "reduction",
        "BR-33",
        "adjustments[].reason",
        "Discounts not in the unit price, with their reason",
        "Art. 226 (8)",
        False,
    ),
    ("rate", "BR-48", "lines[].rate", "The rate of VAT of each line", "Art. 226 (9)", True),
    (
        "exemption",
        "BR-E-10",
        "exemptions",
        "Why no tax is charged: the article in words, or its code",
        "Art. 226 (11)",
        True,
    ),
    ("correction", "content.preceding", "preceding", "The invoice that a credit note amends", "Art. 219", True),
    ("currency", "content.tax_currency", "tax_currency", "The tax in the currency of the state", "Art. 230", False),
)


def union(
    law: str, articles: Mapping[str, str], *, confirmed: bool, read: frozenset[str] = frozenset()
) -> tuple[Requirement, ...]:
    """Return the contents of Art. 226 with the national article of each: `articles` by key, after `law`.

    Where a country's article is not named the directive's own stands, which binds all Member States. `confirmed`
    says that all named articles were read, `read` which of them.
    """
    rows = []
    for key, code, path, sentence, article, simplified in _ARTICLE_226:
        named = f"{law} {articles[key]}" if key in articles else f"Directive 2006/112/EC {article}"
        sure = confirmed or key in read or key not in articles
        rows.append(Requirement(code, path, sentence, named, sure, simplified=simplified, refuses=True))
    return tuple(rows)


_BASICS = frozenset({"issued", "number", "seller", "buyer", "nature", "rate"})


def basics(
    law: str, articles: Mapping[str, str] | str, *, confirmed: bool, read: frozenset[str] = frozenset(),
    unasked: frozenset[str] = frozenset(),
) -> tuple[Requirement, ...]:  # fmt: skip
    """Return the contents that invoices outside the Union share, under one article or under one article each.

    `confirmed` says that all of them were read there, `read` which of them. What is `unasked` the law leaves free and
    only the standard wants: then the standard is named.
    """
    rows = []
    for key, code, path, sentence, _, simplified in _ARTICLE_226:
        article = articles if isinstance(articles, str) else articles.get(key, "")
        named = f"EN 16931-1 {code}" if key in unasked else f"{law} {article}"
        sure = confirmed or key in read or key in unasked
        if key in _BASICS:
            rows.append(Requirement(code, path, sentence, named, sure, simplified=simplified, refuses=True))
    return tuple(rows)


def asks(
    code: str, path: str, sentence: str, article: str, need: str, argument: str = "", *, confirmed: bool = False,
    **more: Any,
) -> Requirement:  # fmt: skip
    """Return a national requirement; its finding is `content.` and `code`.

    What company law wants on every letter stands on a simplified invoice too.
    """
    more.setdefault("simplified", need == "letterhead")
    return Requirement(f"content.{code}", path, sentence, article, confirmed, need, argument, **more)


def tax_invoice(code: str, article: str, *, confirmed: bool) -> Requirement:
    """Return the requirement of the words "Tax invoice"."""
    return asks(
        f"{code}.title", "notes", "The words “Tax invoice” must stand on the document.", article, "words",
        r"\btax invoice\b", confirmed=confirmed, taxed=True,
    )  # fmt: skip


TAX_INVOICE = StandingNote("Tax invoice", "", BUSINESS | {BuyerKind.B2C})


def sequential(
    article: str, *, confirmed: bool, gapless: bool = False, pattern: str = FREE, longest: int = 30
) -> Numbering:
    """Return the usual rule: one sequence in one or more series."""
    sentence = "A sequence in one or more series; each number once" + (", without gaps." if gapless else ".")
    return Numbering(pattern, longest, gapless, sentence, article, confirmed)


def kept(
    years: int, article: str, *, confirmed: bool = False, start: str = "the end of the calendar year"
) -> Retention:
    """Return for how many years invoices are kept, counted from `start`."""
    return Retention(years, f"{years} years from {start}.", article, confirmed)


def upto(minor: int, article: str, *, confirmed: bool = False) -> Simplified:
    """Return the threshold of a simplified invoice."""
    return Simplified(minor, article, confirmed)
