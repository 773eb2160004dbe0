"""United States: no federal law of invoices; sales tax is state law, its rates are those that the operator recorded."""

from __future__ import annotations

from fairdue.core.invoice.countries.common import FREE, asks
from fairdue.core.invoice.countries.shape import Numbering, Pack, Retention

_PRACTICE = "Commercial practice; no federal law of invoices"

PACK = Pack(
    "US",
    "United States",
    "USD",
    ("en",),
    "No federal law of invoices; sales tax by state",
    (
        asks(
            "us.due", "terms.due", "Say when payment is due: terms decide when the invoice is late.", _PRACTICE, "due"
        ),
        asks("us.remit_to", "payment.transfers", "Say where to pay (remit to).", _PRACTICE, "account", r".+"),
        asks(
            "us.state",
            "buyer.address.subdivision",
            "The buyer's state decides which sales tax applies.",
            "State sales tax laws; South Dakota v. Wayfair (2018)",
            "buyer_state",
            domestic=True,
        ),
        asks(
            "us.untaxed",
            "exemptions",
            "Say why no sales tax is charged: the resale or exemption certificate, or that there is no nexus.",
            "State sales tax laws; South Dakota v. Wayfair (2018)",
            "untaxed_reason",
            r"certificate|nexus|resale|exempt|not taxable",
            domestic=True,
        ),
    ),
    None,
    Numbering(FREE, 30, False, "Free; a sequence is usual.", _PRACTICE, False),
    Retention(
        3, "3 years from the return, longer by state and circumstance (up to 7).", "26 CFR 1.6001-1; IRC § 6501", False
    ),
    None,
    remarks=(
        "Rates of sales tax are the operator's own (sales_tax_rates); keep the buyer's resale certificate.",
        "The EIN belongs on form W-9, not on the invoice.",
    ),
)
