"""Territories whose VAT is not that of the state in their address: dated data with the article of each.

Sources: VAT Directive 2006/112/EC Art. 5 to 7, in the version that Directive (EU) 2019/475 gave to Art. 6 (Campione
d'Italia entered the customs territory, not that of VAT); Protocol on Ireland/Northern Ireland Art. 8; the national
articles named in each row. A territory is known by its own ISO code or by the postcode under the code of its state.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from string import ascii_uppercase

_CAMPIONE_MOVED = date(2020, 1, 1)
"""First day on which Directive (EU) 2019/475 applies."""
_UNION = date(1993, 1, 1)


class Local(StrEnum):
    """What tax a supply inside the territory bears."""

    VAT = "vat"
    """Tax of the state or of the area that it is one with, at rates of its own where it has rows of rates."""
    IGIC = "igic"
    IPSI = "ipsi"
    NONE = "none"
    """No value added tax at all."""
    UNKNOWN = "unknown"
    """A tax of its own that is not recorded here: it is not decided."""


@dataclass(frozen=True, slots=True)
class Territory:
    """One territory. `code` is what the decision on VAT calls it; dates are those of its article."""

    code: str
    name: str
    state: str
    """Country code under which its addresses are written, and whose law of invoices holds there."""
    postcodes: tuple[str, ...]
    """How its postcodes begin, without blanks and hyphens; empty where only its own code tells it."""
    article: str
    inside: bool = False
    """Whether it belongs to the territory of VAT of its state (then only its rates differ)."""
    customs: bool = True
    """Whether it belongs to the customs territory of the Union, so that no customs declaration proves an export."""
    local: Local = Local.VAT
    one_with: str = ""
    """Area with which it is one for tax: a supply between the two is domestic."""
    goods_too: bool = False
    """Whether it is one for goods as well as for services."""
    by_seller: bool = False
    """Whether its rates are those of sellers who are there, whatever the place of supply."""
    codes: tuple[str, ...] = ()
    """ISO codes of its own beside `code`."""
    law: bool = True
    """Whether the law of invoices of `state` holds there."""
    since: date = _UNION
    until: date = date.max
    confirmed: bool = True
    """Whether its article was read in the law itself."""


_D = "Directive 2006/112/EC Art."
_COM = "TFEU Art. 355 (2); not part of the territory of VAT"
_ROWS = (
    Territory(
        "ES-CN", "Canary Islands", "ES", ("35", "38"), f"{_D} 6 (1) (b); Ley 37/1992 art. 3", local=Local.IGIC,
        codes=("IC",),
    ),
    Territory("ES-CE", "Ceuta", "ES", ("51",), f"{_D} 6 (2) (c); Ley 37/1992 art. 3", customs=False, local=Local.IPSI),
    Territory(
        "ES-ML", "Melilla", "ES", ("52",), f"{_D} 6 (2) (d); Ley 37/1992 art. 3", customs=False, local=Local.IPSI
    ),
    Territory(
        "DE-BUESINGEN", "Büsingen", "DE", ("78266",), f"{_D} 6 (2) (b); UStG § 1 (2)", customs=False,
        one_with="CH", goods_too=True,
    ),
    Territory(
        "DE-HELGOLAND", "Heligoland", "DE", ("27498",), f"{_D} 6 (2) (a); UStG § 1 (2)", customs=False, local=Local.NONE
    ),
    Territory(
        "IT-LIVIGNO", "Livigno", "IT", ("23041", "23030"), f"{_D} 6 (2) (e)", customs=False,
        local=Local.NONE,
    ),
    Territory(
        "IT-CAMPIONE", "Campione d'Italia", "IT", ("22061", "22060"), f"{_D} 6 (2) (f)",
        customs=False, local=Local.UNKNOWN, until=date(2019, 12, 31),
    ),
    Territory(
        "IT-CAMPIONE", "Campione d'Italia", "IT", ("22061", "22060"),
        f"{_D} 6 (1) (f); Directive (EU) 2019/475", local=Local.UNKNOWN, since=_CAMPIONE_MOVED,
    ),
    Territory(
        "AX", "Åland", "FI", ("22",), f"{_D} 6 (1) (d)", one_with="FI",
    ),
    Territory("GR-69", "Mount Athos", "GR", ("63086", "63087"), f"{_D} 6 (1) (a)", local=Local.NONE),
    Territory(
        "GP", "Guadeloupe", "FR", ("971",), f"{_D} 6 (1) (c); CGI art. 294 (2), 296", one_with="FR"
    ),
    Territory(
        "MQ", "Martinique", "FR", ("972",), f"{_D} 6 (1) (c); CGI art. 294 (2), 296", one_with="FR"
    ),
    Territory("RE", "Réunion", "FR", ("974",), f"{_D} 6 (1) (c); CGI art. 294 (2), 296", one_with="FR"),
    Territory(
        "GF", "French Guiana", "FR", ("973",), f"{_D} 6 (1) (c); CGI art. 294 (1)", local=Local.NONE
    ),
    Territory("YT", "Mayotte", "FR", ("976",), f"{_D} 6 (1) (c); CGI art. 294 (1)", local=Local.NONE),
    Territory(
        "BL", "Saint Barthélemy", "FR", ("97133", "977"), _COM, customs=False, local=Local.NONE, law=False,
        confirmed=False,
    ),
    Territory(
        "MF", "Saint Martin", "FR", ("97150", "978"), f"{_D} 6 (1) (c)", local=Local.UNKNOWN, law=False, confirmed=False
    ),
    Territory(
        "PM", "Saint Pierre and Miquelon", "FR", ("975",), _COM, customs=False, local=Local.UNKNOWN, law=False,
        confirmed=False,
    ),
    Territory(
        "WF", "Wallis and Futuna", "FR", ("986",), _COM, customs=False, local=Local.UNKNOWN, law=False, confirmed=False
    ),
    Territory(
        "PF", "French Polynesia", "FR", ("987",), _COM, customs=False, local=Local.UNKNOWN, law=False, confirmed=False
    ),
    Territory(
        "NC", "New Caledonia", "FR", ("988",), _COM, customs=False, local=Local.UNKNOWN, law=False, confirmed=False
    ),
    Territory(
        "XI", "Northern Ireland", "GB", ("BT",), "Protocol on Ireland/Northern Ireland Art. 8: goods as in the Union",
        inside=True, one_with="GB", goods_too=True, since=date(2021, 1, 1),
    ),
    Territory(
        "JE", "Jersey", "GB", ("JE",), f"{_D} 6 (1) (e)", customs=False, local=Local.UNKNOWN, law=False,
    ),
    Territory("GG", "Guernsey", "GB", ("GY",), f"{_D} 6 (1) (e)", customs=False, local=Local.NONE, law=False),
    Territory(
        "PT-20", "Azores", "PT", ("95", "96", "97", "98", "99"), f"{_D} 105 (2); CIVA art. 18 (3)", inside=True,
        one_with="PT", goods_too=True,
    ),
    Territory(
        "PT-30", "Madeira", "PT", ("90", "91", "92", "93", "94"), f"{_D} 105 (2); CIVA art. 18 (3)", inside=True,
        one_with="PT", goods_too=True,
    ),
    Territory(
        "AT-JUNGHOLZ", "Jungholz", "AT", ("6691",), f"{_D} 104; UStG 1994 § 10 (4)", inside=True, one_with="AT",
        goods_too=True, by_seller=True, confirmed=False,
    ),
    Territory(
        "AT-MITTELBERG", "Mittelberg", "AT", ("6991", "6992", "6993"), f"{_D} 104; UStG 1994 § 10 (4)", inside=True,
        one_with="AT", goods_too=True, by_seller=True, confirmed=False,
    ),
    Territory(
        "LI", "Liechtenstein", "LI", (), "MWSTG Art. 3; treaty of 28 October 1994 on VAT", one_with="CH",
        goods_too=True, customs=False, law=False, confirmed=False,
    ),
    Territory(
        "SJ", "Svalbard", "NO", ("9170", "9171", "9173", "9174", "9175", "9178"), "Merverdiavgiftsloven § 1-2",
        customs=False, local=Local.NONE, confirmed=False,
    ),
    Territory(
        "GL", "Greenland", "DK", ("39",), "TFEU Art. 204; not part of the territory of VAT", customs=False,
        local=Local.UNKNOWN, law=False, confirmed=False,
    ),
)  # fmt: skip
ALIASES: Mapping[str, tuple[str, str, str]] = {
    "MC": ("FR", "Monaco", f"{_D} 7 (2): as France"),
    "IM": ("GB", "Isle of Man", f"{_D} 7 (2): as the United Kingdom"),
}
"""Places that are no territories of their own for VAT: the state they count as, their name and the article."""
_BY_CODE: dict[str, tuple[Territory, ...]] = {
    code: tuple(row for row in _ROWS if row.code == code) for code in {row.code for row in _ROWS}
}
_OWN = {own: row.code for row in _ROWS for own in (row.code, *row.codes)}
_BY_STATE: dict[str, tuple[tuple[str, str], ...]] = {}
for _row in _ROWS:
    _BY_STATE[_row.state] = (*_BY_STATE.get(_row.state, ()), *((start, _row.code) for start in _row.postcodes))
_BY_STATE["EA"] = tuple(pair for pair in _BY_STATE["ES"] if pair[1] in {"ES-CE", "ES-ML"})
_LONGEST = {state: sorted(pairs, key=lambda pair: -len(pair[0])) for state, pairs in _BY_STATE.items()}
_BLANK = str.maketrans("", "", " -")
_PREFIX_OF_COUNTRY = {"GR": "EL"}


def territories() -> tuple[Territory, ...]:
    """Return every row, for the page that shows them."""
    return _ROWS


def territory(code: str, on: date) -> Territory | None:
    """Return the territory that the decision calls `code` on that day, none for a whole country."""
    return next((row for row in _BY_CODE.get(code, ()) if row.since <= on <= row.until), None)


@lru_cache(maxsize=8192)  # a bulk run asks for the same towns again and again
def located(country: str, postcode: str, on: date) -> str:
    """Return the code of the VAT area of an address: a territory where its code or postcode says so, else `country`.

    `country` is an ISO code. A postcode is read with or without the letters of the country before it.
    """
    if country in ALIASES:
        return ALIASES[country][0]
    pairs = _LONGEST.get(country)
    if pairs is None or not postcode:
        return _OWN.get(country, country)
    plain = postcode.upper().translate(_BLANK)
    digits = plain.lstrip(ascii_uppercase)
    begins = digits if digits.isdigit() else plain
    found = next((code for start, code in pairs if begins.startswith(start)), "")
    return found if found and territory(found, on) else _OWN.get(country, country)


def state_of(code: str) -> str:
    """Return the country code under which addresses of `code` are written; `code` itself where it is a country.

    A region (CA-ON, US-NY) is of the country before its hyphen.
    """
    rows = _BY_CODE.get(code)
    return rows[0].state if rows else code.partition("-")[0]


def law_of(code: str) -> str:
    """Return the country whose law of invoices holds in `code`; `code` itself where that is not recorded."""
    rows = _BY_CODE.get(code)
    if rows is None:
        return code.partition("-")[0]
    return rows[0].state if rows[0].law else code


def vat_prefix(code: str) -> str:
    """Return the letters before a VAT identifier that is of `code` itself."""
    state = code if code == "XI" else state_of(code)
    return _PREFIX_OF_COUNTRY.get(state, state)


def is_inside(code: str) -> bool:
    """Tell whether `code` is a territory that belongs to the territory of VAT of its state, with rates of its own."""
    rows = _BY_CODE.get(code)
    return rows is not None and rows[0].inside and code != "XI"


def _joined(code: str, *, goods: bool) -> str:
    rows = _BY_CODE.get(code)
    if rows is None:
        return code.partition("-")[0]
    if not rows[0].one_with or (goods and not rows[0].goods_too):
        return code
    return rows[0].one_with


def one_tax(one: str, other: str, *, goods: bool) -> bool:
    """Tell whether a supply between two areas stays within one tax."""
    return one == other or _joined(one, goods=goods) == _joined(other, goods=goods)


def rates_from(code: str) -> str:
    """Return the area whose rates hold in `code` where it has none of its own."""
    return _joined(code, goods=False)
