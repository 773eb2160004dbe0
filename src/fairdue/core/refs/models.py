"""References by model: `SI` or `HR`, two digits that name the model, and up to three parts of digits with hyphens.

The model says which parts end in a check digit: modulo 11 with the weights 2, 3, 4 ... from the right over the
digits of the part or parts, eleven less the remainder, ten and eleven written as 0. Model 00 has none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairdue.core.refs.digits import weighted_11
from fairdue.core.refs.scheme import digits_only, strip_print

if TYPE_CHECKING:
    from collections.abc import Iterator

MODELS: dict[str, tuple[tuple[int, ...], ...]] = {
    "00": (),
    "01": ((0, 1, 2),),
    "02": ((1,), (2,)),
    "03": ((0,), (1,), (2,)),
    "04": ((0,), (2,)),
    "05": ((0,),),
    "06": ((1, 2),),
    "07": ((1,),),
    "08": ((0, 1), (2,)),
    "09": ((0, 1),),
    "10": ((0,), (1, 2)),
    "11": ((0,), (1,)),
    "12": ((0,),),
}
"""For each model the groups of parts, from 0, whose last digit is the check digit of the group."""
_SINGLE = "12"
_LONGEST, _LONGEST_PART = 22, 12
_FORM = re.compile(r"(SI|HR)([0-9]{2})([0-9]{1,13}(?:-[0-9]{1,13}){0,2})")
_IN_TEXT = re.compile(r"(?<![0-9A-Z])(SI|HR) ?([0-9]{2}) ?([0-9][0-9-]{0,21})(?![0-9A-Z])")
_HR_MODELS = frozenset(MODELS) - {_SINGLE}
"""Croatia has another rule for model 12."""


def make(country: str, model: str, payload: str) -> str:
    """Return the reference of one part: the model, the digits and the check digit over them."""
    plain = digits_only(payload, 1, _LONGEST_PART, country)
    return f"{country}{model}{plain}{weighted_11(plain)}"


def canonical(country: str, text: str) -> str | None:
    """Return a valid reference of the country without blanks, None for another one."""
    plain = strip_print(text)
    match = _FORM.fullmatch(plain)
    if match is None or match[1] != country or not _known(country, match[2]):
        return None
    parts = match[3].split("-")
    if len(match[3]) > _LONGEST or (match[2] == _SINGLE and len(parts) > 1):
        return None
    return plain if _agrees(match[2], parts) else None


def _known(country: str, model: str) -> bool:
    return model in (_HR_MODELS if country == "HR" else MODELS)


def _agrees(model: str, parts: list[str]) -> bool:
    """Tell whether each group of parts ends in its check digit; a group whose last part is left out ends earlier."""
    for group in MODELS[model]:
        joined = "".join(parts[at] for at in group if at < len(parts))
        if joined and (len(joined) == 1 or weighted_11(joined[:-1]) != joined[-1]):
            return False
    return True


def show(reference: str) -> str:
    """Return the printed form: a blank behind the model."""
    return f"{reference[:4]} {reference[4:]}"


def find(country: str, text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the valid references of the country in upper-case text."""
    for match in _IN_TEXT.finditer(text):
        written = match[3].rstrip("-")
        if match[1] == country and (reference := canonical(country, match[1] + match[2] + written)) is not None:
            yield reference, match.start(), match.start(3) + len(written)
