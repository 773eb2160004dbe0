"""Parties of many countries as a person enters them: every number passes the checks of the doors."""

# ruff: noqa: E501 - the tables have one row a party
from __future__ import annotations

from decimal import Decimal

from fairdue.invoicing import services
from fairdue.invoicing.services import OrderDraft, OrderLineDraft
from fairdue.parties.services import CreditorDraft, DebtorDraft, create_creditor, create_debtors, set_identifier
from fairdue.receivables.services import open_books

CURRENCIES = {
    "PL": "PLN", "CH": "CHF", "SE": "SEK", "DK": "DKK", "NO": "NOK", "GB": "GBP", "US": "USD", "AU": "AUD",
    "IN": "INR",
}  # fmt: skip
RATES = {
    "DE": 19, "AT": 20, "IT": 22, "PL": 23, "CH": "8.1", "NL": 21, "BE": 21, "SE": 25, "DK": 25, "NO": 25, "ES": 21,
    "PT": 23, "GB": 20, "AU": 10, "IN": 18, "FR": 20,
}  # fmt: skip

SELLERS = """
country | name | street | postcode | city | vat_id | register_id | iban | peppol | legal
DE | Nordwind GmbH | Hafenstr. 1 | 20457 | Hamburg | DE136695976 | HRB 12345 | DE75512108001245126199 | 9930:DE136695976 | contact=Rechnungswesen; register=Amtsgericht Hamburg HRB 12345; directors=Eva Nord
AT | Donau Handel GmbH | Ring 1 | 1010 | Wien | ATU13585627 | FN 56247 t | AT611904300234573201 | 9914:ATU13585627 | register=FN 56247 t, Handelsgericht Wien
IT | Officina Bianchi S.r.l. | Via Roma 1 | 20121 | Milano | IT00743110157 | | IT60X0542811101000000123456 | | capital=10000 EUR; rea=MI-123456
PL | Wisła Sp. z o.o. | ul. Prosta 1 | 00-838 | Warszawa | PL5260250274 | | PL61109010140000071219812874 | |
CH | Alpen AG | Bahnhofstrasse 1 | 8001 | Zürich | CHE-107.787.577 MWST | | CH9300762011623852957 | |
NL | Polder B.V. | Gracht 1 | 1017 | Amsterdam | NL004495445B01 | 12345678 | NL91ABNA0417164300 | 0106:12345678 |
BE | Schelde NV | Grote Markt 1 | 2000 | Antwerpen | BE0428759497 | 0428759497 | BE68539007547034 | 0208:0428759497 | register=RPR Antwerpen
SE | Fjäll AB | Storgatan 1 | 111 22 | Stockholm | SE556016068001 | 5560160680 | SE4550000000058398257466 | 0007:5560160680 | tax=Godkänd för F-skatt
DK | Sund ApS | Nygade 1 | 1164 | København | DK13585628 | 13585628 | DK5000400440116243 | 0184:13585628 |
NO | Fjord AS | Storgata 1 | 0155 | Oslo | NO995525828MVA | 995525828 | NO9386011117947 | 0192:995525828 | register=Foretaksregisteret
ES | Sol S.L. | Calle Mayor 1 | 28013 | Madrid | ESB58378431 | | ES9121000418450200051332 | |
PT | Tejo Lda | Rua Augusta 1 | 1100-048 | Lisboa | PT501964843 | | PT50000201231234567890154 | | capital=5000 EUR
GB | Thames Ltd | 1 High Street | SW1A 1AA | London | GB980780684 | 01234567 | GB29NWBK60161331926819 | | register=England and Wales no. 01234567; office=1 High Street, London
US | Hudson Inc. | 1 Broadway | 10004 | New York | | 13-1234567 | | |
AU | Murray Pty Ltd | 1 George Street | 2000 | Sydney | 83914571673 | 83 914 571 673 | | |
IN | Ganga Pvt Ltd | 1 MG Road | 560001 | Bengaluru | 29AAPFU0939F1ZQ | | | |
FR | Ateliers du Nord SAS | 4 rue de la Paix | 59000 | Lille | FR44732829320 | 732829320 | FR1420041010050500013M02606 | 0225:732829320 | form=SAS; capital=50 000 EUR; register=RCS Lille Metropole
"""
BUYERS = """
key | kind | name | street | postcode | city | vat_id | identifiers | region
DE firm | business | Kaufmann KG | Ufer 2 | 50667 | Köln | DE129273398 | peppol 9930:DE129273398 |
DE office | public | Bundesamt für Muster | Allee 3 | 53113 | Bonn | | routing 04011000-12345-03 |
DE person | consumer | Erika Muster | Weg 4 | 80331 | München | | |
AT firm | business | Inn Bau GmbH | Platz 2 | 6020 | Innsbruck | ATU57194903 | peppol 9914:ATU57194903 |
AT office | public | Bundesministerium für Muster | Ring 9 | 1010 | Wien | | peppol 9915:b |
AT person | consumer | Eva Muster | Gasse 3 | 1020 | Wien | | |
IT firm | business | Bottega Verdi S.r.l. | Corso 2 | 00187 | Roma | IT06363391001 | routing M5UXCR1 |
IT pec | business | Studio Neri S.r.l. | Corso 3 | 00187 | Roma | IT06363391001 | pec neri@pec.example |
IT office | public | Comune di Prova | Piazza 1 | 00185 | Roma | IT06363391001 | routing UF7J3K |
IT person | consumer | Mario Rossi | Via Po 5 | 10123 | Torino | | tax RSSMRA85T10A562S |
PL firm | business | Odra S.A. | ul. Długa 2 | 50-001 | Wrocław | PL7740001454 | |
PL person | consumer | Jan Nowak | ul. Krótka 3 | 80-001 | Gdańsk | | |
CH firm | business | Berg AG | Gasse 2 | 3011 | Bern | CHE-116.281.710 MWST | |
NL firm | business | Duin B.V. | Laan 2 | 2511 | Den Haag | NL123456782B90 | register 87654321, peppol 0106:87654321 |
BE firm | business | Maas NV | Kaai 2 | 9000 | Gent | BE0697449992 | peppol 0208:0697449992 |
SE firm | business | Skog AB | Gata 2 | 411 03 | Göteborg | SE556036079301 | peppol 0007:5560360793 |
DK firm | business | Belt ApS | Vej 2 | 5000 | Odense | DK61126228 | peppol 0184:61126228 |
NO firm | business | Dal AS | Vei 2 | 5003 | Bergen | NO923609016MVA | peppol 0192:923609016 |
FR firm | business | Boutique Lyon SARL | 9 quai Perrache | 69002 | Lyon | FR96552100554 | register 552100554, peppol 0225:552100554 |
ES firm | business | Luna S.A. | Calle 2 | 08002 | Barcelona | ESA13585625 | |
ES office | public | Ayuntamiento de Prueba | Plaza 1 | 28001 | Madrid | ESP2807900B | routing L01280796 L01280796 L01280796 |
PT firm | business | Douro S.A. | Rua 2 | 4000-322 | Porto | PT500745943 | |
GB firm | business | Severn Ltd | 2 Low Road | BS1 4DJ | Bristol | GB980780684 | |
US firm | business | Potomac LLC | 2 Main St | 20001 | Washington | | | DC
AU firm | business | Darling Pty Ltd | 2 Pitt Street | 2000 | Sydney | 51824753556 | | NSW
IN firm | business | Kaveri Ltd | 2 Park Street | 560002 | Bengaluru | 29AAGCB7383J1Z4 | | KA
"""


