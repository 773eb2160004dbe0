"""Which differences count as small in each currency, and which look like a bank's fee.

A tolerance is a number of minor units, and a minor unit is worth something else in every currency: 100 of them are one
euro, a hundred yen or a tenth of a dinar. So tolerances stand by currency. A currency that is not listed has none:
every difference in it is left to a person until the creditor sets one.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tolerance:
    """The differences of one currency that need no person, in its minor units."""

    small_difference: int
    """Largest difference that is written off with a payment."""
    largest_charge: int
    charge_step: int = 1
    """A difference up to the largest charge that is a multiple of the step looks like a bank's fee."""


NONE = Tolerance(0, 0)
_UNIT = Tolerance(1_00, 25_00, 50)
_TEN = Tolerance(10_00, 250_00, 5_00)
TOLERANCES: dict[str, Tolerance] = {
    **dict.fromkeys(("EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "SGD"), _UNIT),
    **dict.fromkeys(("SEK", "NOK", "DKK"), _TEN),
    "PLN": Tolerance(5_00, 100_00, 1_00),
    "CZK": Tolerance(25_00, 600_00, 10_00),
    "HUF": Tolerance(400_00, 10_000_00, 50_00),
    "RON": Tolerance(5_00, 125_00, 1_00),
    "JPY": Tolerance(150, 4_000, 10),
}
"""What counts where the creditor has set nothing: about one euro as a difference, about 25 euros as a bank's fee."""
