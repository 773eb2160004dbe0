"""The tests behind requirements: each looks at an invoice and tells whether something stands on it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from fairdue.core.invoice.model import CHARGED, VatCategory
from fairdue.core.invoice.procurement import Codes, procurement
from fairdue.core.invoice.totals import line_net

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.parties import Party

_SEPARATORS = re.compile(r"[\s./-]")
_STAMP_FROM_MINOR = 77_47
_UNTAXED = frozenset({VatCategory.EXEMPT, VatCategory.OUTSIDE_SCOPE})


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _ids(party: Party) -> Iterable[str]:
    yield party.vat_id
    yield party.tax_number
    if party.registration is not None:
        yield party.registration.value
    yield from (one.value for one in party.identifiers)


def has_id(party: Party, pattern: str) -> bool:
    """Tell whether one of the numbers of `party`, without separators, matches `pattern` as a whole."""
    return any(_pattern(pattern).fullmatch(_SEPARATORS.sub("", one)) for one in _ids(party))


def says(texts: Iterable[str], pattern: str) -> bool:
    """Tell whether `pattern` stands in one of `texts`."""
    return any(_pattern(pattern).search(text) for text in texts)


def _notes(invoice: Invoice) -> list[str]:
    return [note.text for note in invoice.notes]


def _letterhead(invoice: Invoice) -> list[str]:
    seller = invoice.seller
    register = seller.registration.value if seller.registration is not None else ""
    return [seller.legal_form, register, seller.tax_number, *_notes(invoice)]


def _supply_date(invoice: Invoice, _: str) -> bool:
    whole = (invoice.delivery and invoice.delivery.day) or invoice.period or invoice.tax_point
    return bool(whole) or (bool(invoice.lines) and all(line.period for line in invoice.lines))


def _contact(invoice: Invoice, _: str) -> bool:
    contact = invoice.seller.contact
    return contact is not None and bool(contact.name and contact.phone and contact.email)


def _account(invoice: Invoice, pattern: str) -> bool:
    transfers = invoice.payment.transfers if invoice.payment is not None else ()
    return any(_pattern(pattern).match(one.account.replace(" ", "")) for one in transfers)


def _stamped(invoice: Invoice, pattern: str) -> bool:
    net = sum(line_net(line, invoice.currency) for line in invoice.lines if line.category in _UNTAXED)
    return net <= _STAMP_FROM_MINOR or says(_notes(invoice), pattern)


def _untaxed_reason(invoice: Invoice, pattern: str) -> bool:
    charged = any(line.category in CHARGED for line in invoice.lines)
    return charged or says((one.reason for one in invoice.exemptions), pattern)


_NOBODY = re.compile(r"\W*(cash( sale| customer)?|customer|unknown|various|n/?a|none|walk-?in( customer)?)?\W*")


def _named(invoice: Invoice) -> bool:
    """Tell whether the name of the buyer identifies anybody; "Cash customer" does not."""
    return _NOBODY.fullmatch(invoice.buyer.name.lower()) is None


def _subject_once(invoice: Invoice, subject: str) -> bool:
    return sum(note.subject == subject for note in invoice.notes) == 1


NEEDS: Mapping[str, Callable[[Invoice, str], bool]] = {
    "seller_id": lambda invoice, pattern: has_id(invoice.seller, pattern),
    "buyer_id": lambda invoice, pattern: has_id(invoice.buyer, pattern),
    "letterhead": lambda invoice, pattern: says(_letterhead(invoice), pattern),
    "words": lambda invoice, pattern: says(_notes(invoice), pattern),
    "subject": _subject_once,
    "procurement": lambda invoice, _: procurement(invoice) != Codes(),
    "supply_date": _supply_date,
    "contact": _contact,
    "account": _account,
    "stamp": _stamped,
    "untaxed_reason": _untaxed_reason,
    "reference": lambda invoice, pattern: bool(_pattern(pattern).fullmatch(invoice.references.buyer)),
    "process": lambda invoice, pattern: bool(_pattern(pattern).fullmatch(invoice.process)),
    "buyer_endpoint": lambda invoice, _: invoice.buyer.endpoint is not None,
    "due": lambda invoice, _: invoice.type.is_credit or invoice.terms.due is not None,
    "classified": lambda invoice, _: all(line.classifications for line in invoice.lines),
    "buyer_known": lambda invoice, pattern: _named(invoice) or has_id(invoice.buyer, pattern),
    "buyer_state": lambda invoice, _: bool(invoice.buyer.address.subdivision),
    "buyer_address": lambda invoice, _: bool(invoice.buyer.address.street and invoice.buyer.address.city),
}
