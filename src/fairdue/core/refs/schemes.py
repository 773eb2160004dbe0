"""The schemes of structured payment references, each one small object of the registry."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from fairdue.core.refs import digits as check
from fairdue.core.refs import models
from fairdue.core.refs.scheme import (
    ReferenceRefusedError,
    Scheme,
    digit_joins,
    digits_only,
    grouped,
    strip_print,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_RF_PAYLOAD = re.compile(r"[0-9A-Z]{1,21}")
_RF = re.compile(r"RF[0-9]{2}[0-9A-Z]{1,21}")
_RF_START = re.compile(r"(?<![0-9A-Z])R ?F ?[0-9] ?[0-9]")
_WORD = re.compile(r" ?([0-9A-Z]+)")
_RF_LONGEST = 25
_QRR_LENGTH = 27
_OGM_LENGTH = 12
_FIK_LINE = re.compile(r"\+?(71|75|04)<([0-9]{15,16})(?:\+[0-9]{7,8}<?)?")
_FIK_IN_TEXT = re.compile(r"(?<![0-9])(71|75|04) ?< ?([0-9]{15,16})(?![0-9])")
_OGM = re.compile(r"[0-9]{12}")


def _make_rf(payload: str) -> str:
    plain = strip_print(payload, " -/._")
    if not _RF_PAYLOAD.fullmatch(plain):
        raise ReferenceRefusedError(f"RF takes 1 to 21 letters and digits, not {payload!r}")
    rest = check.modulo_97(check.as_digits(plain + "RF00"))
    return f"RF{98 - rest:02d}{plain}"


def _canonical_rf(text: str) -> str | None:
    plain = strip_print(text)
    if not _RF.fullmatch(plain):
        return None
    return plain if check.modulo_97(check.as_digits(plain[4:] + plain[:4])) == 1 else None


def _find_rf(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield at each RF the valid references that end at the end of a word, longest first."""
    for match in _RF_START.finditer(text):
        ends = []
        plain, end = "", match.start()
        while word := _WORD.match(text, end):
            plain, end = plain + word[1], word.end()
            if len(plain) > _RF_LONGEST:
                break
            ends.append((plain, end))
        for candidate, stop in reversed(ends):
            if (reference := _canonical_rf(candidate)) is not None:
                yield reference, match.start(), stop


def _make_qrr(payload: str) -> str:
    plain = digits_only(payload, 1, _QRR_LENGTH - 1, "QRR").zfill(_QRR_LENGTH - 1)
    return plain + check.recursive_10(plain)


def _canonical_qrr(text: str) -> str | None:
    plain = strip_print(text)
    if len(plain) != _QRR_LENGTH or not (plain.isascii() and plain.isdigit()) or not plain.strip("0"):
        return None
    return plain if check.recursive_10(plain[:-1]) == plain[-1] else None


def _show_qrr(reference: str) -> str:
    return grouped(reference, 5, from_right=True)


def _make_ogm(payload: str) -> str:
    plain = digits_only(payload, 1, 10, "OGM").zfill(10)
    return f"{plain}{check.modulo_97(plain) or 97:02d}"


def _canonical_ogm(text: str) -> str | None:
    plain = strip_print(text, " +*/")
    if not _OGM.fullmatch(plain):
        return None
    return plain if f"{check.modulo_97(plain[:10]) or 97:02d}" == plain[10:] else None


def _show_ogm(reference: str) -> str:
    return f"+++{reference[:3]}/{reference[3:7]}/{reference[7:]}+++"


def _make_viite(payload: str) -> str:
    plain = digits_only(payload, 3, 19, "viite")
    return plain + check.weights_731(plain)


def _canonical_viite(text: str) -> str | None:
    """Return the reference without leading zeros: banks add and drop them."""
    plain = strip_print(text).lstrip("0")
    if not (plain.isascii() and plain.isdigit() and 4 <= len(plain) <= 20):  # noqa: PLR2004 - the lengths of the standard
        return None
    return plain if check.weights_731(plain[:-1]) == plain[-1] else None


def _with_check(code: str, shortest: int, longest: int, digit: Callable[[str], str], payload: str) -> str:
    plain = digits_only(payload, shortest - 1, longest - 1, code)
    return plain + digit(plain)


def _canonical_checked(shortest: int, longest: int, digit: Callable[[str], str], text: str) -> str | None:
    plain = strip_print(text)
    body, last = plain[:-1], plain[-1:]
    if not (shortest <= len(plain) <= longest and body.isascii() and body.isdigit()):
        return None
    return plain if digit(body) == last else None


def _make_ocr(payload: str) -> str:
    """Return a Swedish OCR number with length digit: its last digit of the length, then Luhn."""
    plain = digits_only(payload, 1, 23, "OCR")
    with_length = f"{plain}{(len(plain) + 2) % 10}"
    return with_length + check.luhn(with_length)


def _make_nl(payload: str) -> str:
    """Return 9 to 14 digits with check and length digit for a payload of up to 12, else 16 digits."""
    plain = digits_only(payload, 1, 15, "NL")
    if len(plain) > 12:  # noqa: PLR2004 - longer payloads have no length digit
        plain = plain.zfill(15)
        return check.dutch_11(plain) + plain
    plain = plain.zfill(7)
    body = f"{len(plain) % 10}{plain}"
    return check.dutch_11(body) + body


def _canonical_nl(text: str) -> str | None:
    plain = strip_print(text)
    if not (plain.isascii() and plain.isdigit()):
        return None
    length_agrees = len(plain) == 16 or (  # noqa: PLR2004 - the one length without length digit
        9 <= len(plain) <= 14 and int(plain[1]) == (len(plain) - 2) % 10  # noqa: PLR2004 - the lengths of the standard
    )
    return plain if length_agrees and check.dutch_11(plain[1:]) == plain[0] else None


