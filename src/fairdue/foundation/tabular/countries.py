"""Countries: the codes that invoices use, and what people and files write for them."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel import Locale
from babel.core import get_global

# ISO 3166-1 alpha-2, officially assigned; XI (Northern Ireland) and XK (Kosovo) as tax practice has them.
COUNTRIES = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT "
    "BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH "
    "ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT "
    "HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS "
    "LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI "
    "NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG "
    "SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG "
    "UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW XI XK".split()
)


LANGUAGES = "en de fr it es nl pl pt sv ar zh ja".split()
"""Languages in which the name of a country is understood: those that documents are set in."""
_PEOPLE_WRITE = {
    "UK": "GB", "Great Britain": "GB", "England": "GB", "Scotland": "GB", "Wales": "GB", "Großbritannien": "GB",
    "Grande-Bretagne": "GB", "Angleterre": "GB", "Northern Ireland": "XI", "EL": "GR", "USA": "US", "U.S.A.": "US",
    "United States of America": "US", "Vereinigte Staaten von Amerika": "US", "Etats-Unis d'Amérique": "US",
    "Holland": "NL", "The Netherlands": "NL", "UAE": "AE", "VAE": "AE", "Czech Republic": "CZ",
    "Tschechische Republik": "CZ", "République tchèque": "CZ", "Slovak Republic": "SK", "Turkey": "TR",
    "Oesterreich": "AT", "Daenemark": "DK", "BRD": "DE", "Bundesrepublik Deutschland": "DE",
    "Federal Republic of Germany": "DE", "Hong Kong": "HK", "Hongkong": "HK", "Macao": "MO", "Macau": "MO",
    "Ivory Coast": "CI", "Republic of Korea": "KR", "Russian Federation": "RU", "Republic of Ireland": "IE",
}  # fmt: skip
"""What people write that is neither a code nor a name of the standard."""
_ALPHA_3 = 3


def _plain(text: str) -> str:
    """Return a name without case, accents, and the ways of writing an apostrophe, "and" or several blanks."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(bare.replace("\u2019", "'").replace("&", " and ").split()).casefold()


def _three_letters() -> dict[str, str]:
    """Return the three-letter codes of ISO 3166-1 that stand for one country, with its two letters."""
    aliases = get_global("territory_aliases")
    return {
        code: others[0]
        for code, others in aliases.items()
        if len(code) == _ALPHA_3 and code.isalpha() and len(others) == 1 and others[0] in COUNTRIES
    }


@cache
def _codes() -> dict[str, str]:
    """Return the code of everything that is understood; codes win over names, English over other languages."""
    found = {_plain(code): code for code in COUNTRIES}
    for written, code in {**_PEOPLE_WRITE, **_three_letters()}.items():
        found.setdefault(_plain(written), code)
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in COUNTRIES:
                found.setdefault(_plain(str(name)), code)
    return found


def country_code(text: str) -> str:
    """Return the code of a country written as code or name in any case; nothing where it is none."""
    return _codes().get(_plain(text), "")
