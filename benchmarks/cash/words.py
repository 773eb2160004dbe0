"""Words of the made-up world: company names by country, cities, forms, and what people write beside a payment."""

from __future__ import annotations

CORES = {
    "DE": "Adler Brandt Müller Schäfer Köhler Großmann Vogel Lindner Weiß Böhm Krüger Jäger Hübner Seidel Pohl Stöhr",
    "AT": "Gruber Huber Pichler Steiner Moser Höller Wögerer Bauer Aigner Lechner Schröck Egger",
    "CH": "Zürcher Baumann Frei Keller Brunner Gerber Hürlimann Bühler Ammann Rüegg",
    "FR": "Lefèvre Garnier Dubois Côté Béranger Moreau Fournier Rousseau Chénier Gauthier Delacroix",
    "NL": "Jansen Visser Bakker Mulder Dekker Hoekstra Brouwer Vermeer Dijkstra Kuipers",
    "BE": "Peeters Maes Janssens Wouters Claes Desmet Lambrecht Verhoeven",
    "IT": "Rossi Bianchi Ferrari Colombo Ricci Marini Conti Galli Leone",
    "ES": "García Muñoz Ibáñez Peña Núñez Castaño Ortega Vidal Serrano",
    "PL": "Kowalski Wiśniewski Wójcik Kamiński Zieliński Łukasik Dąbrowski Sikora",
    "DK": "Sørensen Jørgensen Møller Østergaard Kjær Nørgaard Lund Bæk",
    "SE": "Åkesson Björk Lindström Öberg Sjögren Norén Hagström",
    "FI": "Mäkelä Virtanen Hämäläinen Korhonen Niemi Jokinen",
    "GB": "Hartley Ashford Pemberton Whitlock Kestrel Langdon Ridgeway Thornbury Beckett",
    "US": "Anderson Redwood Summit Lakeside Pioneer Granite Cascade Liberty Frontier Beacon Sterling Ironwood Keystone "
    "Magnolia Harbor Prairie Bluebird Cardinal Evergreen Riverside",
}
TRADES = {
    "DE": "Maschinenbau Logistik Elektrotechnik Bau Metallbau Feinkost Gartenbau Anlagentechnik Verlag Textil "
    "Hausverwaltung Apotheke Autohaus Druckerei Möbel Kältetechnik Werkzeuge Spedition",
    "FR": "Distribution Bâtiment Mécanique Transports Emballages Électricité Imprimerie Boulangerie",
    "NL": "Techniek Transport Bouw Handel Installatie Verpakkingen Bloemen",
    "IT": "Costruzioni Meccanica Trasporti Alimentari Arredamenti Impianti",
    "ES": "Construcciones Suministros Transportes Alimentación Maquinaria",
    "PL": "Transport Budowa Handel Instal Meble",
    "DK": "Byg Transport Handel Maskiner El",
    "SE": "Bygg Transport Handel Maskin El",
    "FI": "Rakennus Kuljetus Kone Sähkö",
    "GB": "Supplies Engineering Haulage Trading Interiors Fabrication Catering",
    "US": "Industries Supply Manufacturing Foods Logistics Medical Construction Electric Equipment Services Packaging "
    "Distributors Plumbing Materials",
}
FORMS = {
    "DE": "GmbH|GmbH & Co. KG|AG|KG|OHG|e.K.|UG (haftungsbeschränkt)|",
    "AT": "GmbH|GesmbH|KG|AG|e.U.",
    "CH": "AG|GmbH|SA|Sàrl",
    "FR": "SARL|SAS|S.A.|EURL|SNC",
    "NL": "B.V.|N.V.|VOF|",
    "BE": "BV|NV|SRL|SA",
    "IT": "S.r.l.|S.p.A.|S.n.c.",
    "ES": "S.L.|S.A.|S.L.U.",
    "PL": "Sp. z o.o.|S.A.|Sp. k.",
    "DK": "A/S|ApS|",
    "SE": "AB|",
    "FI": "Oy|Oyj",
    "GB": "Ltd|Limited|PLC|LLP",
    "US": "Inc|LLC|Corp|Company|Inc.|Co|LP",
}
CITIES = {
    "DE": "Hamburg Bremen Leipzig Köln Ulm Kassel Erfurt", "AT": "Wien Graz Linz", "CH": "Zürich Basel Bern",
    "FR": "Lyon Nantes Lille", "NL": "Utrecht Breda Zwolle", "BE": "Gent Namur", "IT": "Milano Torino",
    "ES": "Madrid Sevilla", "PL": "Kraków Poznań", "DK": "Aarhus Odense", "SE": "Malmö Uppsala",
    "FI": "Tampere Turku", "GB": "Leeds Bristol", "US": "Dayton Tulsa Reno Boise Akron",
}  # fmt: skip
COUNTRIES = {
    "europe": (("DE", 45), ("AT", 7), ("CH", 5), ("FR", 10), ("NL", 9), ("BE", 5), ("IT", 5), ("ES", 4), ("PL", 3),
               ("DK", 2), ("SE", 2), ("FI", 2), ("GB", 4)),
    "us": (("US", 96), ("GB", 2), ("DE", 2)),
}  # fmt: skip
LEADS = {
    "DE": ("Rechnung {}", "RE-Nr. {}", "Rg. {}", "Re {}", "Rechnungsnr. {} danke", "{}", "Ausgleich {}", "Beleg {}",
           "Überweisung Rechnung {}", "R.Nr.{}", "Zahlung zu {}"),
    "FR": ("Facture {}", "Fact {}", "Reglement facture {}", "{}", "Règlement {}", "FAC {}", "Vrt {}"),
    "NL": ("Factuur {}", "Fact.nr {}", "{}", "Betaling factuur {}", "FN {}"),
    "IT": ("Fattura {}", "Saldo fattura n. {}", "{}", "Fatt. {}"),
    "ES": ("Factura {}", "Pago factura {}", "{}", "Fra. {}"),
    "PL": ("Faktura {}", "FV {}", "{}", "zaplata za fakture {}"),
    "US": ("INV {}", "INVOICE {}", "{}", "INV# {}", "PAYMENT FOR INVOICE {}", "RMR*IV*{}", "INVOICE NBR {}"),
    "GB": ("Invoice {}", "INV {}", "{}", "Inv no {}", "Payment {}"),
}  # fmt: skip
JOINS = {
    "DE": (", ", " ", "; ", " / ", " u. ", " und ", " + ", ","), "FR": (", ", " ", " et ", " + ", ";"),
    "US": (" ", ", ", ",", " & ", "; "), "NL": (", ", " ", " en ", " + "),
}  # fmt: skip
RANGES = {"DE": (" bis ", "-", " - "), "FR": (" à ", " - "), "NL": (" t/m ", "-"), "US": (" THRU ", " TO ", "-")}
THANKS = {
    "DE": ("Danke", "Vielen Dank", "Überweisung", "Zahlung", "SVWZ+", "lt. Absprache", "Sammelüberweisung", ""),
    "FR": ("Merci", "Règlement", "Virement", ""), "NL": ("Betaling", "Dank", ""),
    "US": ("ACH PAYMENT", "VENDOR PAYMENT", "PAYMENT", "TRADE PAYMENT", ""),
}  # fmt: skip
ON_ACCOUNT = {
    "DE": ("Akontozahlung", "a conto", "Abschlagszahlung", "Teilzahlung lt. Vereinbarung", "Anzahlung", "Vorauskasse"),
    "FR": ("Acompte", "Versement à valoir"), "NL": ("Vooruitbetaling", "op rekening"),
    "US": ("ON ACCOUNT", "DEPOSIT", "ADVANCE PAYMENT", "PAYMENT ON ACCOUNT"),
}  # fmt: skip
SHORT = {
    "DE": ("abzgl. Reklamation", "gekürzt wg. Mangel", "Abzug Retoure", "./. Preisdifferenz", "Kürzung Fracht", ""),
    "FR": ("retenue litige", "écart de prix", "", "moins retour"), "NL": ("inhouding", "retour", ""),
    "US": ("LESS SHORTAGE", "DEDUCT FREIGHT", "DAMAGED GOODS", "PRICE DIFFERENCE", "LESS RETURN", "CO-OP AD", ""),
}  # fmt: skip
DISCOUNT = {
    "DE": ("abzgl. Skonto", "./. 2% Skonto", "Skonto", "", "", "3 % Skonto abgezogen"),
    "FR": ("escompte", ""), "NL": ("korting betaling", ""), "US": ("LESS DISC", "2/10 NET 30", "", ""),
}  # fmt: skip
PROCESSORS = (
    "PayPal (Europe) S.a.r.l. et Cie., S.C.A.", "STRIPE PAYMENTS EUROPE LTD", "Adyen N.V.", "Klarna Bank AB (publ)",
    "Mollie Payments", "SumUp Limited", "Amazon Payments Europe S.C.A.",
)  # fmt: skip
FACTORS = (
    "Abcfinance GmbH", "Coface Finanz GmbH", "Eurofactor Bank AG", "Targo Commercial Finance", "BFS finance GmbH",
    "Triumph Business Capital", "Gemeinsame Zahlstelle Handel eG",
)  # fmt: skip
NOT_RECEIVABLE_IN = {
    "europe": (
        ("Finanzamt Hamburg-Nord", "Umsatzsteuer-Erstattung 2026 03 St.-Nr. 22/815/08150", "tax"),
        ("Finanzkasse Bremen", "ERSTATT.UMS.ST MRZ 2026 123/456/78901", "tax"),
        ("DGFIP", "Remboursement credit TVA 032026", "tax"),
        ("AOK Nordost", "Erstattung U1/U2 Entgeltfortzahlung", "insurance"),
        ("Techniker Krankenkasse", "AAG Erstattung 04712 BBNR 12345678", "insurance"),
        ("Allianz Versicherungs-AG", "Schaden 26-4711-0815 Regulierung", "insurance"),
        ("", "Zinsen Habenzinsen 01.01.-31.03.", "interest"),
        ("", "Abschluss per 31.03.2026 Zinsertrag", "interest"),
        ("{own}", "Umbuchung eigenes Konto Liquiditätsausgleich", "own"),
        ("{own}", "Kontoübertrag Tagesgeld", "own"),
        ("Nets Denmark A/S", "Kartenumsatz vom {day} Haendler 4711001", "cards"),
        ("First Data GmbH", "EC-Karten Einreichung {day} Terminal 65112233", "cards"),
        ("Stadtwerke Ulm", "Guthaben Jahresabrechnung Strom Vertrag 220044", "refund"),
        ("Deutsche Telekom AG", "Gutschrift Mobilfunk Kundenkonto 5566778", "refund"),
        ("Bundesagentur fuer Arbeit", "Kurzarbeitergeld Abrechnung 03/2026 Stamm-Nr 0815", "subsidy"),
        ("Landesbank", "Darlehen Auszahlung 9988776 Valuta", "loan"),
    ),
    "us": (
        ("IRS TREAS 310", "TAX REF 2025", "tax"), ("STATE OF OHIO", "REFUND SALES TAX", "tax"),
        ("", "INTEREST PAYMENT", "interest"), ("{own}", "TRANSFER FROM SAVINGS XXXX8821", "own"),
        ("SQUARE INC", "DES:SQ DEPOSIT BATCH {day}", "cards"),
        ("AMERICAN EXPRESS", "SETTLEMENT MERCHANT 5512", "cards"),
        ("TRAVELERS INS", "CLAIM PAYMENT 88-1123", "insurance"), ("BANKCARD MTOT DEP", "MERCHANT 4445021", "cards"),
        ("ADP PAYROLL", "PAYROLL RETURN EMP 1123", "payroll"),
    ),
}  # fmt: skip
PAID_OUT = {
    "europe": (("Mitarbeiter {n}", "Lohn/Gehalt 03/2026"), ("Finanzamt Hamburg-Nord", "Umsatzsteuer 03/2026"),
               ("Papier Union GmbH", "Rechnung 88{n}"), ("", "Kontoführungsentgelt")),
    "us": (("PAYROLL", "SALARY {n}"), ("IRS USATAXPYMT", "941 TAX"), ("UNITED SUPPLY INC", "INV 77{n}"),
           ("", "SERVICE CHARGE")),
}  # fmt: skip


def of_country(table: dict[str, tuple[str, ...]], country: str) -> tuple[str, ...]:
    """Return the words of a country; neighbours share a language."""
    near = {"AT": "DE", "CH": "DE", "BE": "NL", "IT": "FR", "ES": "FR", "GB": "US", "PL": "DE", "DK": "DE",
            "SE": "DE", "FI": "DE"}  # fmt: skip
    while country not in table:
        country = near.get(country, "DE")
    return table[country]
