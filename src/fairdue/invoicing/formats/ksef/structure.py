"""The part of KSeF FA(3) that we write and read, as our own table.

Source: Ministerstwo Finansów, FA(3) v1-0E, http://crd.gov.pl/wzor/2025/06/25/13775/. What a document holds
beyond this part is not judged here and is said to be so; the official schema, once imported, judges all.
"""

from __future__ import annotations

from functools import cache

from fairdue.invoicing.formats.structure import Element, structure

SOURCE = "KSeF FA(3) 1-0E"
TABLE = """
Faktura 1
  Naglowek 1
    KodFormularza 1 FA
    WariantFormularza 1 3
    DataWytworzeniaFa 1 moment
    SystemInfo ? text256
  Podmiot1 1
    PrefiksPodatnika ? country
    NrEORI ? text256
    DaneIdentyfikacyjne 1
      NIP 1 nip
      Nazwa 1 text512
    Adres 1
      KodKraju 1 country
      AdresL1 1 text512
      AdresL2 ? text512
      GLN ? text13
    AdresKoresp ? any
    DaneKontaktowe *
      Email ? text3-255
      Telefon ? text16
    StatusInfoPodatnika ? 1|2|3|4
  Podmiot2 1
    NrEORI ? text256
    DaneIdentyfikacyjne 1
      NIP ? nip
      KodUE ? country
      NrVatUE ? text12
      KodKraju ? country
      NrID ? text50
      BrakID ? 1
      Nazwa ? text512
    Adres ?
      KodKraju 1 country
      AdresL1 1 text512
      AdresL2 ? text512
      GLN ? text13
    AdresKoresp ? any
    DaneKontaktowe *
      Email ? text3-255
      Telefon ? text16
    NrKlienta ? text256
    IDNabywcy ? text32
    JST 1 1|2
    GV 1 1|2
  Podmiot3 * any
  PodmiotUpowazniony ? any
  Fa 1
    KodWaluty 1 currency
    P_1 1 day
    P_1M ? text256
    P_2 1 text256
    WZ * text256
    P_6 ? day
    OkresFa ?
      P_6_Od 1 day
      P_6_Do 1 day
    P_13_1 ? amount
    P_14_1 ? amount
    P_14_1W ? amount
    P_13_2 ? amount
    P_14_2 ? amount
    P_14_2W ? amount
    P_13_3 ? amount
    P_14_3 ? amount
    P_14_3W ? amount
    P_13_4 ? amount
    P_14_4 ? amount
    P_14_4W ? amount
    P_13_5 ? amount
    P_14_5 ? amount
    P_13_6_1 ? amount
    P_13_6_2 ? amount
    P_13_6_3 ? amount
    P_13_7 ? amount
    P_13_8 ? amount
    P_13_9 ? amount
    P_13_10 ? amount
    P_13_11 ? amount
    P_15 1 amount
    KursWalutyZ ? measure
    Adnotacje 1
      P_16 1 1|2
      P_17 1 1|2
      P_18 1 1|2
      P_18A 1 1|2
      Zwolnienie 1
        P_19 ? 1
        P_19A ? text256
        P_19B ? text256
        P_19C ? text256
        P_19N ? 1
      NoweSrodkiTransportu 1 any
      P_23 1 1|2
      PMarzy 1 any
    RodzajFaktury 1 VAT|KOR|ZAL|ROZ|UPR|KOR_ZAL|KOR_ROZ
    PrzyczynaKorekty ? text256
    TypKorekty ? 1|2|3
    DaneFaKorygowanej *
      DataWystFaKorygowanej 1 day
      NrFaKorygowanej 1 text256
      NrKSeF ? 1
      NrKSeFFaKorygowanej ? text35-36
      NrKSeFN ? 1
    OkresFaKorygowanej ? text256
    NrFaKorygowany ? text256
    Podmiot1K ? any
    Podmiot2K * any
    P_15ZK ? amount
    KursWalutyZK ? measure
    ZaliczkaCzesciowa *
      P_6Z 1 day
      P_15Z 1 amount
      KursWalutyZW ? measure
    FP ? 1
    TP ? 1
    DodatkowyOpis *
      NrWiersza ? whole
      Klucz 1 text256
      Wartosc 1 text256
    FakturaZaliczkowa *
      NrKSeFZN ? 1
      NrFaZaliczkowej ? text256
      NrKSeFFaZaliczkowej ? text35-36
    ZwrotAkcyzy ? 1
    FaWiersz *
      NrWierszaFa 1 whole
      UU_ID ? text50
      P_6A ? day
      P_7 ? text512
      Indeks ? text50
      GTIN ? text20
      PKWiU ? text50
      CN ? text50
      PKOB ? text50
      P_8A ? text256
      P_8B ? measure
      P_9A ? price
      P_9B ? price
      P_10 ? price
      P_11 ? amount
      P_11A ? amount
      P_11Vat ? amount
      P_12 ? rate
      P_12_XII ? measure
      P_12_Zal_15 ? 1
      KwotaAkcyzy ? amount
      GTU ? text6
      Procedura ? text20
      KursWaluty ? measure
      StanPrzed ? 1
    Rozliczenie ?
      Obciazenia *
        Kwota 1 amount
        Powod 1 text256
      SumaObciazen ? amount
      Odliczenia *
        Kwota 1 amount
        Powod 1 text256
      SumaOdliczen ? amount
      DoZaplaty ? amount
      DoRozliczenia ? amount
    Platnosc ?
      Zaplacono ? 1
      DataZaplaty ? day
      ZnacznikZaplatyCzesciowej ? 1|2
      ZaplataCzesciowa * any
      TerminPlatnosci *
        Termin ? day
        TerminOpis ? any
      FormaPlatnosci ? 1|2|3|4|5|6|7
      PlatnoscInna ? 1
      OpisPlatnosci ? text256
      RachunekBankowy *
        NrRB 1 text10-34
        SWIFT ? text8-11
        RachunekWlasnyBanku ? 1|2|3
        NazwaBanku ? text256
        OpisRachunku ? text256
      RachunekBankowyFaktora * any
      Skonto ?
        WarunkiSkonta 1 text256
        WysokoscSkonta 1 text256
      LinkDoPlatnosci ? text512
      IPKSeF ? text13
    WarunkiTransakcji ?
      Umowy *
        DataUmowy ? day
        NrUmowy ? text256
      Zamowienia *
        DataZamowienia ? day
        NrZamowienia ? text256
      NrPartiiTowaru * text256
      WarunkiDostawy ? text256
      KursUmowny ? measure
      WalutaUmowna ? currency
      Transport * any
      PodmiotPosredniczacy ? 1
    Zamowienie ?
      WartoscZamowienia 1 amount
      ZamowienieWiersz +
        NrWierszaZam 1 whole
        UU_IDZ ? text50
        P_7Z ? text512
        IndeksZ ? text50
        GTINZ ? text20
        PKWiUZ ? text50
        CNZ ? text50
        PKOBZ ? text50
        P_8AZ ? text256
        P_8BZ ? measure
        P_9AZ ? price
        P_11NettoZ ? amount
        P_11VatZ ? amount
        P_12Z ? rate
        P_12Z_XII ? measure
        P_12Z_Zal_15 ? 1
        GTUZ ? text6
        ProceduraZ ? text20
        KwotaAkcyzyZ ? amount
        StanPrzedZ ? 1
  Stopka ? any
  Zalacznik ? any
"""


@cache
def faktura() -> Element:
    """Return the structure of an FA(3) document."""
    return structure(TABLE)
