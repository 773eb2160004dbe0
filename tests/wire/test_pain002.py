"""pain.002: what the bank rejected of a file of payments."""

from __future__ import annotations

import io

import pytest

from fairdue.cash.formats.pain002 import Level, read_statuses
from fairdue.core.findings import RefusedError

TX = (
    "<TxInfAndSts><OrgnlInstrId>I-1</OrgnlInstrId><OrgnlEndToEndId>{e2e}</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
    "<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn><AddtlInf>wrong</AddtlInf><AddtlInf>account</AddtlInf></StsRsnInf>"
    '<OrgnlTxRef><Amt><InstdAmt Ccy="EUR">119.00</InstdAmt></Amt>'
    "<MndtRltdInf><MndtId>M-1</MndtId></MndtRltdInf></OrgnlTxRef></TxInfAndSts>"
)


def pain(*payments, version=3, group="", batch="") -> bytes:
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version:02d}"><CstmrPmtStsRpt><GrpHdr/>\n'
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>MSG-1</OrgnlMsgId>{group}</OrgnlGrpInfAndSts>\n"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>BATCH-1</OrgnlPmtInfId>{batch}{''.join(payments)}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def statuses(content):
    return list(read_statuses(io.BytesIO(content)))


@pytest.mark.parametrize("version", [2, 3, 8, 10, 14])
def test_a_rejected_payment_names_itself_and_the_reason(version):
    (one,) = statuses(pain(TX.format(e2e="DD-1"), version=version))
    assert (one.level, one.status, one.rejected, one.reason, one.sentence) == (
        Level.PAYMENT, "RJCT", True, "AC01", "wrong account",
    )  # fmt: skip
    assert (one.end_to_end_id, one.instruction_id, one.mandate_id) == ("DD-1", "I-1", "M-1")
    assert (one.message_id, one.batch_id, one.amount, one.currency) == ("MSG-1", "BATCH-1", 11900, "EUR")
    assert one.source_line == 3


def test_every_payment_of_a_long_file_is_read():
    found = statuses(pain(*(TX.format(e2e=f"DD-{at}") for at in range(500))))
    assert [one.end_to_end_id for one in found] == [f"DD-{at}" for at in range(500)]
    assert {one.batch_id for one in found} == {"BATCH-1"}


def test_a_rejected_group_or_batch_is_one_answer():
    reason = "<StsRsnInf><Rsn><Prtry>X9</Prtry></Rsn></StsRsnInf>"
    found = statuses(pain(group=f"<GrpSts>RJCT</GrpSts>{reason}", batch="<PmtInfSts>ACCP</PmtInfSts>"))
    assert [(one.level, one.status, one.reason, one.rejected) for one in found] == [
        (Level.GROUP, "RJCT", "X9", True),
        (Level.BATCH, "ACCP", "", False),
    ]


def test_a_statement_is_sent_to_where_statements_go():
    content = pain(TX.format(e2e="x")).replace(b"pain.002.001", b"camt.053.001")
    with pytest.raises(RefusedError) as refusal:
        statuses(content)
    said = refusal.value.findings[0].message
    assert said.startswith("The file is no answer of the bank (pain.002) but camt.053.001.")
    assert said.endswith("It is a bank statement: import it under Statements.")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (pain(TX.format(e2e="x")).replace(b"pain.002", b"pain.001"), "pain002.other_document"),
        (pain(TX.format(e2e="x"), version=1), "pain002.version"),
        (pain(TX.format(e2e="x")).replace(b"119.00", b"x"), "pain002.unreadable"),
        (pain("<TxInfAndSts/>"), "pain002.unreadable"),
        (pain(TX.format(e2e="x"))[:-30], "xml.broken"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + pain(TX.format(e2e="&b;")), "xml.doctype"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"/>', "pain002.nothing"),
    ],
)
def test_what_is_none_is_refused(content, code):
    with pytest.raises(RefusedError) as refusal:
        statuses(content)
    assert refusal.value.findings[0].code == code
