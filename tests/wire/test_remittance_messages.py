"""Remittance advices that machines write: X12 820, EDIFACT REMADV, UBL."""

from __future__ import annotations

import datetime as dt

import pytest

from fairdue.cash.formats.remittance import read_remittance
from fairdue.core.findings import RefusedError

ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*1200*U*00401*000000001*0*P*>~"
X12 = (
    ISA
    + "GS*RA*S*R*20260302*1200*1*X*004010~ST*820*0001~BPR*C*216.00*C*ACH*CTX*01*091000019*DA*1*123**01*2*DA*9*20260303~"
    "TRN*1*TRACE-9~CUR*PR*USD~N1*PR*ACME INC~N1*PE*SELLER~ENT*1~RMR*IV*INV-4711**98.00*100.00*2.00~REF*PO*77~"
    "DTM*003*20260201~RMR*IV*INV-4712**119.00*119.00~ADX*-19.00*01~RMR*CM*CN-1**-1.00~SE*14*0001~GE*1*1~IEA*1*000000001~"
)


def test_an_820_tells_who_pays_what():
    (one,) = read_remittance(X12.encode(), "advice.edi")
    assert (one.payer.name, one.currency, one.total, one.reference) == ("ACME INC", "USD", 21600, "TRACE-9")
    assert one.paid_on == dt.date(2026, 3, 3)
    assert [
        (line.number, line.gross, line.discount, line.net, line.adjustment, line.reason, line.kind)
        for line in one.lines
    ] == [
        ("INV-4711", 10000, 200, 9800, 0, "", "invoice"),
        ("INV-4712", 11900, 0, 11900, -1900, "01", "invoice"),
        ("CN-1", None, 0, -100, 0, "", "credit_note"),
    ]
    assert one.lines[0].issued_on == dt.date(2026, 2, 1)
    assert one.complete
    assert one.findings == ()


def test_addenda_of_an_ach_payment_are_read_without_an_envelope():
    (one,) = read_remittance(b"RMR*IV*INV-1**100.00*102.00*2.00\\RMR*IV*INV-2**50.00\\", "addenda.txt")
    assert [(line.number, line.net) for line in one.lines] == [("INV-1", 10000), ("INV-2", 5000)]
    assert not one.complete


def test_an_adjustment_that_names_another_document_is_a_line():
    text = X12.replace("ADX*-19.00*01~", "ADX*-1.00*L6*CM*CM-7~").replace("RMR*CM*CN-1**-1.00~", "NTE*GEN*hello~")
    (one,) = read_remittance(text.encode(), "advice.edi")
    assert [(line.number, line.net, line.reason) for line in one.lines][-1] == ("CM-7", -100, "L6")
    assert (one.text, one.complete) == ("hello", True)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("SE*14*", "SE*13*"), "announces 13 segments and contains 14"),
        (("SE*14*0001~GE*1*1~IEA*1*000000001~", ""), "may be cut off"),
        (("ST*820", "ST*810"), "transaction set 810 is no remittance"),
        (("**98.00", "**9x.00"), "segment RMR"),
        (("*20260303", "*20261303"), "is not a day"),
        (("SE*14", "SE*x"), "is not a number"),
    ],
)
def test_an_820_that_is_none_is_refused_with_its_segment(change, sentence):
    assert change[0] in X12
    with pytest.raises(RefusedError, match=sentence):
        read_remittance(X12.replace(*change).encode(), "x.edi")


def test_an_advice_that_does_not_add_up_says_so():
    (one,) = read_remittance(X12.replace("C*216.00", "C*217.00").encode(), "x.edi")
    assert not one.complete
    assert "come to 216.00 USD and the advice states 217.00 USD" in one.findings[0].message


REMADV = (
    "UNA:+.? 'UNB+UNOC:3+S+R+260302:1200+1'UNH+1+REMADV:D:96A:UN'BGM+481+AVIS?+7+9'DTM+137:20260302:102'"
    "DTM+138:20260303:102'NAD+PR+4000001::9++KAUFMANN KG'CUX+2:EUR:11'DOC+380+RE-2026-04711'MOA+77:100.00'MOA+52:2.00'"
    "MOA+12:98.00'DTM+171:20260201:102'DOC+380+RE-2026-04712'MOA+77:119'AJT+8'MOA+165:-19'MOA+12:0'"
    "DOC+381+GS-1'MOA+12:10.00'UNS+S'MOA+12:88.00'UNT+21+1'UNZ+1+1'"
)