def _make_fik(length: int, payload: str) -> str:
    plain = digits_only(payload, 1, length - 1, "FIK").zfill(length - 1)
    return plain + check.luhn(plain)


def _canonical_fik(length: int, card: str, text: str) -> str | None:
    """Return the payment id of a code line or of its digits alone: +71<000000000000018+12345678<."""
    plain = strip_print(text)
    match = _FIK_LINE.fullmatch(plain)
    if match is not None:
        plain = match[2] if match[1] == card else ""
    if len(plain) != length or not (plain.isascii() and plain.isdigit()) or not plain.strip("0"):
        return None
    return plain if check.luhn(plain[:-1]) == plain[-1] else None


def _find_fik(length: int, card: str, text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the ids of code lines, then those of bare digits of the right length."""
    for match in _FIK_IN_TEXT.finditer(text):
        if match[1] == card and (reference := _canonical_fik(length, card, match[2])) is not None:
            yield reference, match.start(), match.end(2)
    yield from _find_digits(length, length, partial(_canonical_fik, length, card), text)


def _show_fik(card: str, reference: str) -> str:
    return f"+{card}<{reference}"


def _find_digits(
    least: int, most: int, canonical: Callable[[str], str | None], text: str
) -> Iterator[tuple[str, int, int]]:
    for candidate, start, end in digit_joins(text, least, most):
        if (reference := canonical(candidate)) is not None:
            yield reference, start, end


def _plain(reference: str) -> str:
    return reference


def _fik(card: str, length: int, countries: tuple[str, ...]) -> Scheme:
    return Scheme(
        code=f"FIK{card}",
        name=f"FIK, card type {card}",
        countries=countries,
        source="Nets, Fælles Indbetalingskort",
        make=partial(_make_fik, length),
        canonical=partial(_canonical_fik, length, card),
        show=partial(_show_fik, card),
        find=partial(_find_fik, length, card),
        strong=False,
        currencies=("DKK",),
    )


def _by_model(country: str, name: str, model: str, source: str) -> Scheme:
    return Scheme(
        code=country,
        name=name,
        countries=(country,),
        source=source,
        make=partial(models.make, country, model),
        canonical=partial(models.canonical, country),
        show=models.show,
        find=partial(models.find, country),
        strong=True,
        confirmed=False,
    )


def _luhn_like(code: str, name: str, country: str, source: str, digit: Callable[[str], str]) -> Scheme:
    canonical = partial(_canonical_checked, 2, 25, digit)
    return Scheme(
        code=code,
        name=name,
        countries=(country,),
        source=source,
        make=partial(_with_check, code, 2, 25, digit),
        canonical=canonical,
        show=_plain,
        find=partial(_find_digits, 5, 25, canonical),
        strong=False,
        currencies=("NOK",),
    )


RF = Scheme(
    code="RF",
    name="Creditor Reference",
    countries=(),
    source="ISO 11649",
    make=_make_rf,
    canonical=_canonical_rf,
    show=partial(grouped, size=4),
    find=_find_rf,
    strong=True,
    currencies=("EUR", "CHF"),
)
QRR = Scheme(
    code="QRR",
    name="QR reference",
    countries=("CH", "LI"),
    source="SIX Implementation Guidelines QR-bill, annex B",
    make=_make_qrr,
    canonical=_canonical_qrr,
    show=_show_qrr,
    find=partial(_find_digits, _QRR_LENGTH, _QRR_LENGTH, _canonical_qrr),
    strong=True,
    currencies=("CHF", "EUR"),
)
OGM = Scheme(
    code="OGM",
    name="OGM-VCS",
    countries=("BE",),
    source="Febelfin, structured communication",
    make=_make_ogm,
    canonical=_canonical_ogm,
    show=_show_ogm,
    find=partial(_find_digits, _OGM_LENGTH, _OGM_LENGTH, _canonical_ogm),
    strong=True,
)
VIITE = Scheme(
    code="VIITE",
    name="Viitenumero",
    countries=("FI", "EE"),
    source="Finance Finland, Structure of the reference number",
    make=_make_viite,
    canonical=_canonical_viite,
    show=partial(grouped, size=5, from_right=True),
    find=partial(_find_digits, 4, 20, _canonical_viite),
    strong=False,
)
KID10 = _luhn_like("KID10", "KID, modulo 10", "NO", "Mastercard Payment Services (Nets), OCR giro", check.luhn)
KID11 = _luhn_like("KID11", "KID, modulo 11", "NO", "Mastercard Payment Services (Nets), OCR giro", check.modulo_11)
OCR = Scheme(
    code="OCR",
    name="OCR-nummer",
    countries=("SE",),
    source="Bankgirot, OCR reference control",
    make=_make_ocr,
    canonical=KID10.canonical,
    show=_plain,
    find=KID10.find,
    strong=False,
    currencies=("SEK",),
)
NL = Scheme(
    code="NL",
    name="Betalingskenmerk",
    countries=("NL",),
    source="Betaalvereniging Nederland, specificaties betalingskenmerk",
    make=_make_nl,
    canonical=_canonical_nl,
    show=partial(grouped, size=4, from_right=True),
    find=partial(_find_digits, 9, 16, _canonical_nl),
    strong=False,
)
FIK71 = _fik("71", 15, ("DK",))
FIK75 = _fik("75", 16, ())
SI = _by_model(
    "SI", "Referenca SI", "12", "Banka Slovenije and ZBS, rules of standardised references (models 00 to 12)"
)
HR = _by_model("HR", "Poziv na broj HR", "01", "HUB and FINA, overview of the models of poziv na broj")
