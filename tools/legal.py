"""Write the pages of docs/legal: one a country, from the packs of invoice law. `--check` only compares.

The column "broken by" is what the tests do to a sound invoice of the country; the column "finding" is what the check
must then say. Articles, fields and figures come from the packs, so a page never says something else than the product.
"""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from fairdue.core.invoice.countries.registry import packs
from fairdue.core.money import decimal_of
from fairdue.core.vat.rates import ROWS

if TYPE_CHECKING:
    from fairdue.core.invoice.countries.shape import Pack, Requirement

FOLDER = Path(__file__).parent.parent / "docs/legal"
BREAKS = {
    "BR-02": '`number` = ""',
    "BR-03": "no `issued`",
    "BR-S-02": "no `seller.vat_id`, no `seller.tax_number`",
    "BR-AE-02": '`lines.0.category` = "AE", `lines.0.rate` = "0", no `buyer.vat_id`, no `buyer.registration`',
    "BR-06": '`seller.name` = ""',
    "BR-07": '`buyer.name` = ""',
    "BR-25": '`lines.0.name` = ""',
    "BR-33": '`adjustments` = [{"amount": "1"}]',
    "BR-48": "no `lines.0.rate`",
    "BR-E-10": '`lines.0.category` = "E", `lines.0.rate` = "0"',
    "content.address": '`buyer.address.city` = ""',
    "content.supply": "no `delivery`",
    "content.preceding": '`type` = "381"',
    "content.tax_currency": '`currency` = "XAU"',
}
NEEDS = {
    "seller_id": "no `seller.vat_id`, no `seller.tax_number`, no `seller.registration`",
    "buyer_id": "no `buyer.vat_id`, no `buyer.registration`, no `buyer.identifiers`",
    "letterhead": "no `seller.legal_form`, no `seller.registration`, no `notes`",
    "words": "no `notes`",
    "procurement": "no `notes`",
    "buyer_known": '`buyer.name` = "Cash customer"',
    "subject": "no `notes`",
    "supply_date": "no `delivery`",
    "contact": "no `seller.contact`",
    "account": "no `payment`",
    "untaxed_reason": "no `exemptions`",
    "stamp": '`lines.0.category` = "E", `lines.0.rate` = "0", no `notes`',
    "reference": "no `references`",
    "process": "no `process`",
    "buyer_endpoint": "no `buyer.endpoint`",
    "due": "no `terms`",
    "classified": "no `lines.0.classifications`",
    "buyer_state": "no `buyer.address.subdivision`",
    "buyer_address": "no `buyer.address.street`",
}
EVERYBODY = 3
SOUND = date(2026, 11, 16)
"""The day of the sound invoices that the tests break."""


def _sure(confirmed: bool) -> str:  # noqa: FBT001 - its only argument
    return "yes" if confirmed else "**no**"


def _whom(one: Requirement, pack: Pack) -> str:
    words = [] if len(one.kinds) == EVERYBODY else [", ".join(sorted(one.kinds))]
    words += ["domestic"] if one.domestic else []
    words += ["companies"] if one.named else []
    words += [f"above {decimal_of(one.above, pack.currency)} {pack.currency}"] if one.above is not None else []
    words += ["taxed"] if one.taxed else []
    words += [f"from {one.since.isoformat()}"] if one.since > date.min else []
    words += [f"buyers in {pack.name}"] if one.side == "buyer" else []
    return "; ".join(words) or "all"


def _broken(one: Requirement) -> str:
    """Return what breaks a sound invoice; what the law asks later breaks an invoice of its first day."""
    how = NEEDS.get(one.need) or BREAKS[one.code]
    return f'{how}, `issued` = "{one.since.isoformat()}"' if one.since > SOUND else how


def _contents(pack: Pack) -> list[str]:
    rows = [
        f"| {one.article} | `{one.path}` | {one.sentence.rstrip('.')} | {_whom(one, pack)} | "
        f"{_broken(one)} | `{one.code}` | {_sure(one.confirmed)} |"
        for one in pack.requirements
    ]
    head = "| article | field | what | asked of | broken by | finding | confirmed |"
    return ["## Contents", "", head, "|---|---|---|---|---|---|---|", *rows, ""]


def _figures(pack: Pack) -> list[str]:
    small, local = pack.simplified, pack.local_tax
    rows = [
        ("Number", pack.numbering.sentence, pack.numbering.article, pack.numbering.confirmed),
        ("Rounding of tax", pack.rounded.mode.replace("_", " "), pack.rounded.article, pack.rounded.confirmed),
        ("Kept for", pack.retention.sentence, pack.retention.article, pack.retention.confirmed),
    ]
    if small:
        text = f"Up to {decimal_of(small.upto, pack.currency)} {pack.currency} with tax"
        rows.append(("Simplified invoice", text, small.article, small.confirmed))
    if local:
        rows.append((f"Tax in {pack.currency}", local.rate, local.article, local.confirmed))
    head = ["## Figures", "", "| what | rule | article | confirmed |", "|---|---|---|---|"]
    return [*head, *(f"| {a} | {b} | {c} | {_sure(d)} |" for a, b, c, d in rows), ""]


