"""CSV exports of banks without a profile: days, marks, signs and currencies where they can be read in one way only."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from fairdue.cash.formats import Line, read
from fairdue.core.findings import Finding


def lines(text: str, encoding: str = "utf-8") -> list[Line]:
    return [event for event in read(io.BytesIO(text.encode(encoding))) if isinstance(event, Line)]


def findings(text: str) -> list[str]:
    return [event.message for event in read(io.BytesIO(text.encode())) if isinstance(event, Finding)]


@pytest.mark.parametrize(
    ("header", "row", "amount", "currency", "day"),
    [
        (
            '"Datum","Naam / Omschrijving","Rekening","Tegenrekening","Af Bij","Bedrag (EUR)","Mededelingen"',
            '"20260302","Jansen BV","NL69INGB0123456789","NL32INGB0000012345","Af","119,00","Factuur"',
            -11900, "EUR", 2,
        ),
        ("Date;Libellé;Montant;Devise", "28/02/2026;VIR DUPUIS;119,00;EUR", 11900, "EUR", 28),
        ("Data contabile;Descrizione;Accrediti;Addebiti;Divisa", "28/02/2026;BONIFICO;119,00;;EUR", 11900, "EUR", 28),
        ("FECHA OPERACIÓN;CONCEPTO;IMPORTE EUR;SALDO", "28/02/2026;TRANSFERENCIA;119,00;1.119,00", 11900, "EUR", 28),
        ("#Data operacji;#Opis operacji;#Kwota;#Waluta", "2026-03-02;PRZELEW;119,00;PLN", 11900, "PLN", 2),
        ("Buchungsdatum;Avisierungstext;Gutschrift in CHF;Lastschrift in CHF", "02.03.2026;G;119.00;", 11900, "CHF", 2),
        ("Date,Amount,Currency,Description", "02-28-2026,119.00,USD,ACME", 11900, "USD", 28),
    ],
)  # fmt: skip
def test_a_bank_is_read_without_a_profile(header, row, amount, currency, day):
    (line,) = lines(f"{header}\n{row}\n")
    assert (line.amount, line.currency, line.booked_on.day) == (amount, currency, day)


def test_a_day_that_can_be_read_in_two_ways_is_not_guessed():
    text = "Date;Montant;Devise\n03/04/2026;119,00;EUR\n"
    assert lines(text) == []
    assert "'03/04/2026' is no date like 2026-12-31" in findings(text)[-1]
    told = lines(f"{text}28/04/2026;5,00;EUR\n")
    assert [line.booked_on for line in told] == [dt.date(2026, 4, 3), dt.date(2026, 4, 28)]


def test_a_sign_that_nobody_knows_is_a_finding():
    text = "Date,Amount,Currency,D/C\n2026-03-02,119.00,EUR,X\n2026-03-02,119.00,EUR,D\n"
    assert [line.amount for line in lines(text)] == [-11900]
    assert "'x' does not say whether money came or went" in findings(text)[-1]


def test_a_table_in_utf_16_is_read():
    (line,) = lines("Buchungstag;Betrag;Währung;Verwendungszweck\n02.03.2026;1.119,00;EUR;Müller\n", "utf-16")
    assert (line.amount, line.remittance) == (111900, ("Müller",))


def test_a_file_that_names_no_currency_is_in_that_of_the_account():
    text = "Posting Date,Description,Amount,Balance\n02/28/2026,ACME,119.00,1119.00\n"
    (line,) = lines(text)
    assert (line.amount, line.currency) == (11900, "")
    assert "The file names no currency; the amounts are in that of the account." in findings(text)
