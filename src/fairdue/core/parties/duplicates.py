"""Which two records are the same party: blocking keys that narrow, points that decide, reasons in words.

Two records are compared only if they share a blocking key, so the work grows with the number of
records and not with its square. Points are whole numbers; a pair scores between 0 and 100.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from typing import TYPE_CHECKING

from fairdue.core.parties.models import Party, Scheme
from fairdue.core.parties.names import fingerprint, normal_name, similarity, transliterate

if TYPE_CHECKING:
    from collections.abc import Iterable

CERTAIN = 90
LIKELY = 60
BLOCK_LIMIT = 50
"""A key that more records share than this tells nothing (a head office's mailbox, "Stadtwerke")."""
FREE_MAIL = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com yahoo.fr yahoo.de icloud.com me.com "
    "gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de mail.ru orange.fr wanadoo.fr free.fr "
    "laposte.net sfr.fr libero.it bluewin.ch btinternet.com aol.com proton.me protonmail.com".split()
)


class Verdict(StrEnum):
    """What to do with a pair."""

    CERTAIN = "certain"
    """Propose the merge."""
    LIKELY = "likely"
    """Show side by side."""
    DIFFERENT = "different"
    """Leave alone."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Points for or against being the same party, and why."""

    points: int
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records (ids in order), the score 0-100 and its reasons, the strongest first."""

    left: str
    right: str
    score: int
    reasons: tuple[Reason, ...]

    @property
    def verdict(self) -> Verdict:
        """The consequence of the score."""
        if self.score >= CERTAIN:
            return Verdict.CERTAIN
        return Verdict.LIKELY if self.score >= LIKELY else Verdict.DIFFERENT


def _compact(text: str) -> str:
    return "".join(letter for letter in transliterate(text) if letter.isalnum())


def _digits(phone: str) -> str:
    """Return the last nine digits: enough to tell lines apart, blind to +49 versus 0."""
    kept = "".join(letter for letter in phone if letter.isdecimal())
    return kept[-9:] if len(kept) >= 7 else ""  # noqa: PLR2004 - fewer digits are an extension


def _numbers(party: Party, scheme: Scheme) -> frozenset[str]:
    return frozenset(_compact(value) for value in party.values(scheme) if _compact(value))


def _mails(party: Party) -> frozenset[str]:
    return frozenset(item.email.strip().lower() for item in party.contacts if item.email.strip())


def _domains(party: Party) -> frozenset[str]:
    return frozenset(mail.rpartition("@")[2] for mail in _mails(party)) - FREE_MAIL


def _phones(party: Party) -> frozenset[str]:
    return frozenset(_digits(item.phone) for item in party.contacts if _digits(item.phone))


def _accounts(party: Party) -> frozenset[str]:
    return frozenset(_compact(iban) for iban in party.ibans if _compact(iban))


def _place(party: Party) -> tuple[str, str, str]:
    address = party.bill_to()
    if address is None:
        return "", "", ""
    return _compact(address.postcode), " ".join(transliterate(address.city).split()), _compact(address.street)


def blocking_keys(party: Party) -> frozenset[str]:
    """Return the keys under which `party` is compared: identifiers, accounts, mail, phone, name."""
    keys = {f"{scheme.value}:{number}" for scheme in Scheme for number in _numbers(party, scheme)}
    keys |= {f"iban:{account}" for account in _accounts(party)}
    keys |= {f"mail:{mail}" for mail in _mails(party)}
    keys |= {f"domain:{domain}" for domain in _domains(party)}
    keys |= {f"phone:{phone}" for phone in _phones(party)}
    sorted_name = fingerprint(party.name)
    postcode, _city, street = _place(party)
    if sorted_name:
        keys |= {f"name:{sorted_name}"}
        keys |= {f"place:{sorted_name[:4]}:{postcode}"} if postcode else set()
        keys |= {f"start:{normal_name(party.name)[:8]}"}
    if postcode and street:
        keys |= {f"street:{postcode}:{street}"}
    return frozenset(keys)


def _name_reason(left: Party, right: Party) -> Reason | None:
    one, two = fingerprint(left.name), fingerprint(right.name)
    if one and one == two:
        return Reason(45, f"same name without legal form: {normal_name(left.name)}")
    alike = similarity(one, two)
    if alike >= 80:  # noqa: PLR2004 - docs/rules/duplicates.md argues the steps
        return Reason(35, f"names alike ({alike} of 100)")
    if alike >= 60:  # noqa: PLR2004 - see above
        return Reason(20, f"names somewhat alike ({alike} of 100)")
    return Reason(-20, f"names differ ({alike} of 100)")


_NUMBER_POINTS = {
    Scheme.VAT: (60, -35, "VAT number"),
    Scheme.REGISTER: (55, -35, "register number"),
    Scheme.LEI: (70, -50, "LEI"),
    Scheme.EORI: (40, 0, "EORI number"),
    Scheme.TAX: (50, -20, "tax number"),
    Scheme.PEPPOL: (40, 0, "Peppol id"),
    Scheme.GLN: (30, 0, "GLN"),
    Scheme.ROUTING: (15, 0, "routing id"),
}


def _number_reasons(left: Party, right: Party) -> list[Reason]:
    reasons = []
    for scheme, (same, other, word) in _NUMBER_POINTS.items():
        one, two = _numbers(left, scheme), _numbers(right, scheme)
        if one & two:
            reasons.append(Reason(same, f"same {word}"))
        elif one and two and other:
            reasons.append(Reason(other, f"different {word}s"))
    return reasons


def _contact_reasons(left: Party, right: Party) -> list[Reason]:
    reasons = []
    if _accounts(left) & _accounts(right):
        reasons.append(Reason(45, "same bank account"))
    if _mails(left) & _mails(right):
        reasons.append(Reason(30, "same e-mail address"))
    elif _domains(left) & _domains(right):
        reasons.append(Reason(15, "same mail domain"))
    if _phones(left) & _phones(right):
        reasons.append(Reason(20, "same phone number"))
    return reasons


def _place_reasons(left: Party, right: Party) -> list[Reason]:
    reasons = []
    one, two = _place(left), _place(right)
    if one[0] and one[0] == two[0]:
        same_street = bool(one[2]) and similarity(one[2], two[2]) >= 80  # noqa: PLR2004 - "Str." and "Strasse"
        reasons.append(Reason(30, "same street and postcode") if same_street else Reason(15, "same postcode"))
    elif one[1] and one[1] == two[1]:
        reasons.append(Reason(10, "same city"))
    if left.country and right.country and left.country != right.country:
        reasons.append(Reason(-25, "different countries"))
    if left.kind is not right.kind:
        reasons.append(Reason(-30, "one is a business, the other is not"))
    return reasons


def compare(left: Party, right: Party) -> Pair:
    """Return the score of two records; the order of the arguments does not matter."""
    one, two = sorted((left, right), key=lambda party: party.id)
    named = _name_reason(one, two)
    reasons = [named] if named else []
    reasons += _number_reasons(one, two) + _contact_reasons(one, two) + _place_reasons(one, two)
    score = max(0, min(100, sum(reason.points for reason in reasons)))
    return Pair(one.id, two.id, score, tuple(sorted(reasons, key=lambda reason: (-abs(reason.points), reason.text))))


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The pairs worth a look, the best first, and the keys that were too common to compare by."""

    pairs: tuple[Pair, ...]
    skipped_keys: tuple[str, ...]


def find_duplicates(parties: Iterable[Party], refused: frozenset[frozenset[str]] = frozenset()) -> Duplicates:
    """Return pairs of at least `LIKELY`, without those a person has `refused` (sets of two ids)."""
    by_id = {party.id: party for party in parties}
    blocks: dict[str, list[str]] = defaultdict(list)
    for party in by_id.values():
        for key in blocking_keys(party):
            blocks[key].append(party.id)
    skipped = tuple(sorted(key for key, ids in blocks.items() if len(ids) > BLOCK_LIMIT))
    candidates = {
        frozenset(couple) for ids in blocks.values() if len(ids) <= BLOCK_LIMIT for couple in combinations(ids, 2)
    }
    compared = (compare(*(by_id[member] for member in couple)) for couple in candidates - refused)
    pairs = [pair for pair in compared if pair.score >= LIKELY]
    return Duplicates(tuple(sorted(pairs, key=lambda pair: (-pair.score, pair.left, pair.right))), skipped)