def rows(text):
    head, *found = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(head, row, strict=True)) for row in found]


SELLER = {row["country"]: row for row in rows(SELLERS)}
BUYER = {row["key"]: row for row in rows(BUYERS)}


def seller(ctx, country, formats, today, without="", **settings):
    """Enter a creditor by its command, all but the field `without`; return its id."""
    row = {name: "" if name == without else value for name, value in SELLER[country].items()}
    legal = dict(pair.split("=") for pair in row["legal"].split("; ") if pair and pair.split("=")[0] != without)
    chosen = {"formats": list(formats), "delivery": "none", "peppol_id": row["peppol"], **settings}
    email = "" if without == "email" else "ar@seller.example"
    phone = "" if without == "phone" else "+49 40 1234567"
    draft = CreditorDraft(
        f"C{country}", row["name"], country, CURRENCIES.get(country, "EUR"), "en", row["street"], row["postcode"],
        row["city"], email, phone, row["vat_id"], row["register_id"], row["iban"], "", legal, chosen,
    )  # fmt: skip
    found = create_creditor(ctx, draft=draft, today=today)
    open_books(ctx, creditor=found)
    return found


def buyer(ctx, creditor, key, today, without="", **more):
    """Enter a debtor by its commands, all but the field `without`; return its id."""
    row = {name: "" if name == without else value for name, value in BUYER[key].items()}
    draft = DebtorDraft(
        creditor, "D-1", row["name"], row["kind"], key[:2], row["street"], row["postcode"], row["city"],
        row["region"], "en", "EUR", "" if without == "email" else "ap@buyer.example", "", row["vat_id"], **more,
    )  # fmt: skip
    [found] = create_debtors(ctx, debtors=[draft], today=today)
    for pair in filter(None, row["identifiers"].split(", ")):
        scheme, _, value = pair.partition(" ")
        if scheme != without:
            set_identifier(ctx, debtor=found, scheme=scheme, value=value, today=today)
    return found


def order(ctx, creditor, debtor, currency, line, today, reference=""):
    """Accept an order of one line by its command; return its id."""
    draft = OrderDraft(creditor, debtor, "PO-4711", today, currency, (line,), reference)
    return services.accept_orders(ctx, orders=[draft], today=today)[0]


def line(rate, price="500.00", category="S", unit="C62", **more):
    """Return the line of an order: ten pieces, or hours."""
    return OrderLineDraft(
        "Pumpe" if unit == "C62" else "Beratung", Decimal(10), Decimal(price), None if rate is None else Decimal(rate),
        category, unit, **more,
    )  # fmt: skip
