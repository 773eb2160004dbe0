"""Short words for units of UN/ECE Recommendation 20, by language."""

# ruff: noqa: E501 - one row a unit

_TABLE = """
C62 H87 EA | pcs | Stk. | pce | pz. | ud. | st. | szt. | un. | st | قطعة | 件 | 個
HUR | h | Std. | h | h | h | uur | godz. | h | tim | ساعة | 小时 | 時間
DAY | days | Tage | jours | gg | días | dagen | dni | dias | dagar | يوم | 天 | 日
MON | months | Monate | mois | mesi | meses | maanden | mies. | meses | mån | شهر | 个月 | か月
ANN | years | Jahre | ans | anni | años | jaar | lata | anos | år | سنة | 年 | 年
KGM | kg | kg | kg | kg | kg | kg | kg | kg | kg | كغ | 千克 | kg
GRM | g | g | g | g | g | g | g | g | g | غ | 克 | g
TNE | t | t | t | t | t | t | t | t | t | طن | 吨 | t
MTR | m | m | m | m | m | m | m | m | m | م | 米 | m
MTK | m² | m² | m² | m² | m² | m² | m² | m² | m² | م² | 平方米 | m²
MTQ | m³ | m³ | m³ | m³ | m³ | m³ | m³ | m³ | m³ | م³ | 立方米 | m³
KMT | km | km | km | km | km | km | km | km | km | كم | 公里 | km
LTR | l | l | l | l | l | l | l | l | l | ل | 升 | L
KWH | kWh | kWh | kWh | kWh | kWh | kWh | kWh | kWh | kWh | ك.و.س | 千瓦时 | kWh
LS | lump sum | pauschal | forfait | a corpo | tanto alzado | vast bedrag | ryczałt | preço fixo | fast pris | مقطوع | 包干 | 一式
XPK | packages | Pakete | colis | colli | bultos | colli | paczki | volumes | kolli | طرد | 包 | 個口
"""
_LANGUAGES = "en de fr it es nl pl pt sv ar zh ja".split()


def _read() -> dict[str, dict[str, str]]:
    units: dict[str, dict[str, str]] = {}
    for row in _TABLE.strip().splitlines():
        codes, *names = (part.strip() for part in row.split("|"))
        for code in codes.split():
            units[code] = dict(zip(_LANGUAGES, names, strict=True))
    return units


UNITS = _read()

_WRITTEN = {
    "C62": "pc piece pieces unit units each ea stk stck stück st pièce pièces pezzo pezzi unidad unidades stuk stuks sztuka",
    "HUR": "hour hours hr hrs std stunde stunden heure heures ora ore hora horas uur uren",
    "DAY": "day tag jour giorno giorni día dag dzień",
    "MON": "month monat mese mes maand miesiąc mês",
    "ANN": "year yr jahr an année anno año rok ano",
    "KGM": "kilo kilos kilogram kilogramm",
    "MTR": "meter metre mètre metro",
    "MTK": "m2 qm sqm",
    "MTQ": "m3 cbm",
    "LTR": "liter litre lt",
    "LS": "ls pausch psch pauschale fixed forfettario",
    "XPK": "pkg package paket pack",
}
"""What order files write for a unit beside the words above."""


def _codes() -> dict[str, str]:
    found: dict[str, str] = {}
    for code, names in UNITS.items():
        for name in names.values():
            found.setdefault(name.casefold().rstrip("."), code)
    for code, words in _WRITTEN.items():
        for word in words.split():
            found.setdefault(word, code)
    return found


_CODES = _codes()


def unit_code(written: str) -> str:
    """Return the code of a unit as files write it, `Stk.` as `C62`; what is no known word stays as it is."""
    return _CODES.get(" ".join(written.split()).casefold().rstrip("."), written)