def test_a_remadv_tells_who_pays_what():
    (one,) = read_remittance(REMADV.replace("MOA+12:0'", "").replace("UNT+21", "UNT+20").encode(), "advice.edi")
    assert (one.payer.name, one.currency, one.total, one.reference) == ("KAUFMANN KG", "EUR", 8800, "AVIS+7")
    assert one.paid_on == dt.date(2026, 3, 3)
    assert [(line.number, line.gross, line.discount, line.net, line.adjustment, line.reason) for line in one.lines] == [
        ("RE-2026-04711", 10000, 200, 9800, 0, ""),
        ("RE-2026-04712", 11900, 0, None, -1900, "8"),
        ("GS-1", None, 0, -1000, 0, ""),
    ]
    assert one.lines[2].kind == "credit_note"


def test_a_decimal_comma_is_read_by_the_service_string():
    text = REMADV.replace("UNA:+.? '", "UNA:+,? '").replace("98.00", "98,00")
    assert read_remittance(text.encode(), "x")[0].lines[0].net == 9800


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("UNT+21", "UNT+22"), "announces 22 segments and contains 21"),
        (("UNT+21+1'UNZ+1+1'", ""), "not ended"),
        (("UNZ+1+1'", "UNZ+1"), "may be cut off"),
        (("REMADV", "INVOIC"), "INVOIC is no remittance"),
        (("MOA+12:98.00", "MOA+12:x"), "segment MOA"),
    ],
)
def test_a_remadv_that_is_none_is_refused_with_its_segment(change, sentence):
    with pytest.raises(RefusedError, match=sentence):
        read_remittance(REMADV.replace(*change).encode(), "x.edi")


UBL = """<?xml version="1.0" encoding="UTF-8"?>
<RemittanceAdvice xmlns="urn:oasis:names:specification:ubl:schema:xsd:RemittanceAdvice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>RA-1</cbc:ID><cbc:IssueDate>2026-03-02</cbc:IssueDate><cbc:Note>two invoices</cbc:Note>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cbc:TotalPaymentAmount currencyID="EUR">88.00</cbc:TotalPaymentAmount>
<cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>Kaufmann KG</cbc:Name></cac:PartyName></cac:Party>
</cac:AccountingCustomerParty>
<cac:RemittanceAdviceLine><cbc:ID>1</cbc:ID><cbc:DebitLineAmount currencyID="EUR">98.00</cbc:DebitLineAmount>
<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>RE-1</cbc:ID><cbc:IssueDate>2026-02-01</cbc:IssueDate>
</cac:InvoiceDocumentReference></cac:BillingReference></cac:RemittanceAdviceLine>
<cac:RemittanceAdviceLine><cbc:ID>2</cbc:ID><cbc:CreditLineAmount currencyID="EUR">10.00</cbc:CreditLineAmount>
<cac:BillingReference><cac:CreditNoteDocumentReference><cbc:ID>GS-1</cbc:ID></cac:CreditNoteDocumentReference>
</cac:BillingReference></cac:RemittanceAdviceLine>
</RemittanceAdvice>"""


def test_a_ubl_advice_tells_who_pays_what():
    (one,) = read_remittance(UBL.encode(), "advice.xml")
    assert (one.payer.name, one.currency, one.total, one.reference) == ("Kaufmann KG", "EUR", 8800, "RA-1")
    assert [(line.number, line.net, line.kind) for line in one.lines] == [
        ("RE-1", 9800, "invoice"),
        ("GS-1", -1000, "credit_note"),
    ]
    assert (one.paid_on, one.complete, one.text) == (dt.date(2026, 3, 2), True, "two invoices")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (
            UBL.replace("<RemittanceAdvice ", "<!DOCTYPE RemittanceAdvice [<!ENTITY a 'b'>]>\n<RemittanceAdvice "),
            "xml.doctype",
        ),
        (UBL[:-20], "xml.broken"),
        (UBL.replace("98.00", "x"), "ubl.broken"),
        (UBL.replace("2026-02-01", "2026-02-31"), "ubl.broken"),
        (UBL.replace("xsd:RemittanceAdvice-2", "xsd:Other-2"), "ubl.other_document"),
    ],
)
def test_a_ubl_advice_that_is_none_is_refused(content, code):
    with pytest.raises(RefusedError) as refusal:
        read_remittance(content.encode(), "advice.xml")
    assert refusal.value.findings[0].code == code
