"""How much of an item one person may give away alone: a limit for each role, in the currency of the books.

Amounts are whole minor units. The shipped limits are multiples of what counts as a small difference in the currency of
the books (`core.matching.tolerances`): 1.00 in euros, so a cash clerk has 5.00 and a team lead 50.00; ten crowns in
Swedish books, so 50.00 and 500.00. Books in a currency without a tolerance have no limits until somebody sets them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.matching.tolerances import NONE, TOLERANCES
from fairdue.core.money import Rounding, decimal_of, round_minor

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

TIMES: dict[str, int] = {"cash_clerk": 5, "team_lead": 50, "credit_manager": 50, "admin": 100}
"""The shipped limit of each role as a multiple of a small difference; a role of one's own has the smallest."""
NOBODY = ""
"""The machine and the operator of the command line, who have no role."""


def shipped_limit(role: str, currency: str) -> int:
    """Return the limit of a role in books of a currency where the creditor has set none."""
    small = TOLERANCES.get(currency, NONE).small_difference
    times = TIMES["admin"] if role == NOBODY else TIMES.get(role, min(TIMES.values()))
    return small * times


def limit_of(role: str, currency: str, own: Mapping[str, int]) -> int:
    """Return the limit of a role: the creditor's own, else the shipped one."""
    set_ = own.get(role)
    return shipped_limit(role, currency) if set_ is None else int(set_)


def agreed_discount(amount: int, currency: str, percent: Decimal | None) -> int:
    """Return the early-payment discount that was agreed, minor units, rounded for the customer."""
    if percent is None:
        return 0
    exact = decimal_of(amount, currency) * percent.scaleb(-2)
    return round_minor(exact, currency, Rounding.CEILING)


def given_alone(discount: int, agreed: int, others: int, approved: int, amount: int, worth: int) -> int:
    """Return what one person gave away of an item, in minor units of the books, rounded up.

    `discount` beyond the agreed one, and all `others` beyond what was approved; an item of `amount` minor units stands
    in the books with `worth`.
    """
    alone = max(0, discount - agreed) + max(0, others - approved)
    return alone if amount == worth or not amount else -(-alone * worth // amount)
