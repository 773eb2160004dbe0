"""Rates of VAT, dated. Add a row; never edit one that was used.

Most rows were gathered from compilations, not from the national gazettes: they say so (`confirmed` is false)
and the product shows it. The authority that publishes all rates of the Union is the database TEDB.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from fairdue.core.vat.territories import rates_from

TEDB = "European Commission, Taxes in Europe Database (TEDB)"


class RateKind(StrEnum):
    """Which rate of a country."""

    STANDARD = "standard"
    REDUCED = "reduced"


@dataclass(frozen=True, slots=True)
class VatRate:
    """One rate in percent from its first day until the row that follows it, or until its own last day."""

    country: str
    kind: RateKind
    percent: Decimal
    since: date
    until: date
    source: str
    confirmed: bool


_TABLE = """
AE standard 5 2018-01-01 . +FTA public clarification VATP006
AT standard 20 1984-01-01 . +UStG 1994 § 10 (1)
AT reduced 10 1984-01-01 . +UStG 1994 § 10 (2)
AT reduced 13 2016-01-01 .
AT-JUNGHOLZ standard 19 2016-01-01 . UStG 1994 § 10 (4)
AT-JUNGHOLZ reduced 10 1984-01-01 . UStG 1994 § 10 (2)
AT-JUNGHOLZ reduced 13 2016-01-01 . UStG 1994 § 10 (3)
AT-MITTELBERG standard 19 2016-01-01 . UStG 1994 § 10 (4)
AT-MITTELBERG reduced 10 1984-01-01 . UStG 1994 § 10 (2)
AT-MITTELBERG reduced 13 2016-01-01 . UStG 1994 § 10 (3)
AU standard 10 2000-07-01 . +GST (Imposition - General) Act 1999 s 2, 4
BE standard 21 1996-01-01 .
BE reduced 12 2000-01-01 .
BE reduced 6 2000-01-01 .
BG standard 20 2007-01-01 .
BG reduced 9 2011-04-01 .
CA standard 5 2008-01-01 . Excise Tax Act s 165(1); provinces add their part (HST)
CA reduced 13 2010-07-01 . HST Ontario
CA reduced 14 2025-04-01 . HST Nova Scotia
CA reduced 15 2016-07-01 . HST New Brunswick, Newfoundland, Prince Edward Island
CA-AB standard 5 2008-01-01 . Excise Tax Act s 165 (1)
CA-BC standard 5 2008-01-01 . Excise Tax Act s 165 (1)
CA-BC reduced 12 2019-07-01 . Excise Tax Act s 165 (1) with the provincial sales tax
CA-MB standard 5 2008-01-01 . Excise Tax Act s 165 (1)
CA-MB reduced 12 2019-07-01 . Excise Tax Act s 165 (1) with the provincial sales tax
CA-NB standard 15 2016-07-01 . Excise Tax Act s 165 (2): HST
CA-NL standard 15 2016-07-01 . Excise Tax Act s 165 (2): HST
CA-NS standard 15 2010-07-01 2025-03-31 Excise Tax Act s 165 (2): HST
CA-NS standard 14 2025-04-01 . Excise Tax Act s 165 (2): HST
CA-NT standard 5 2008-01-01 . Excise Tax Act s 165 (1)
CA-NU standard 5 2008-01-01 . Excise Tax Act s 165 (1)
CA-ON standard 13 2010-07-01 . Excise Tax Act s 165 (2): HST
CA-PE standard 15 2016-10-01 . Excise Tax Act s 165 (2): HST
CA-QC standard 14.975 2013-01-01 . Excise Tax Act s 165 (1); Act respecting the QST s 16: GST 5 % and QST 9.975 %
CA-QC reduced 5 2008-01-01 . Excise Tax Act s 165 (1)
CA-SK standard 5 2008-01-01 . Excise Tax Act s 165 (1)
CA-SK reduced 11 2019-07-01 . Excise Tax Act s 165 (1) with the provincial sales tax
CA-YT standard 5 2008-01-01 . Excise Tax Act s 165 (1)
CH standard 7.7 2018-01-01 2023-12-31 +MWSTG Art. 25 (1)
CH standard 8.1 2024-01-01 . MWSTG Art. 25
CH reduced 2.5 2018-01-01 2023-12-31 +MWSTG Art. 25 (2)
CH reduced 2.6 2024-01-01 . MWSTG Art. 25
CH reduced 3.7 2018-01-01 2023-12-31 +MWSTG Art. 25 (4)
CH reduced 3.8 2024-01-01 . MWSTG Art. 25
CY standard 19 2014-01-13 .
CY reduced 9 2014-01-13 .
CY reduced 5 2007-08-01 .
CY reduced 3 2023-07-21 .
CZ standard 21 2013-01-01 .
CZ reduced 15 2013-01-01 2023-12-31
CZ reduced 10 2015-01-01 2023-12-31
CZ reduced 12 2024-01-01 .
DE standard 19 2007-01-01 2020-06-30 +UStG § 12 (1)
DE standard 16 2020-07-01 2020-12-31 +UStG § 28 (1)
DE standard 19 2021-01-01 . +UStG § 12 (1)
DE reduced 7 1983-07-01 2020-06-30 +UStG § 12 (2)
DE reduced 5 2020-07-01 2020-12-31 +UStG § 28 (2)
DE reduced 7 2021-01-01 . +UStG § 12 (2)
DK standard 25 1992-01-01 . +Momsloven § 33
EE standard 20 2009-07-01 2023-12-31
EE standard 22 2024-01-01 2025-06-30
EE standard 24 2025-07-01 .
EE reduced 9 2009-01-01 .
EE reduced 13 2025-01-01 .
ES standard 21 2012-09-01 . +Ley 37/1992 art. 90.Uno
ES reduced 10 2012-09-01 . +Ley 37/1992 art. 91.Uno
ES reduced 4 1995-01-01 . +Ley 37/1992 art. 91.Dos
ES-CN standard 6.5 2019-01-01 2019-12-31 IGIC: Ley 4/2012 (Canarias) art. 51
ES-CN standard 7 2020-01-01 . +IGIC: Ley 4/2012 (Canarias) art. 51
ES-CN reduced 3 2020-01-01 . +IGIC: Ley 4/2012 (Canarias) art. 51
ES-CN reduced 5 2023-01-01 . +IGIC: Ley 4/2012 (Canarias) art. 51
ES-CN reduced 9.5 2020-01-01 . +IGIC: Ley 4/2012 (Canarias) art. 51
ES-CN reduced 15 2020-01-01 . +IGIC: Ley 4/2012 (Canarias) art. 51
ES-CN reduced 20 2012-07-01 . IGIC: Ley 4/2012 (Canarias) art. 51
FI standard 24 2013-01-01 2024-08-31 AVL 84 §
FI standard 25.5 2024-09-01 . +vero.fi guidance 48090
FI reduced 14 2013-01-01 2025-12-31 AVL 85 §
FI reduced 13.5 2026-01-01 . AVL 85 §
FI reduced 10 2013-01-01 . AVL 85 a §
FR standard 20 2014-01-01 . CGI art. 278
FR reduced 10 2014-01-01 . CGI art. 278 bis
FR reduced 5.5 2012-01-01 . CGI art. 278-0 bis
FR reduced 2.1 1989-01-01 . CGI art. 281 octies
GB standard 20 2011-01-04 . +VATA 1994 s 2 (1); Finance (No. 2) Act 2010 s 3
GB reduced 5 1997-09-01 . +VATA 1994 s 29A; Resolution 2 of 7 July 1997
GP standard 8.5 2001-03-31 . +CGI art. 296
GP reduced 2.1 2001-03-31 . +CGI art. 296
GR standard 24 2016-06-01 .
GR reduced 13 2011-01-01 .
GR reduced 6 2015-07-20 .
HR standard 25 2012-03-01 .
HR reduced 13 2014-01-01 .
HR reduced 5 2013-01-01 .
HU standard 27 2012-01-01 .
HU reduced 18 2009-07-01 .
HU reduced 5 2004-01-01 .
IE standard 23 2012-01-01 2020-08-31 +VATCA 2010 s 46 (1) (a)
IE standard 21 2020-09-01 2021-02-28 +VATCA 2010 s 46 (1A)
IE standard 23 2021-03-01 . +VATCA 2010 s 46 (1) (a)
IE reduced 13.5 2003-01-01 . +VATCA 2010 s 46 (1) (c)
IE reduced 9 2011-07-01 . +VATCA 2010 s 46 (1) (ca)
IE reduced 4.8 2005-01-01 . +VATCA 2010 s 46 (1) (d)
IN standard 18 2017-07-01 . CGST Act s 9, notifications on rates
IN reduced 5 2017-07-01 . CGST Act s 9, notifications on rates
IN reduced 12 2017-07-01 2025-09-21 CGST Act s 9, notifications on rates
IN reduced 28 2017-07-01 2025-09-21 CGST Act s 9, notifications on rates
IN reduced 40 2025-09-22 . CGST Act s 9, notifications on rates
IT standard 22 2013-10-01 . DPR 633/72 art. 16
IT reduced 10 1995-01-01 . DPR 633/72 art. 16
IT reduced 5 2016-01-01 . DPR 633/72 art. 16
IT reduced 4 1989-01-01 . DPR 633/72 art. 16
LI standard 7.7 2018-01-01 2023-12-31
LI standard 8.1 2024-01-01 .
LT standard 21 2009-09-01 .
LT reduced 9 2013-01-01 2025-12-31
LT reduced 12 2026-01-01 .
LT reduced 5 2013-01-01 .
LU standard 17 2015-01-01 2022-12-31
LU standard 16 2023-01-01 2023-12-31 +Loi of 26 October 2022 art. 1
LU standard 17 2024-01-01 .
LU reduced 14 2015-01-01 2022-12-31
LU reduced 13 2023-01-01 2023-12-31 +Loi of 26 October 2022 art. 1
LU reduced 14 2024-01-01 .
LU reduced 8 2015-01-01 2022-12-31
LU reduced 7 2023-01-01 2023-12-31 +Loi of 26 October 2022 art. 1
LU reduced 8 2024-01-01 .
LU reduced 3 1992-01-01 .
LV standard 21 2012-07-01 .
LV reduced 12 2011-01-01 .
LV reduced 5 2018-01-01 .
MQ standard 8.5 2001-03-31 . +CGI art. 296
MQ reduced 2.1 2001-03-31 . +CGI art. 296
MT standard 18 2004-01-01 .
MT reduced 12 2024-01-01 .
MT reduced 7 2011-01-01 .
MT reduced 5 1995-01-01 .
NL standard 21 2012-10-01 . +Wet OB 1968 art. 9 (1)
NL reduced 6 1986-10-01 2018-12-31 +Wet OB 1968 art. 9 (2) a
NL reduced 9 2019-01-01 . Wet OB 1968 art. 9
NO standard 25 2005-01-01 . Stortingets avgiftsvedtak
NO reduced 15 2012-01-01 . Stortingets avgiftsvedtak
NO reduced 12 2018-01-01 . Stortingets avgiftsvedtak
NZ standard 15 2010-10-01 . GST Act 1985 s 8
PL standard 23 2011-01-01 . Ustawa o VAT art. 41, 146ef
PL reduced 8 2011-01-01 . Ustawa o VAT art. 41, 146ef
PL reduced 5 2011-01-01 . +Ministerstwo Finansów, FA(3) P_14_3
PT standard 23 2011-01-01 . CIVA art. 18
PT reduced 13 2011-01-01 . CIVA art. 18
PT reduced 6 2011-01-01 . CIVA art. 18
PT-20 standard 16 2021-07-01 . +AT, Ofício Circulado 25045/2024; DLR 15-A/2021/A
PT-20 reduced 9 2021-07-01 . +AT, Ofício Circulado 25045/2024; DLR 15-A/2021/A
PT-20 reduced 4 2021-07-01 . +AT, Ofício Circulado 25045/2024; DLR 15-A/2021/A
PT-30 standard 22 2012-04-01 . +CIVA art. 18 (3); Lei 14-A/2012
PT-30 reduced 12 2012-04-01 . +CIVA art. 18 (3); Lei 14-A/2012
PT-30 reduced 5 2012-04-01 2024-09-30 +CIVA art. 18 (3); Lei 14-A/2012
PT-30 reduced 4 2024-10-01 . AT, Ofício Circulado 25045/2024
RE standard 8.5 2001-03-31 . +CGI art. 296
RE reduced 2.1 2001-03-31 . +CGI art. 296
RO standard 19 2017-01-01 2025-07-31
RO standard 21 2025-08-01 .
RO reduced 9 2015-06-01 2025-07-31
RO reduced 5 2008-12-01 2025-07-31
RO reduced 11 2025-08-01 .
SE standard 25 1990-07-01 . ML 9 kap.
SE reduced 12 1996-01-01 . ML 9 kap.
SE reduced 6 1996-01-01 . ML 9 kap.
SG standard 7 2007-07-01 2022-12-31 GST Act s 16
SG standard 8 2023-01-01 2023-12-31 GST Act s 16
SG standard 9 2024-01-01 . +IRAS, Invoicing customers
SI standard 22 2013-07-01 .
SI reduced 9.5 2013-07-01 .
SI reduced 5 2020-01-01 .
SK standard 20 2011-01-01 2024-12-31
SK standard 23 2025-01-01 .
SK reduced 10 2007-01-01 2024-12-31
SK reduced 19 2025-01-01 .
SK reduced 5 2023-01-01 .
XI standard 20 2011-01-04 . +VATA 1994 s 2 (1); Finance (No. 2) Act 2010 s 3
XI reduced 5 1997-09-01 . +VATA 1994 s 29A; Resolution 2 of 7 July 1997
"""


def _row(line: str) -> VatRate:
    country, kind, percent, since, until, *rest = line.split(maxsplit=5)
    source = rest[0] if rest else TEDB
    last = date.max if until == "." else date.fromisoformat(until)
    return VatRate(
        country, RateKind(kind), Decimal(percent), date.fromisoformat(since), last,
        source.removeprefix("+"), source.startswith("+"),
    )  # fmt: skip


ROWS = tuple(_row(line) for line in _TABLE.strip().splitlines())
"""A plus in front of the source marks a row that was read in a publication of the authority itself."""
_OF = {code: tuple(row for row in ROWS if row.country == code) for code in {row.country for row in ROWS}}


@lru_cache(maxsize=1024)  # a bulk run asks the same for thousands of lines
def rates_of(country: str, on: date) -> tuple[VatRate, ...]:
    """Return the rates of `country` in force on that day, the standard rate first.

    A territory without rates of its own has those of the area that it is one with.
    """
    rows = _OF.get(country) or _OF.get(rates_from(country), ())
    return tuple(row for row in rows if row.since <= on <= row.until)


def standard_rate(country: str, on: date) -> VatRate | None:
    """Return the standard rate, none where no rate is known for that day: it is never guessed."""
    return next((row for row in rates_of(country, on) if row.kind is RateKind.STANDARD), None)


@lru_cache(maxsize=4096)  # as above
def is_rate(country: str, percent: Decimal, on: date) -> bool:
    """Tell whether `percent` is a rate of `country` on that day; true where no standard rate is known for that day."""
    return standard_rate(country, on) is None or any(row.percent == percent for row in rates_of(country, on))
