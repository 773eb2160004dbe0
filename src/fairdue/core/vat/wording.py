"""What the law wants written where no tax is charged: by treatment and language, with VATEX code and article.

Source: VAT Directive 2006/112/EC Art. 138, 146, 226 (11), (11a), (13) and (14), 284 in the version of each language;
code list VATEX of the CEF. National law often asks for its own article: that stands in the country pack and comes
first. Arabic, Chinese and Japanese are no languages of the directive: there the words are translations. What was read
in a primary source is in `CONFIRMED`, with that source.
"""

from __future__ import annotations

from collections.abc import Mapping

from fairdue.core.vat.supply import Treatment

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
    "ar": "احتساب عكسي للضريبة",
    "zh": "反向征收增值税",
    "ja": "リバースチャージ方式",
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
    "ar": "توريد داخل الاتحاد الأوروبي معفى من الضريبة، المادة 138 من التوجيه 2006/112/EC",
    "zh": "欧盟内部供货免税 - 依据指令 2006/112/EC 第138条",
    "ja": "EU域内供給 - 指令2006/112/EC第138条により免税",
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
    "ar": "تصدير معفى من الضريبة، المادة 146 من التوجيه 2006/112/EC",
    "zh": "出口免税 - 依据指令 2006/112/EC 第146条",
    "ja": "輸出免税 - 指令2006/112/EC第146条",
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
    "ar": "غير خاضع لضريبة القيمة المضافة",
    "zh": "不属于增值税征税范围",
    "ja": "付加価値税の課税対象外",
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
    "sv": "Undantag från skatteplikt för små företag",
    "ar": "إعفاء المنشآت الصغيرة من ضريبة القيمة المضافة",
    "zh": "小企业增值税免税",
    "ja": "小規模事業者の付加価値税免税",
}
TRAVEL: Mapping[str, str] = {
    "en": "Margin scheme: Travel agents",
    "de": "Sonderregelung für Reisebüros",
    "fr": "Régime particulier - Agences de voyages",
    "it": "Regime del margine: agenzie di viaggio",
    "es": "Régimen especial de las agencias de viajes",
    "nl": "Bijzondere regeling reisbureaus",
    "pl": "Procedura marży dla biur podróży",
    "pt": "Regime da margem de lucro - Agências de viagens",
    "sv": "Vinstmarginalbeskattning för resebyråer",
    "ar": "نظام هامش الربح: وكالات السفر",
    "zh": "差额征税 - 旅行社",
    "ja": "マージン課税 - 旅行代理店",
}
SECOND_HAND: Mapping[str, str] = {
    "en": "Margin scheme: Second-hand goods",
    "de": "Gebrauchtgegenstände/Sonderregelung",
    "fr": "Régime particulier - Biens d'occasion",
    "it": "Regime del margine: beni usati",
    "es": "Régimen especial de los bienes usados",
    "nl": "Bijzondere regeling gebruikte goederen",
    "pl": "Procedura marży - towary używane",
    "pt": "Regime da margem de lucro - Bens em segunda mão",
    "sv": "Vinstmarginalbeskattning för begagnade varor",
    "ar": "نظام هامش الربح: سلع مستعملة",
    "zh": "差额征税 - 二手货",
    "ja": "マージン課税 - 中古品",
}
ART: Mapping[str, str] = {
    "en": "Margin scheme: Works of art",
    "de": "Kunstgegenstände/Sonderregelung",
    "fr": "Régime particulier - Objets d'art",
    "it": "Regime del margine: oggetti d'arte",
    "es": "Régimen especial de los objetos de arte",
    "nl": "Bijzondere regeling kunstvoorwerpen",
    "pl": "Procedura marży - dzieła sztuki",
    "pt": "Regime da margem de lucro - Objetos de arte",
    "sv": "Vinstmarginalbeskattning för konstverk",
    "ar": "نظام هامش الربح: أعمال فنية",
    "zh": "差额征税 - 艺术品",
    "ja": "マージン課税 - 美術品",
}
ANTIQUES: Mapping[str, str] = {
    "en": "Margin scheme: Collector's items and antiques",
    "de": "Sammlungsstücke und Antiquitäten/Sonderregelung",
    "fr": "Régime particulier - Objets de collection et d'antiquité",
    "it": "Regime del margine: oggetti da collezione e antiquariato",
    "es": "Régimen especial de las antigüedades y objetos de colección",
    "nl": "Bijzondere regeling voorwerpen voor verzamelingen of antiquiteiten",
    "pl": "Procedura marży - przedmioty kolekcjonerskie i antyki",
    "pt": "Regime da margem de lucro - Objetos de coleção e antiguidades",
    "sv": "Vinstmarginalbeskattning för samlarföremål och antikviteter",
    "ar": "نظام هامش الربح: قطع المقتنين والتحف",
    "zh": "差额征税 - 收藏品和古董",
    "ja": "マージン課税 - 収集品および骨董品",
}
WORDING: Mapping[Treatment, Mapping[str, str]] = {
    Treatment.REVERSE_CHARGE: REVERSE_CHARGE,
    Treatment.DOMESTIC_REVERSE_CHARGE: REVERSE_CHARGE,
    Treatment.INTRA_COMMUNITY: INTRA_COMMUNITY,
    Treatment.EXPORT: EXPORT,
    Treatment.OUTSIDE_SCOPE: OUTSIDE_SCOPE,
    Treatment.SALES_TAX: NO_SALES_TAX,
    Treatment.SMALL_BUSINESS: SMALL_BUSINESS,
    Treatment.MARGIN_TRAVEL: TRAVEL,
    Treatment.MARGIN_SECOND_HAND: SECOND_HAND,
    Treatment.MARGIN_ART: ART,
    Treatment.MARGIN_ANTIQUES: ANTIQUES,
}
ARTICLES: Mapping[Treatment, str] = {
    Treatment.REVERSE_CHARGE: "Art. 226 (11a)",
    Treatment.DOMESTIC_REVERSE_CHARGE: "Art. 226 (11a)",
    Treatment.INTRA_COMMUNITY: "Art. 138, 226 (11)",
    Treatment.EXPORT: "Art. 146, 226 (11)",
    Treatment.OUTSIDE_SCOPE: "Art. 226 (11)",
    Treatment.SMALL_BUSINESS: "Art. 226 (11), 284",
    Treatment.MARGIN_TRAVEL: "Art. 226 (13)",
    Treatment.MARGIN_SECOND_HAND: "Art. 226 (14)",
    Treatment.MARGIN_ART: "Art. 226 (14)",
    Treatment.MARGIN_ANTIQUES: "Art. 226 (14)",
}
"""The article of the directive that asks for the words; none for what no directive knows."""
_REVERSE = (Treatment.REVERSE_CHARGE, Treatment.DOMESTIC_REVERSE_CHARGE)
_MARGIN = (
    Treatment.MARGIN_TRAVEL, Treatment.MARGIN_SECOND_HAND, Treatment.MARGIN_ART, Treatment.MARGIN_ANTIQUES
)  # fmt: skip
CONFIRMED: Mapping[tuple[Treatment, str], str] = {
    **{(one, "de"): "UStG § 14a (1), (5)" for one in _REVERSE},
    **{(one, "de"): "UStG § 14a (6)" for one in _MARGIN},
    **{(one, "fr"): "CGI annexe II art. 242 nonies A I 13°" for one in _REVERSE},
    **{(one, "fr"): "CGI annexe II art. 242 nonies A I 15°, 16°" for one in _MARGIN},
    **{(one, "pl"): "Ministry of Finance, schema KSeF FA(3), P_18" for one in _REVERSE},
    **{(one, "pl"): "Ministry of Finance, schema KSeF FA(3), P_PMarzy" for one in _MARGIN},
}
"""Words that were read in the law or in a publication of the authority, with where."""
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


def source(treatment: Treatment, language: str) -> tuple[str, bool]:
    """Return where the wording in `language` comes from, and whether somebody read it there."""
    read = CONFIRMED.get((treatment, language))
    if read is not None:
        return read, True
    article = ARTICLES.get(treatment, "")
    return f"Directive 2006/112/EC {article}, {language}" if article else "", False


def both(treatment: Treatment, national: str, seller: str, buyer: str) -> str:
    """Return the wording in the buyer's language and then the seller's (`national` where its law has an own one)."""
    own = national or words(treatment, seller)
    theirs = words(treatment, buyer) if buyer != seller else ""
    return f"{theirs} / {own}" if theirs and theirs != own else own