def _rates(pack: Pack) -> list[str]:
    rows = [row for row in ROWS if row.country == pack.country]
    if not rows:
        return []
    lines = [
        f"| {row.kind} | {row.percent} | {row.since.isoformat()} | "
        f"{'-' if row.until == date.max else row.until.isoformat()} | {row.source} | {_sure(row.confirmed)} |"
        for row in rows
    ]
    head = [
        "## Rates of VAT",
        "",
        "| rate | percent | since | until | source | confirmed |",
        "|---|---|---|---|---|---|",
    ]
    return [*head, *lines, ""]


def _wording(pack: Pack) -> list[str]:
    lines = [
        f"| {treatment} | {one.text} | {one.vatex or '-'} | {one.article} | {_sure(one.confirmed)} |"
        for treatment, one in pack.wording.items()
    ]
    head = ["## Wording where no tax is charged", "", "| treatment | text | VATEX | article | confirmed |",
            "|---|---|---|---|---|"]  # fmt: skip
    return [*head, *lines, ""] if lines else []


def _mandates(pack: Pack) -> list[str]:
    lines = [
        f"| {one.since.isoformat()} | {one.kind} | {one.duty} | {one.whom} | {one.format} | {one.network} "
        f"| {one.source} | {_sure(one.confirmed)} |"
        for one in pack.mandates
    ]
    head = ["## Electronic invoices", "", "| since | to | duty | who | format | network | source | confirmed |",
            "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    return [*head, *lines, ""] if lines else []


def page(pack: Pack) -> str:
    """Return the page of one country."""
    remarks = ["## What the check cannot see", "", *(f"- {one}" for one in pack.remarks), ""] if pack.remarks else []
    head = [
        f"# Invoices of {pack.name} ({pack.country})",
        "",
        f"{pack.law}. Written by `tools/legal.py` from `src/fairdue/core/invoice/countries`; the tests break a sound",
        "invoice in each way of the table and expect the finding. What is not confirmed was read in no primary source;",
        "it warns and never refuses. No legal advice.",
        "",
    ]
    parts = (_contents, _figures, _rates, _wording, _mandates)
    return "\n".join([*head, *(line for part in parts for line in part(pack)), *remarks]).rstrip() + "\n"


def _count(pack: Pack) -> tuple[int, int]:
    facts = [
        *(one.confirmed for one in pack.requirements), *(one.confirmed for one in pack.wording.values()),
        *(one.confirmed for one in pack.mandates), pack.numbering.confirmed, pack.retention.confirmed,
        pack.rounded.confirmed,
    ]  # fmt: skip
    return sum(facts), len(facts)


def overview() -> str:
    """Return the page that explains the packs and counts what is confirmed."""
    rows = []
    for pack in packs():
        sure, whole = _count(pack)
        link = f"[{pack.name}]({pack.country.lower()}.md)"
        rows.append(f"| {link} | {pack.law} | {len(pack.requirements)} | {sure} of {whole} |")
    return HEAD + "\n".join(["| country | law | contents | confirmed facts |", "|---|---|---|---|", *rows]) + "\n"


HEAD = """# The law of invoices as data

`fairdue.core.invoice.rules.rules(seller, buyer, place, kind, on)` says for an invoice between two countries whose law
governs it (VAT Directive Art. 219a), what it must say, how VAT treats goods and services, with which words in both
languages, which formats and networks are compulsory or coming, and how long it is kept. It decides nothing by itself:
everything is dated data, one small module a country, which a lawyer checks by reading that one file.

- **Drafting** uses it: categories, rates, wording, standing notes and rounding that a draft leaves open are proposed.
- **Checking** uses it: what the law misses is a finding before a number is drawn, beside the rules of EN 16931.
- **`fairdue law invoice`**, the page “Law calculators” and `GET /api/v1/law/invoice` show it, with the articles.

A fact is `confirmed` when somebody read it in the law itself or in a publication of the authority. Everything else says
“not confirmed” wherever it is shown, warns, and never refuses an invoice. To change a figure add a row with its date;
never edit one that was used. These pages are written by `tools/legal.py`.

"""


def main() -> int:
    """Write or compare the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    wanted = {FOLDER / f"{pack.country.lower()}.md": page(pack) for pack in packs()}
    wanted[FOLDER / "invoice-law-as-data.md"] = overview()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        if check:
            sys.stderr.write(f"{path.name} is stale: run tools/legal.py\n")
        else:
            path.write_text(wanted[path], "utf-8")
    return 1 if check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
