"""How far an address may be trusted, from what was found out about it (docs/rules/verified-address.md)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.core.parties.models import VerificationState
from fairdue.core.parties.names import normal_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


class Layer(StrEnum):
    """What looked at a value; later layers weigh more."""

    SYNTAX = "syntax"
    """The format rules of its country, or of e-mail addresses."""
    DOMAIN = "domain"
    """Whether the domain of an e-mail address takes mail (MX, RFC 5321 § 5.1; null MX, RFC 7505)."""
    REGISTER = "register"
    """A public register: VIES, SIRENE, GLEIF, Companies House."""
    DELIVERY = "delivery"
    """What became of something that was sent there."""
    PERSON = "person"
    """Somebody asked the party, or looked."""


class Outcome(StrEnum):
    """What the layer said."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"
    """Nobody could be asked. It is never taken for a yes, and never for a no."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One look at one value of a party. `value` is what was looked at, so that a later change makes it worthless."""

    what: str
    """`address`, `email`, or the scheme of an identifier."""
    layer: Layer
    outcome: Outcome
    value: str
    source: str
    """Who said so: the name of a register, of the rules, of a person."""
    detail: str = ""
    on: date | None = None


_TRIED = frozenset({Layer.DELIVERY, Layer.PERSON})
_RANKED = (
    (Layer.PERSON, VerificationState.CONFIRMED),
    (Layer.DELIVERY, VerificationState.DELIVERED),
    (Layer.REGISTER, VerificationState.MATCHED),
    (Layer.SYNTAX, VerificationState.WELL_FORMED),
)


def state_of(value: str, evidence: Sequence[Evidence]) -> VerificationState:
    """Return how far `value` is trusted; `evidence` stands in the order in which it was found.

    The last word of each layer counts. Of delivery and person the later one decides whether it came back: a person
    who confirms after a bounce is believed, a bounce after the confirmation is believed too.
    """
    said: dict[Layer, Outcome] = {}
    tried = Outcome.NOT_CHECKED
    for one in evidence:
        if one.value != value or one.outcome is Outcome.NOT_CHECKED:
            continue
        said[one.layer] = one.outcome
        if one.layer in _TRIED:
            tried = one.outcome
    if tried is Outcome.FAILED:
        return VerificationState.RETURNED
    malformed = Outcome.FAILED in {said.get(Layer.SYNTAX), said.get(Layer.DOMAIN)}
    for layer, state in _RANKED:
        if said.get(layer) is Outcome.PASSED and (layer in _TRIED or not malformed):
            return state
    return VerificationState.UNCHECKED


def rank(state: VerificationState) -> int:
    """Return the place of a state: nought for what came back, five for what a person confirmed."""
    return list(VerificationState).index(state)


def agrees(name: str, postcode: str, found_name: str, found_postcode: str) -> Outcome:
    """Compare a party with what a register says: same name and same postcode.

    A register that gives no postcode (VIES of some states) says nothing about the address.
    """
    if not found_postcode or not postcode:
        return Outcome.NOT_CHECKED
    same_name = normal_name(name) == normal_name(found_name)
    same_code = _letters(postcode) == _letters(found_postcode)
    return Outcome.PASSED if same_name and same_code else Outcome.FAILED


def _letters(text: str) -> str:
    return "".join(character for character in text.upper() if character.isalnum())
