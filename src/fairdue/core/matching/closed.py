"""Numbers of items that are paid: a standing order that still names an old one, or money that came twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.matching.model import Allocation, Explanation, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fairdue.core.matching.ledger import Ledger
    from fairdue.core.matching.model import Item, Payment


def closed(payment: Payment, items: Sequence[Item], ledger: Ledger) -> Iterator[Explanation]:
    """Explain a payment that names only paid items of one customer.

    The oldest item of the customer that is open over exactly the amount; where there is none, the money is
    on account. `sure` is "same" where the paid items were over the amount as well, else "other", and says whether
    several are open over it.
    """
    debtors = {item.debtor for item in items}
    if len(debtors) != 1:
        return
    sure = "same" if sum(item.amount for item in items) == payment.amount else "other"
    left, amount = ledger.left, payment.amount
    own = ledger.of_debtor(debtors.pop())
    fits = [item for item in own if left[item.id] == amount and item.currency == payment.currency]
    if fits:
        many = f"{sure} many" if len(fits) > 1 else sure
        yield Explanation(Step.STALE, (Allocation(fits[0].id, payment.amount),), "", sure=many)
        return
    yield Explanation(Step.PAID_ALREADY, (), "", payment.amount, sure)
