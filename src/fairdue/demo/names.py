"""What the people and companies of the demo are called. All invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Country:
    """How companies and addresses of a country read."""

    code: str
    language: str
    currency: str
    stems: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    streets: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    """(postcode, city)"""
    dial: str
    """How phone numbers start; `digits` more follow."""
    digits: int = 7


COUNTRIES: dict[str, Country] = {
    country.code: country
    for country in (
        Country(
            "DE",
            "de",
            "EUR",
            (
                "Havelland",
                "Sonnenalm",
                "Brandt",
                "Möller",
                "Weserland",
                "Kranich",
                "Eichhorn",
                "Nordstern",
                "Kessler",
                "Elbtal",
                "Ravenstein",
                "Hoffmann",
                "Lindau",
                "Spreewald",
                "Falk",
            ),
            (
                "Getränke",
                "Metallbau",
                "Messebau",
                "Logistik",
                "Elektrotechnik",
                "Gartenbau",
                "Verlag",
                "Maschinenbau",
                "Feinkost",
                "Haustechnik",
            ),
            ("GmbH", "GmbH & Co. KG", "AG", "KG", "eG"),
            ("Hafenstraße", "Am Markt", "Lindenallee", "Industriestraße", "Schillerplatz", "Mühlenweg"),
            (
                ("10115", "Berlin"),
                ("20457", "Hamburg"),
                ("50667", "Köln"),
                ("80331", "München"),
                ("01067", "Dresden"),
                ("28195", "Bremen"),
                ("70173", "Stuttgart"),
                ("04109", "Leipzig"),
            ),
            "+4930",
        ),
        Country(
            "AT",
            "de",
            "EUR",
            ("Almwirt", "Donautal", "Gruber", "Wachau", "Steiner", "Traunsee"),
            ("Holzbau", "Gastronomie", "Sporthandel", "Druckerei", "Energie"),
            ("GmbH", "KG", "OG"),
            ("Ringstraße", "Mozartgasse", "Kirchplatz", "Bahnhofstraße"),
            (("1010", "Wien"), ("5020", "Salzburg"), ("4020", "Linz"), ("8010", "Graz")),
            "+431",
        ),
        Country(
            "CH",
            "de",
            "CHF",
            ("Alpstein", "Rütli", "Seetal", "Gotthard", "Brunner", "Matter"),
            ("Uhren", "Treuhand", "Bergbahnen", "Medizintechnik", "Käserei", "Immobilien"),
            ("AG", "GmbH", "Sàrl"),
            ("Seestrasse", "Bahnhofplatz", "Dorfstrasse", "Rue du Lac"),
            (("8001", "Zürich"), ("3011", "Bern"), ("4051", "Basel"), ("6003", "Luzern"), ("1201", "Genève")),
            "+4144",
        ),
        Country(
            "FR",
            "fr",
            "EUR",
            (
                "du Canal",
                "des Halles",
                "Lumière",
                "Mistral",
                "Garonne",
                "Belle Rive",
                "Saint-Michel",
                "Moreau",
                "Lefèvre",
                "Armor",
            ),
            ("Brasserie", "Menuiserie", "Librairie", "Transports", "Boulangerie", "Imprimerie", "Hôtel", "Cave"),
            ("SARL", "SAS", "SA"),
            ("rue de la Paix", "avenue Victor Hugo", "quai de la Loire", "place du Marché"),
            (
                ("75011", "Paris"),
                ("69002", "Lyon"),
                ("33000", "Bordeaux"),
                ("44000", "Nantes"),
                ("13001", "Marseille"),
                ("59000", "Lille"),
            ),
            "+33142",
            6,
        ),
        Country(
            "BE",
            "fr",
            "EUR",
            ("Ardenne", "Manneken", "Schelde", "Peeters", "Meuse"),
            ("Chocolaterie", "Brouwerij", "Transport", "Diamant", "Textiel"),
            ("SRL", "BV", "SA"),
            ("rue Neuve", "Grote Markt", "avenue Louise"),
            (("1000", "Bruxelles"), ("2000", "Antwerpen"), ("4000", "Liège")),
            "+3225",
            6,
        ),
        Country(
            "NL",
            "en",
            "EUR",
            ("Van der Meer", "De Vries", "Tulp", "Zuiderzee", "Bakker", "Polder"),
            ("Logistiek", "Bloemen", "Techniek", "Zuivel", "Scheepsbouw"),
            ("B.V.", "N.V."),
            ("Keizersgracht", "Stationsweg", "Havenkade"),
            (("1015 CJ", "Amsterdam"), ("3011 AA", "Rotterdam"), ("3511 AB", "Utrecht")),
            "+3120",
        ),
        Country(
            "IT",
            "en",
            "EUR",
            ("Rossi", "Aurora", "Vesuvio", "Colli", "Bianchi"),
            ("Arredamenti", "Vini", "Ceramiche", "Moda", "Meccanica"),
            ("S.r.l.", "S.p.A."),
            ("Via Roma", "Corso Italia", "Piazza Duomo"),
            (("20121", "Milano"), ("10121", "Torino"), ("40121", "Bologna")),
            "+3902",
        ),
        Country(
            "ES",
            "en",
            "EUR",
            ("García", "Sol Levante", "Sierra", "Mar Azul", "Ramírez"),
            ("Conservas", "Hoteles", "Construcciones", "Aceites", "Muebles"),
            ("S.L.", "S.A."),
            ("Calle Mayor", "Avenida del Puerto", "Paseo de Gracia"),
            (("28013", "Madrid"), ("08007", "Barcelona"), ("46002", "Valencia")),
            "+3491",
        ),
        Country(
            "PL",
            "en",
            "EUR",
            ("Wisła", "Tatra", "Kowalski", "Bałtyk"),
            ("Meble", "Transport", "Szkło", "Elektronika"),
            ("Sp. z o.o.", "S.A."),
            ("ulica Długa", "aleja Jana Pawła"),
            (("00-001", "Warszawa"), ("30-001", "Kraków")),
            "+4822",
        ),
        Country(
            "GB",
            "en",
            "GBP",
            (
                "Oakfield",
                "Harrow",
                "Pemberton",
                "Thames",
                "Kingsley",
                "Ashdown",
                "Bexley",
                "Whitmore",
                "Northgate",
                "Fairbanks",
            ),
            ("Furniture", "Joinery", "Catering", "Interiors", "Engineering", "Bookshops", "Breweries", "Textiles"),
            ("Ltd", "plc", "LLP"),
            ("High Street", "Station Road", "Mill Lane", "Queen Street"),
            (
                ("EC1A 1BB", "London"),
                ("M1 1AE", "Manchester"),
                ("B1 1AA", "Birmingham"),
                ("LS1 1BA", "Leeds"),
                ("BS1 4DJ", "Bristol"),
            ),
            "+442079460",
            3,
        ),
        Country(
            "IE",
            "en",
            "EUR",
            ("Shannon", "Liffey", "Murphy", "Claddagh"),
            ("Dairy", "Foods", "Software", "Linen"),
            ("Ltd", "DAC"),
            ("Main Street", "Abbey Street"),
            (("D02 X285", "Dublin"), ("T12 W8KP", "Cork")),
            "+3531",
        ),
        Country(
            "US",
            "en",
            "USD",
            ("Redwood", "Lakeside", "Franklin", "Cascade", "Summit"),
            ("Supply", "Outfitters", "Hardware", "Foods", "Medical"),
            ("Inc.", "LLC", "Corp."),
            ("Main Street", "Market Street", "5th Avenue"),
            (("10001", "New York"), ("94105", "San Francisco"), ("60601", "Chicago")),
            "+1212",
        ),
    )
}
"""By ISO 3166 code."""

PEOPLE = (
    "Anna Berger", "Jonas Keller", "Claire Dubois", "Luc Martin", "Emily Clarke", "James Wood", "Sofia Rossi",
    "Marek Nowak", "Ingrid Visser", "Carlos Vega", "Nora Byrne", "Peter Huber", "Lena Vogt", "Hugo Blanc",
)  # fmt: skip
