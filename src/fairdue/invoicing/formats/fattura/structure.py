"""The structure of FatturaPA 1.2.2 as our own table. Source: Agenzia delle Entrate, Specifiche tecniche 1.8, annex A.

Alternatives (name or first and last name) stand as optional elements; `reader.choices` sees to them.
"""

from __future__ import annotations

from functools import cache

from fairdue.invoicing.formats.structure import Element, structure

SOURCE = "FatturaPA 1.2.2"
NATURE = "N1|N2|N2.1|N2.2|N3|N3.1|N3.2|N3.3|N3.4|N3.5|N3.6|N4|N5|N6|N6.1|N6.2|N6.3|N6.4|N6.5|N6.6|N6.7|N6.8|N6.9|N7"
KINDS = "|".join(f"TD{number:02}" for number in (*range(1, 7), *range(16, 30)))
PAYMENTS = "|".join(f"MP{number:02}" for number in range(1, 24))
REGIMES = "|".join(f"RF{number:02}" for number in (1, 2, *range(4, 21)))
_ID = """IdPaese 1 country
IdCodice 1 text28"""
_NAME = """Denominazione ? latin80
Nome ? latin60
Cognome ? latin60
Titolo ? ascii2-10
CodEORI ? text13-17"""
_PLACE = """Indirizzo 1 latin60
NumeroCivico ? ascii8
CAP 1 postcode
Comune 1 latin60
Provincia ? country
Nazione 1 country"""
_REFERENCE = """RiferimentoNumeroLinea * whole
IdDocumento 1 ascii20
Data ? day
NumItem ? ascii20
CodiceCommessaConvenzione ? latin100
CodiceCUP ? ascii15
CodiceCIG ? ascii15"""
_DISCOUNT = """Tipo 1 SC|MG
Percentuale ? percent
Importo ? decimal"""
TABLE = """
FatturaElettronica 1
  FatturaElettronicaHeader 1
    DatiTrasmissione 1
      IdTrasmittente 1
        {id}
      ProgressivoInvio 1 ascii10
      FormatoTrasmissione 1 FPA12|FPR12|FSM10
      CodiceDestinatario 1 receiver
      ContattiTrasmittente ?
        Telefono ? ascii5-12
        Email ? text7-256
      PECDestinatario ? text7-256
    CedentePrestatore 1
      DatiAnagrafici 1
        IdFiscaleIVA 1
          {id}
        CodiceFiscale ? fiscal
        Anagrafica 1
          {name}
        AlboProfessionale ? latin60
        ProvinciaAlbo ? country
        NumeroIscrizioneAlbo ? ascii60
        DataIscrizioneAlbo ? day
        RegimeFiscale 1 {regimes}
      Sede 1
        {place}
      StabileOrganizzazione ?
        {place}
      IscrizioneREA ?
        Ufficio 1 country
        NumeroREA 1 ascii20
        CapitaleSociale ? cents
        SocioUnico ? SU|SM
        StatoLiquidazione 1 LS|LN
      Contatti ?
        Telefono ? ascii5-12
        Fax ? ascii5-12
        Email ? text7-256
      RiferimentoAmministrazione ? ascii20
    RappresentanteFiscale ?
      DatiAnagrafici 1
        IdFiscaleIVA 1
          {id}
        CodiceFiscale ? fiscal
        Anagrafica 1
          {name}
    CessionarioCommittente 1
      DatiAnagrafici 1
        IdFiscaleIVA ?
          {id}
        CodiceFiscale ? fiscal
        Anagrafica 1
          {name}
      Sede 1
        {place}
      StabileOrganizzazione ?
        {place}
      RappresentanteFiscale ?
        IdFiscaleIVA 1
          {id}
        Denominazione ? latin80
        Nome ? latin60
        Cognome ? latin60
    TerzoIntermediarioOSoggettoEmittente ?
      DatiAnagrafici 1
        IdFiscaleIVA ?
          {id}
        CodiceFiscale ? fiscal
        Anagrafica 1
          {name}
    SoggettoEmittente ? CC|TZ
  FatturaElettronicaBody +
    DatiGenerali 1
      DatiGeneraliDocumento 1
        TipoDocumento 1 {kinds}
        Divisa 1 currency
        Data 1 day
        Numero 1 ascii20
        DatiRitenuta *
          TipoRitenuta 1 RT01|RT02|RT03|RT04|RT05|RT06
          ImportoRitenuta 1 cents
          AliquotaRitenuta 1 percent
          CausalePagamento 1 text2
        DatiBollo ?
          BolloVirtuale 1 SI
          ImportoBollo ? cents
        DatiCassaPrevidenziale *
          TipoCassa 1 text4
          AlCassa 1 percent
          ImportoContributoCassa 1 cents
          ImponibileCassa ? cents
          AliquotaIVA 1 percent
          Ritenuta ? SI
          Natura ? {nature}
          RiferimentoAmministrazione ? ascii20
        ScontoMaggiorazione *
          {discount}
        ImportoTotaleDocumento ? cents
        Arrotondamento ? cents
        Causale * latin200
        Art73 ? SI
      DatiOrdineAcquisto *
        {reference}
      DatiContratto *
        {reference}
      DatiConvenzione *
        {reference}
      DatiRicezione *
        {reference}
      DatiFattureCollegate *
        {reference}
      DatiSAL *
        RiferimentoFase 1 whole
      DatiDDT *
        NumeroDDT 1 ascii20
        DataDDT 1 day
        RiferimentoNumeroLinea * whole
      DatiTrasporto ? any
      FatturaPrincipale ?
        NumeroFatturaPrincipale 1 ascii20
        DataFatturaPrincipale 1 day
    DatiBeniServizi 1
      DettaglioLinee +
        NumeroLinea 1 whole
        TipoCessionePrestazione ? SC|PR|AB|AC
        CodiceArticolo *
          CodiceTipo 1 ascii35
          CodiceValore 1 text35
        Descrizione 1 latin1000
        Quantita ? decimal
        UnitaMisura ? ascii10
        DataInizioPeriodo ? day
        DataFinePeriodo ? day
        PrezzoUnitario 1 decimal
        ScontoMaggiorazione *
          {discount}
        PrezzoTotale 1 decimal
        AliquotaIVA 1 percent
        Ritenuta ? SI
        Natura ? {nature}
        RiferimentoAmministrazione ? ascii20
        AltriDatiGestionali *
          TipoDato 1 ascii10
          RiferimentoTesto ? latin60
          RiferimentoNumero ? decimal
          RiferimentoData ? day
      DatiRiepilogo +
        AliquotaIVA 1 percent
        Natura ? {nature}
        SpeseAccessorie ? cents
        Arrotondamento ? decimal
        ImponibileImporto 1 cents
        Imposta 1 cents
        EsigibilitaIVA ? D|I|S
        RiferimentoNormativo ? latin100
    DatiVeicoli ? any
    DatiPagamento *
      CondizioniPagamento 1 TP01|TP02|TP03
      DettaglioPagamento +
        Beneficiario ? latin200
        ModalitaPagamento 1 {payments}
        DataRiferimentoTerminiPagamento ? day
        GiorniTerminiPagamento ? whole
        DataScadenzaPagamento ? day
        ImportoPagamento 1 cents
        CodUfficioPostale ? ascii20
        CognomeQuietanzante ? latin60
        NomeQuietanzante ? latin60
        CFQuietanzante ? fiscal
        TitoloQuietanzante ? ascii2-10
        IstitutoFinanziario ? latin80
        IBAN ? iban
        ABI ? postcode
        CAB ? postcode
        BIC ? bic
        ScontoPagamentoAnticipato ? cents
        DataLimitePagamentoAnticipato ? day
        PenalitaPagamentiRitardati ? cents
        DataDecorrenzaPenale ? day
        CodicePagamento ? ascii60
    Allegati *
      NomeAttachment 1 latin60
      AlgoritmoCompressione ? ascii10
      FormatoAttachment ? ascii10
      DescrizioneAttachment ? latin100
      Attachment 1 any
  Signature ? any
"""
_PARTS = {
    "id": _ID, "name": _NAME, "place": _PLACE, "reference": _REFERENCE, "discount": _DISCOUNT, "nature": NATURE,
    "kinds": KINDS, "payments": PAYMENTS, "regimes": REGIMES,
}  # fmt: skip


def _unfolded() -> str:
    """Return the table with its repeated parts set in at their depth."""
    rows = []
    for row in TABLE.splitlines():
        name = row.strip().strip("{}")
        if row.strip() == f"{{{name}}}":
            lead = row[: len(row) - len(row.lstrip())]
            rows += [lead + part for part in _PARTS[name].splitlines()]
        else:
            rows.append(row.format_map(_PARTS))
    return "\n".join(rows)


@cache
def fattura() -> Element:
    """Return the structure of a FatturaPA document."""
    return structure(_unfolded())
