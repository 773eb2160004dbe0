"""What the law wants written where no tax is charged: by treatment and language, with VATEX code and article.

Source: the wording of VAT Directive 2006/112/EC Art. 226 (11), (11a), (13) and (14) in each language; code list
VATEX of the CEF. National law often asks for its own article: that stands in the country pack and comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.vat.supply import Treatment

if TYPE_CHECKING:
    from collections.abc import Mapping

REVERSE_CHARGE: Mapping[str, str] = {
    "en": "Reverse charge",
    "de": "Steuerschuldnerschaft des Leistungsempfängers",
    "fr": "Autoliquidation",
    "it": "Inversione contabile",
    "es": "Inversión del sujeto pasivo",
    "nl": "Btw verlegd",
    "pl": "Odwrotne obciążenie",
    "pt": "Autoliquidação",
    "sv": "Omvänd betalningsskyldighet",
    "da": "Omvendt betalingspligt",
    "fi": "Käännetty verovelvollisuus",
    "cs": "Daň odvede zákazník",
    "hu": "Fordított adózás",
    "ro": "Taxare inversă",
    "el": "Αντίστροφη επιβάρυνση",
}
INTRA_COMMUNITY: Mapping[str, str] = {
    "en": "Intra-Community supply, exempt under Article 138 of Directive 2006/112/EC",
    "de": "Steuerfreie innergemeinschaftliche Lieferung, Artikel 138 der Richtlinie 2006/112/EG",
    "fr": "Livraison intracommunautaire exonérée de TVA, article 138 de la directive 2006/112/CE",
    "it": "Cessione intracomunitaria non imponibile, articolo 138 della direttiva 2006/112/CE",
    "es": "Entrega intracomunitaria exenta, artículo 138 de la Directiva 2006/112/CE",
    "nl": "Vrijgestelde intracommunautaire levering, artikel 138 van Richtlijn 2006/112/EG",
    "pl": "Wewnątrzwspólnotowa dostawa towarów, art. 138 dyrektywy 2006/112/WE",
    "pt": "Transmissão intracomunitária isenta, artigo 138.º da Diretiva 2006/112/CE",
    "sv": "Unionsintern försäljning undantagen från skatteplikt, artikel 138 i direktiv 2006/112/EG",
    "da": "Momsfri levering inden for EU, artikel 138 i direktiv 2006/112/EF",
    "fi": "Veroton yhteisömyynti, direktiivin 2006/112/EY 138 artikla",
}
EXPORT: Mapping[str, str] = {
    "en": "Export outside the EU, exempt under Article 146 of Directive 2006/112/EC",
    "de": "Steuerfreie Ausfuhrlieferung, Artikel 146 der Richtlinie 2006/112/EG",
    "fr": "Exportation exonérée de TVA, article 146 de la directive 2006/112/CE",
    "it": "Cessione all'esportazione non imponibile, articolo 146 della direttiva 2006/112/CE",
    "es": "Exportación exenta, artículo 146 de la Directiva 2006/112/CE",
    "nl": "Uitvoer, vrijgesteld op grond van artikel 146 van Richtlijn 2006/112/EG",
    "pl": "Eksport towarów, art. 146 dyrektywy 2006/112/WE",
    "pt": "Exportação isenta, artigo 146.º da Diretiva 2006/112/CE",
    "sv": "Export, undantagen enligt artikel 146 i direktiv 2006/112/EG",
    "da": "Momsfri eksport, artikel 146 i direktiv 2006/112/EF",
    "fi": "Veroton vientimyynti, direktiivin 2006/112/EY 146 artikla",
}
OUTSIDE_SCOPE: Mapping[str, str] = {
    "en": "Not subject to VAT",
    "de": "Nicht umsatzsteuerbar",
    "fr": "Non soumis à la TVA",
    "it": "Operazione non soggetta a IVA",
    "es": "Operación no sujeta a IVA",
    "nl": "Niet aan btw onderworpen",
    "pl": "Nie podlega VAT",
    "pt": "Operação não sujeita a IVA",
    "sv": "Omfattas inte av mervärdesskatt",
    "da": "Ikke momspligtig",
    "fi": "Ei arvonlisäveron alainen",
}
NO_SALES_TAX: Mapping[str, str] = {
    "en": "No sales tax charged",
    "de": "Keine Sales Tax berechnet",
    "fr": "Aucune sales tax facturée",
    "it": "Nessuna sales tax addebitata",
    "es": "Sin impuesto sobre las ventas (sales tax)",
    "nl": "Geen sales tax in rekening gebracht",
    "pl": "Nie naliczono sales tax",
    "pt": "Sem sales tax",
    "sv": "Ingen sales tax debiteras",
    "ar": "لم تُحتسب ضريبة المبيعات",
    "zh": "未收取销售税",
    "ja": "売上税の請求なし",
}
SMALL_BUSINESS: Mapping[str, str] = {
    "en": "VAT exemption for small enterprises",
    "de": "Steuerbefreiung für Kleinunternehmer",
    "fr": "TVA non applicable, régime de la franchise",
    "it": "Operazione in franchigia da IVA",
    "es": "Régimen de franquicia de IVA",
    "nl": "Vrijgesteld van btw, kleineondernemersregeling",
    "pl": "Zwolnienie podmiotowe z VAT",
    "pt": "IVA, regime de isenção",
}
_SCHEME = {
    "en": "Margin scheme", "de": "Sonderregelung", "fr": "Régime particulier", "it": "Regime del margine",
    "es": "Régimen especial", "nl": "Bijzondere regeling", "pl": "Procedura marży",
    "pt": "Regime da margem de lucro",
}  # fmt: skip
_TRAVEL = {
    "en": "Travel agents", "de": "Reisebüros", "fr": "Agences de voyages", "it": "agenzie di viaggio",
    "es": "agencias de viajes", "nl": "reisbureaus", "pl": "biura podróży", "pt": "agências de viagens",
}  # fmt: skip
_SECOND_HAND = {
    "en": "Second-hand goods", "de": "Gebrauchtgegenstände", "fr": "Biens d'occasion", "it": "beni usati",
    "es": "bienes usados", "nl": "gebruikte goederen", "pl": "towary używane", "pt": "bens em segunda mão",
}  # fmt: skip
_ART = {
    "en": "Works of art", "de": "Kunstgegenstände", "fr": "Objets d'art", "it": "oggetti d'arte",
    "es": "objetos de arte", "nl": "kunstvoorwerpen", "pl": "dzieła sztuki", "pt": "objetos de arte",
}  # fmt: skip
_ANTIQUES = {
    "en": "Collector's items and antiques", "de": "Sammlungsstücke und Antiquitäten",
    "fr": "Objets de collection et d'antiquité", "it": "oggetti da collezione e antiquariato",
    "es": "objetos de colección y antigüedades", "nl": "voorwerpen voor verzamelingen of antiquiteiten",
    "pl": "przedmioty kolekcjonerskie i antyki", "pt": "objetos de coleção e antiguidades",
}  # fmt: skip


def _margin(what: Mapping[str, str]) -> Mapping[str, str]:
    return {language: f"{_SCHEME[language]}: {text}" for language, text in what.items()}


WORDING: Mapping[Treatment, Mapping[str, str]] = {
    Treatment.REVERSE_CHARGE: REVERSE_CHARGE,
    Treatment.DOMESTIC_REVERSE_CHARGE: REVERSE_CHARGE,
    Treatment.INTRA_COMMUNITY: INTRA_COMMUNITY,
    Treatment.EXPORT: EXPORT,
    Treatment.OUTSIDE_SCOPE: OUTSIDE_SCOPE,
    Treatment.SALES_TAX: NO_SALES_TAX,
    Treatment.SMALL_BUSINESS: SMALL_BUSINESS,
    Treatment.MARGIN_TRAVEL: _margin(_TRAVEL),
    Treatment.MARGIN_SECOND_HAND: _margin(_SECOND_HAND),
    Treatment.MARGIN_ART: _margin(_ART),
    Treatment.MARGIN_ANTIQUES: _margin(_ANTIQUES),
}
VATEX: Mapping[Treatment, str] = {
    Treatment.REVERSE_CHARGE: "VATEX-EU-AE",
    Treatment.DOMESTIC_REVERSE_CHARGE: "VATEX-EU-AE",
    Treatment.INTRA_COMMUNITY: "VATEX-EU-IC",
    Treatment.EXPORT: "VATEX-EU-G",
    Treatment.OUTSIDE_SCOPE: "VATEX-EU-O",
    Treatment.MARGIN_TRAVEL: "VATEX-EU-D",
    Treatment.MARGIN_SECOND_HAND: "VATEX-EU-F",
    Treatment.MARGIN_ART: "VATEX-EU-I",
    Treatment.MARGIN_ANTIQUES: "VATEX-EU-J",
}


def words(treatment: Treatment, language: str) -> str:
    """Return the wording in `language`, in English where there is none; nothing where nothing must stand."""
    known = WORDING.get(treatment, {})
    return known.get(language) or known.get("en", "")


def both(treatment: Treatment, national: str, seller: str, buyer: str) -> str:
    """Return the wording in the buyer's language and then the seller's (`national` where its law has an own one)."""
    own = national or words(treatment, seller)
    theirs = words(treatment, buyer) if buyer != seller else ""
    return f"{theirs} / {own}" if theirs and theirs != own else own
