"""A sound invoice of each country whose law is recorded: everything that its page asks for stands on it."""

# ruff: noqa: E501 - the table has one row a country
from __future__ import annotations

from typing import Any

from fairdue.core.invoice.countries.registry import pack_of
from fairdue.core.vat.area import tax_currency
from fairdue.core.vat.rates import standard_rate
from tests.core.test_vat import DAY

# country | seller | seller's VAT id | register | letterhead | buyer's VAT id | buyer's register | account | notes
_TABLE = """
AE|Dune LLC|AE100234567890003|12|-|AE100234567890011|-|AE070331234567890123456|Tax invoice
AT|Alpen GmbH|ATU12345675|FN 123456a|FN 123456a, HG Wien|ATU66889218|-|AT611904300234573201|-
AU|Reef Pty Ltd|-|51824753556|-|-|-|083-001 123456|Tax invoice
BE|Meuse SA|BE0403170701|0403170701|RPM Bruxelles|BE0428759497|-|BE68539007547034|-
CA|Maple Inc|CA123456789RT0001|-|-|-|-|001 00011 1234567|-
CH|Aare AG|CHE116281710MWST|CHE-116.281.710|-|CHE123456788MWST|-|CH9300762011623852957|-
DE|Nordlicht GmbH|DE129273398|HRB 112233|HRB 112233, AG Hamburg, Geschäftsführerin Eva Brandt|DE136695976|-|DE75512108001245126199|-
DK|Sund ApS|DK13585628|13585628|-|DK25313763|-|DK5000400440116243|-
ES|Sol SL|ESB58378431|-|-|ESA28015865|L01281230|ES9121000418450200051332|-
FI|Suo Oy|FI01120389|0112038-9|-|FI20774740|-|FI2112345600000785|-
FR|Seine SAS|FR40303265045|303265045|SAS au capital de 10 000 €, R.C.S. Paris|FR83404833048|40483304800022|FR1420041010050500013M02606|PMD;PMT;AAB
GB|Harbour Ltd|GB980780684|01234567|Registered in England and Wales, registered office Bristol|GB117223643|-|GB29NWBK60161331926819|-
IE|Shannon Ltd|IE6433435F|123456|-|IE8D79739I|-|IE29AIBK93115212345678|-
IN|Ganga Pvt Ltd|IN27AAPFU0939F1ZV|-|-|IN29AAGCB7383J1Z4|-|50100012345678|Tax invoice;Tax payable on reverse charge: no;Digitally signed
IT|Tevere Srl|IT00743110157|RM-123456|REA RM-123456, capitale sociale 10.000 euro|IT07643520567|-|IT60X0542811101000000123456|CIG Z123456789, bollo assolto
LU|Alzette SA|LU15027442|B123456|RCS Luxembourg B123456|LU10000356|-|LU280019400644750000|-
NL|Amstel BV|NL004495445B01|12345678|KvK 12345678|NL123456782B90|-|NL91ABNA0417164300|-
NO|Fjord AS|NO995525828MVA|995525828|Foretaksregisteret|-|-|NO9386011117947|-
NZ|Kiwi Ltd|-|49091850|-|-|-|01-0902-0068389-00|-
PL|Wisla Sp|PL5260001246|-|-|PL8567346215|-|PL61109010140000071219812874|-
PT|Tejo Lda|PT501964843|501964843|Capital social 5.000 euros|PT502757191|-|PT50000201231234567890154|ATCUD:JFSB4Q9G-42;Processado por programa certificado n.º 9999/AT
SE|Svea AB|SE556188840401|5561888404|Godkänd för F-skatt|SE556703748501|-|SE4550000000058398257466|-
SG|Lion Pte Ltd|-|M90312345A|-|-|-|123-45678-9|Tax invoice
US|Hudson Inc|-|12-3456789|-|-|-|021000021 1234567|-
"""
ROWS = {row[0]: row for row in (line.split("|") for line in _TABLE.strip().splitlines())}
_SUBJECTS = frozenset({"PMD", "PMT", "AAB"})


def _given(text: str) -> str:
    return "" if text == "-" else text


def _party(name: str, country: str, vat: str, register: str) -> dict[str, Any]:
    address = {"country": country, "street": "Main 1", "postcode": "1000", "city": "Town", "subdivision": "27"}
    party: dict[str, Any] = {"name": name, "address": address, "endpoint": {"value": "a@b.example", "scheme": "EM"}}
    party["identifiers"] = [{"value": "1"}]
    if _given(vat):
        party["vat_id"] = vat
    if _given(register):
        party["registration"] = {"value": register}
    return party


def _notes(text: str) -> list[dict[str, str]]:
    parts = [part for part in _given(text).split(";") if part]
    return [{"text": f"Mention {part}", "subject": part} if part in _SUBJECTS else {"text": part} for part in parts]


def sound(country: str) -> dict[str, Any]:
    """Return the invoice as JSON: one taxed line of 100,000 between two parties of `country`, all contents given."""
    _, name, vat, register, letterhead, buyer_vat, buyer_register, account, notes = ROWS[country]
    rate = standard_rate(country, DAY)
    line = {
        "id": "1", "name": "Pump", "quantity": "1", "unit": "C62", "price": "100000", "nature": "goods",
        "category": "S" if rate else "O", "classifications": [{"code": "8413", "scheme": "HS"}],
    }  # fmt: skip
    seller = _party(name, country, vat, register) | {
        "legal_form": _given(letterhead),
        "contact": {"name": "Desk", "phone": "1", "email": "a@b.example"},
    }
    if rate:
        line["rate"] = str(rate.percent)
        seller["tax_number"] = "" if _given(vat) else register
    return {
        "number": "2026-00042", "issued": DAY.isoformat(), "currency": tax_currency(country, DAY) or "USD",
        "seller": seller, "buyer": _party("Buyer", country, buyer_vat, buyer_register), "lines": [line],
        "delivery": {"day": DAY.isoformat()}, "terms": {"due": "2026-12-16"}, "process": "B1",
        "references": {"buyer": "04011000-1234512345-06"}, "notes": _notes(notes),
        "payment": {"code": "30", "transfers": [{"account": account}]},
        "vat_rounding": pack_of(country).rounded.mode.value,
        **({} if rate else {"exemptions": [{"category": "O", "reason": "Resale certificate NY 1234567"}]}),
    }  # fmt: skip
