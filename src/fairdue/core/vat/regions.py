"""States and provinces that decide which tax is charged inside a country: Canada, India, the United States.

Sources: Excise Tax Act s. 144.1 and New Harmonized Value-added Tax System Regulations (province of the recipient's
address); IGST Act 2017 s. 10 and 12 (state of the recipient, or where the goods end) with the state codes of a GSTIN;
state sales tax laws (state of delivery). Canada Post and USPS give each postcode its province or state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

DESTINATION = frozenset({"CA", "IN", "US"})
"""Countries in which the region of the recipient decides, for goods and for services."""
_CANADA = {
    "A": "NL", "B": "NS", "C": "PE", "E": "NB", "G": "QC", "H": "QC", "J": "QC", "K": "ON", "L": "ON", "M": "ON",
    "N": "ON", "P": "ON", "R": "MB", "S": "SK", "T": "AB", "V": "BC", "X": "NT", "Y": "YT",
}  # fmt: skip
_PROVINCES = frozenset(_CANADA.values()) | {"NU"}
_INDIA = {
    "JK": "01", "HP": "02", "PB": "03", "CH": "04", "UT": "05", "UK": "05", "HR": "06", "DL": "07", "RJ": "08",
    "UP": "09", "BR": "10", "SK": "11", "AR": "12", "NL": "13", "MN": "14", "MZ": "15", "TR": "16", "ML": "17",
    "AS": "18", "WB": "19", "JH": "20", "OR": "21", "OD": "21", "CT": "22", "CG": "22", "MP": "23", "GJ": "24",
    "DH": "26", "DN": "26", "MH": "27", "KA": "29", "GA": "30", "LD": "31", "KL": "32", "TN": "33", "PY": "34",
    "AN": "35", "TG": "36", "TS": "36", "AP": "37", "LA": "38",
}  # fmt: skip
UNION_TERRITORIES = frozenset({"04", "26", "31", "35", "38"})
"""Indian territories without a legislature: UTGST stands in place of SGST (UTGST Act 2017)."""
_ZIPS = """
005-005 NY 010-027 MA 028-029 RI 030-038 NH 039-049 ME 050-054 VT 055-055 MA 056-059 VT 060-069 CT 070-089 NJ 100-149 NY
150-196 PA 197-199 DE 200-200 DC 201-201 VA 202-205 DC 206-219 MD 220-246 VA 247-268 WV 270-289 NC 290-299 SC 300-319 GA
320-349 FL 350-369 AL 370-385 TN 386-397 MS 398-399 GA 400-427 KY 430-459 OH 460-479 IN 480-499 MI 500-528 IA 530-549 WI
550-567 MN 570-577 SD 580-588 ND 590-599 MT 600-629 IL 630-658 MO 660-679 KS 680-693 NE 700-714 LA 716-729 AR 730-732 OK
733-733 TX 734-749 OK 750-799 TX 800-816 CO 820-831 WY 832-838 ID 840-847 UT 850-865 AZ 870-884 NM 885-885 TX 889-898 NV
900-961 CA 967-968 HI 970-979 OR 980-994 WA 995-999 AK
"""
"""The first three digits of a ZIP code by state (USPS, labelling list L002)."""
_PARTS = _ZIPS.split()
_SPANS = tuple(
    (int(span[:3]), int(span[4:]), state) for span, state in zip(_PARTS[::2], _PARTS[1::2], strict=True)
)  # fmt: skip
_STATES = frozenset(_PARTS[1::2])
_ZIP_DIGITS = 3
_CODE_LENGTH = 2
_ZIP_LENGTH = 5


def region(country: str, postcode: str, subdivision: str, tax_id: str = "") -> str:
    """Return `country` with its region after a hyphen (CA-ON, IN-27, US-NY), `country` alone where nobody said it.

    What is written as the subdivision comes first, then the state in a GSTIN, then the postcode.
    """
    if country not in DESTINATION:
        return country
    named = subdivision.strip().upper().removeprefix(f"{country}-")
    found = _OF[country](named, postcode.strip().upper(), tax_id.upper().removeprefix("IN"))
    return f"{country}-{found}" if found else country


def _canadian(named: str, postcode: str, _: str) -> str:
    return named if named in _PROVINCES else _CANADA.get(postcode[:1], "")


def _indian(named: str, _: str, gstin: str) -> str:
    code = _INDIA.get(named, named)
    if code in _INDIA.values():
        return code
    return gstin[:_CODE_LENGTH] if gstin[:_CODE_LENGTH] in _INDIA.values() else ""


def _american(named: str, postcode: str, _: str) -> str:
    if named in _STATES:
        return named
    digits = postcode[:_ZIP_DIGITS]
    if len(digits) < _ZIP_DIGITS or not digits.isdigit():
        return ""
    return next((state for first, last, state in _SPANS if first <= int(digits) <= last), "")


_OF = {"CA": _canadian, "IN": _indian, "US": _american}


def key_of_rate(country: str, text: str) -> bool:
    """Tell whether a rate of `country` may be recorded under `text`: a region or the start of a ZIP code."""
    if country == "US":
        return text in _STATES or (text.isdigit() and len(text) <= _ZIP_LENGTH)
    return country == "CA" and text in _PROVINCES


def recorded_rate(rates: Mapping[str, Any], place: str, postcode: str) -> str:
    """Return the rate that the operator recorded for a place, as text; nothing where none is recorded.

    `rates` has percentages by state or province (`NY`) and by the digits that a postcode begins with (`100`); the
    longest beginning wins over the state.
    """
    plain = postcode.strip()
    beginnings = [key for key in rates if key.isdigit() and plain.startswith(key)]
    key = max(beginnings, key=len) if beginnings else place.partition("-")[2]
    return str(rates.get(key, ""))
