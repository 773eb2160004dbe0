from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.wire.camt_files import ACCOUNT, Detail, Ntry, Stmt, camt, events, findings, heads, lines, tails

from fairdue.cash.formats import LineKind, LineStatus, Reference
from fairdue.cash.formats.remittance import of_line
from fairdue.core.findings import RefusedError, Severity
from fairdue.core.money import decimal_of

VERSIONS = (2, 4, 8, 13, 14)
SCOR = (
    "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>RF18 5390 0754 7034</Ref></CdtrRefInf></Strd>"
)
QRR = (
    "<Strd><CdtrRefInf><Tp><CdOrPrtry><Prtry>QRR</Prtry></CdOrPrtry></Tp>"
    "<Ref>210000000003139471430009017</Ref></CdtrRefInf><AddtlRmtInf>Rechnung 17</AddtlRmtInf></Strd>"
)


def paid(amount: str = "119.00", **given) -> Ntry:
    return Ntry(amount, details=(Detail(amount, **given),))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_tells_who_paid_what_for_what(version):
    entry = Ntry(
        "119.00",
        reference="BANK-1",
        details=(
            Detail(
                "119.00",
                text=("RE-2026-04711", "vom 1.3."),
                structured=SCOR,
                ultimate="Tochter AG",
                end_to_end="E2E-7",
                extra_refs="<MndtId>MANDATE-9</MndtId>",
            ),
        ),
    )
    (line,) = lines(camt(version, Stmt((entry,), closing="1119.00")))
    assert (line.amount, line.currency, line.account) == (11900, "EUR", ACCOUNT)
    assert (line.party.name, line.party.account) == ("Muster GmbH", "DE02500105170137075030")
    assert line.on_behalf_of.name == "Tochter AG"
    assert line.remittance == ("RE-2026-04711", "vom 1.3.")
    assert line.references == (Reference("SCOR", "RF18539007547034"),)
    assert (line.end_to_end_id, line.mandate_id, line.bank_reference) == ("E2E-7", "MANDATE-9", "BANK-1")
    assert (line.booked_on, line.status, line.kind) == (
        dt.date(2026, 3, 2),
        LineStatus.BOOKED,
        LineKind.ENTRY,
    )
    assert line.transaction_code == "PMNT-RCDT-ESCT"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_batch_becomes_one_line_for_each_payment(version):
    details = (Detail("100.00", name="A"), Detail("50.00", name="B"))
    content = camt(version, Stmt((Ntry("150.00", details=details),), closing="1150.00"))
    assert [(line.amount, line.party.name, line.kind, line.detail) for line in lines(content)] == [
        (10000, "A", LineKind.DETAIL, 1),
        (5000, "B", LineKind.DETAIL, 2),
    ]
    assert findings(content) == []
    assert tails(content)[0].complete


def test_a_batch_that_does_not_add_up_goes_in_whole_with_every_text():
    details = (Detail("100.00", text=("RE-1",), structured=SCOR), Detail("60.00", text=("RE-2",)))
    content = camt(8, Stmt((Ntry("150.00", details=details),), closing="1150.00"))
    (line,) = lines(content)
    assert (line.amount, line.remittance, line.kind) == (15000, ("RE-1", "RE-2"), LineKind.ENTRY)
    assert line.references == (Reference("SCOR", "RF18539007547034"),)
    (finding,) = findings(content)
    assert finding.code == "camt.entry.details"
    assert "entry 1, line 3" in finding.path
    assert "together 160.00 EUR and the entry is 150.00 EUR" in finding.message


def test_a_batch_with_its_total_on_each_payment_is_not_multiplied():
    details = (Detail("150.00"), Detail("150.00"))
    content = camt(2, Stmt((Ntry("150.00", details=details),), closing="1150.00"))
    assert [line.amount for line in lines(content)] == [15000]


def test_charges_of_each_payment_explain_a_batch():
    details = (Detail("100.00", charge="1.50"), Detail("50.00"))
    content = camt(4, Stmt((Ntry("148.50", details=details),), closing="1148.50"))
    assert [(line.amount, line.charges) for line in lines(content)] == [(9850, 150), (5000, 0)]
    assert findings(content) == []


def test_a_charge_on_the_batch_is_a_line_of_its_own():
    details = (Detail("1000.00"), Detail("500.00"))
    content = camt(4, Stmt((Ntry("1474.00", details=details, charge="26.00"),), closing="2474.00"))
    assert [(line.amount, line.kind) for line in lines(content)] == [
        (100000, LineKind.DETAIL),
        (50000, LineKind.DETAIL),
        (-2600, LineKind.CHARGE),
    ]


@pytest.mark.parametrize("version", [2, 4, 8])
def test_a_charge_explains_a_single_payment(version):
    entry = Ntry("1474.00", details=(Detail("1500.00", charge="26.00"),))
    content = camt(version, Stmt((entry,), closing="2474.00"))
    (line,) = lines(content)
    assert (line.amount, line.charges) == (147400, 2600)
    assert findings(content) == []


def test_a_single_payment_that_states_another_amount_is_named_and_the_entry_counts():
    content = camt(8, Stmt((Ntry("150.00", details=(Detail("100.00"),)),), closing="1150.00"))
    assert [line.amount for line in lines(content)] == [15000]
    assert "states 100.00 EUR and the entry 150.00 EUR" in findings(content)[0].message


def test_a_foreign_amount_is_told_and_never_taken_for_account_money():
    detail = Detail("125.00", currency="USD", place="TxAmt", instructed=("125.00", "USD"))
    content = camt(8, Stmt((Ntry("115.30", details=(detail,)),), closing="1115.30"))
    (line,) = lines(content)
    assert (line.amount, line.currency) == (11530, "EUR")
    assert (line.instructed_amount, line.instructed_currency) == (12500, "USD")


def test_foreign_payments_of_a_batch_stay_one_line():
    details = (Detail("100.00", currency="USD"), Detail("50.00"))
    content = camt(8, Stmt((Ntry("150.00", details=details),), closing="1150.00"))
    assert [line.amount for line in lines(content)] == [15000]
    assert "not all in the account's currency" in findings(content)[0].message


@pytest.mark.parametrize("place", ["CntrValAmt", "InstdAmt"])
def test_a_batch_may_state_its_amounts_in_other_places(place):
    inside = '<AmtDtls><{0}><Amt Ccy="EUR">{1}</Amt></{0}></AmtDtls>'
    details = (Detail(extra=inside.format(place, "100.00")), Detail(extra=inside.format(place, "50.00")))
    assert [line.amount for line in lines(camt(8, Stmt((Ntry("150.00", details=details),))))] == [10000, 5000]


@pytest.mark.parametrize(("status", "means"), [("PDNG", "pending"), ("INFO", "information"), ("FUTR", "pending")])
@pytest.mark.parametrize("version", [2, 8])
def test_only_booked_entries_count(version, status, means):
    content = camt(version, Stmt((paid("50.00"), Ntry("70.00", status=status)), closing="1050.00"))
    assert [line.status for line in lines(content)] == [LineStatus.BOOKED, LineStatus(means)]
    (finding,) = findings(content)
    assert (finding.code, finding.severity) == ("camt.entry.not_booked", Severity.INFO)
    (tail,) = tails(content)
    assert (tail.entries, tail.booked, tail.held_back, tail.complete) == (2, 5000, 1, True)


@pytest.mark.parametrize("version", [2, 8])
def test_a_returned_direct_debit_names_the_debtor_and_the_code(version):
    detail = Detail("80.00", returned="AM04", name="Bad Payer", end_to_end="DD-1")
    entry = Ntry("80.00", sign="DBIT", reversal=True, details=(detail,))
    (line,) = lines(camt(version, Stmt((entry,), closing="920.00")))
    assert (line.amount, line.reversal, line.return_code, line.return_reason) == (-8000, True, "AM04", "why")
    assert (line.party.name, line.end_to_end_id) == ("Bad Payer", "DD-1")


def test_money_out_names_the_creditor():
    detail = Detail("80.00", role="Cdtr", name="Supplier", place="TxAmt")
    (line,) = lines(camt(8, Stmt((Ntry("80.00", sign="DBIT", details=(detail,)),), closing="920.00")))
    assert (line.amount, line.party.name) == (-8000, "Supplier")


def test_an_entry_without_details_is_its_own_line():
    entry = Ntry("5.00", sign="DBIT", extra="<AddtlNtryInf>Fee March</AddtlNtryInf>")
    (line,) = lines(camt(8, Stmt((entry,), closing="995.00")))
    assert (line.amount, line.information, line.detail) == (-500, "Fee March", 0)


def test_swiss_references_and_further_information_are_read():
    (line,) = lines(camt(8, Stmt((paid(structured=QRR),))))
    assert line.references == (Reference("QRR", "210000000003139471430009017"),)
    assert line.remittance == ("Rechnung 17",)


def test_named_documents_are_read_with_their_amounts():
    named = (
        "<Strd><RfrdDocInf><Tp><CdOrPrtry><Cd>CINV</Cd></CdOrPrtry></Tp><Nb>RE-1</Nb></RfrdDocInf>"
        '<RfrdDocAmt><RmtdAmt Ccy="EUR">100.00</RmtdAmt></RfrdDocAmt></Strd>'
        "<Strd><RfrdDocInf><Nb>RE-2</Nb></RfrdDocInf><RfrdDocInf><Nb>RE-3</Nb></RfrdDocInf>"
        '<RfrdDocAmt><RmtdAmt Ccy="EUR">19.00</RmtdAmt></RfrdDocAmt></Strd>'
    )
    (line,) = lines(camt(8, Stmt((paid(structured=named),))))
    assert [(document.number, document.kind, document.amount) for document in line.documents] == [
        ("RE-1", "CINV", 10000),
        ("RE-2", "", None),
        ("RE-3", "", None),
    ]


def test_an_invoice_list_inside_a_payment_is_an_advice():
    def document(kind, number, tag, amount):
        inside = f"<RfrdDocInf><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Nb>{number}</Nb></RfrdDocInf>"
        return f'<Strd>{inside}<RfrdDocAmt><{tag} Ccy="EUR">{amount}</{tag}></RfrdDocAmt></Strd>'

    named = document("CINV", "RE-1", "RmtdAmt", "129.00") + document("CREN", "GS-2", "CdtNoteAmt", "10.00")
    (line,) = lines(camt(8, Stmt((paid(structured=named),))))
    advice = of_line(line)
    assert [(one.number, one.net, one.kind) for one in advice.lines] == [
        ("RE-1", 12900, "invoice"),
        ("GS-2", -1000, "credit_note"),
    ]
    assert (advice.total, advice.complete, advice.payer.name) == (11900, True, "Muster GmbH")
    assert of_line(line._replace(documents=())) is None


def test_a_closing_balance_that_does_not_follow_is_an_error():
    content = camt(8, Stmt((paid("119.00"),), closing="1119.01"))
    (finding,) = findings(content)
    assert (finding.code, finding.severity) == ("camt.balance.mismatch", Severity.ERROR)
    said = "opening 1000.00 EUR + booked entries 119.00 EUR is not closing 1119.01 EUR; 0.01 EUR is unexplained"
    assert said in finding.message
    assert not tails(content)[0].complete


def test_an_overdrawn_account_adds_up():
    content = camt(8, Stmt((paid("119.00"),), opening="-200.00", closing="-81.00"))
    assert heads(content)[0].opening == -20000
    assert tails(content)[0].complete


def test_without_closing_balance_nothing_is_called_complete():
    content = camt(8, Stmt((paid(),)))
    assert [finding.code for finding in findings(content)] == ["camt.balance.missing"]
    assert not tails(content)[0].complete


def test_a_missing_entry_shows_by_the_announced_number():
    content = camt(8, Stmt((paid("119.00"),), closing="1119.00", announced=2))
    assert [finding.code for finding in findings(content)] == ["camt.summary.entries"]
    assert findings(camt(8, Stmt((paid("119.00"),), closing="1119.00", announced=1))) == []


def test_several_statements_come_one_after_the_other():
    first = Stmt((paid("10.00"),), closing="1010.00", name="1")
    second = Stmt(
        (paid("20.00"),),
        opening="1010.00",
        closing="1030.00",
        name="2",
        account="FR7630006000011234567890189",
    )
    content = camt(8, first, second)
    assert [type(event).__name__ for event in events(content)] == [
        "StatementHead",
        "Line",
        "StatementTail",
    ] * 2
    assert [line.account[:2] for line in lines(content)] == ["DE", "FR"]
    assert [tail.complete for tail in tails(content)] == [True, True]


def test_an_empty_statement_has_a_head_and_a_tail():
    content = camt(8, Stmt((), closing="1000.00"))
    assert [type(event).__name__ for event in events(content)] == ["StatementHead", "StatementTail"]
    assert tails(content)[0].complete


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (('Ccy="EUR">119.00', 'Ccy="EUR">119.005'), "camt.entry.unreadable"),
        (('Ccy="EUR">119.00', 'Ccy="EUR">1e2'), "camt.entry.unreadable"),
        (('Ccy="EUR">119.00', 'Ccy="EUR">-119.00'), "camt.entry.unreadable"),
        (('Ccy="EUR">119.00', 'Ccy="XXQ">119.00'), "camt.entry.unreadable"),
        (("<CdtDbtInd>CRDT</CdtDbtInd><Sts>", "<CdtDbtInd>PLUS</CdtDbtInd><Sts>"), "camt.entry.unreadable"),
        (("<Sts><Cd>BOOK</Cd></Sts>", "<Sts></Sts>"), "camt.entry.unreadable"),
        (("<BookgDt><Dt>2026-03-02", "<BookgDt><Dt>2026-02-30"), "camt.entry.unreadable"),
        (("<Ccy>EUR</Ccy>", "<Ccy>CHF</Ccy>"), "camt.entry.currency"),
        (("<Acct><Id><IBAN>DE02120300000000202051</IBAN></Id>", "<Acct>"), "camt.account.missing"),
        (('<Amt Ccy="EUR">1000.00', '<Amt Ccy="USD">1000.00'), "camt.balance.currencies"),
        (('<Amt Ccy="EUR">1000.00', '<Amt Ccy="EUR">many'), "camt.balance.unreadable"),
        (("<Dt><Dt>2026-03-02</Dt></Dt></Bal>", "<Dt><Dt>soon</Dt></Dt></Bal>"), "camt.balance.unreadable"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_and_never_becomes_zero(change, code):
    content = camt(8, Stmt((paid("119.00"), paid("1.00")), closing="1120.00")).decode()
    assert change[0] in content
    broken = content.replace(*change, 1).encode()
    assert code in {finding.code for finding in findings(broken)}
    assert not tails(broken)[0].complete
    assert all(line.amount for line in lines(broken))


def test_an_unreadable_entry_leaves_its_neighbours():
    content = camt(8, Stmt((paid("119.00"), paid("1.00")), closing="1120.00")).replace(b">119.00", b">x", 1)
    assert [line.amount for line in lines(content)] == [100]
    assert findings(content)[0].path == "statement 1, entry 1, line 3"


def test_a_copy_of_a_statement_has_the_same_keys():
    entries = (paid("119.00"), paid("20.00", text=("x",)), Ntry("5.00", reference="BANK-5"))
    once = camt(8, Stmt(entries, closing="1144.00", name="first export"))
    again = camt(4, Stmt(entries, closing="1144.00", name="second export"))
    assert [line.key for line in lines(once)] == [line.key for line in lines(again)]


def test_true_twins_stay_two():
    content = camt(8, Stmt((paid("119.00"), paid("119.00")), closing="1238.00"))
    first, second = (line.key for line in lines(content))
    assert first != second
    assert (first[-2:], second[-2:]) == ("-1", "-2")


def test_twins_on_two_statements_of_one_day_stay_two_without_a_bank_reference():
    morning = Stmt((paid("119.00"),), opening="0.00", closing="119.00")
    evening = Stmt((paid("119.00"),), opening="119.00", closing="238.00")
    keys = {line.key for line in lines(camt(8, morning, evening))}
    assert len(keys) == 2


def test_with_a_bank_reference_overlapping_statements_share_keys():
    entry = Ntry("119.00", reference="BANK-1", details=(Detail("119.00"),))
    part = Stmt((entry,), opening="0.00", closing="119.00")
    whole = Stmt((entry, paid("1.00")), opening="0.00", closing="120.00")
    assert lines(camt(8, part))[0].key == lines(camt(8, whole))[0].key


@given(st.lists(st.integers(1, 10**9), max_size=12), st.sampled_from(VERSIONS))
def test_the_lines_of_any_statement_are_its_movement(amounts, version):
    entries = tuple(paid(f"{amount // 100}.{amount % 100:02d}") for amount in amounts)
    total = 100000 + sum(amounts)
    content = camt(version, Stmt(entries, closing=f"{total // 100}.{total % 100:02d}"))
    assert [line.amount for line in lines(content)] == amounts
    assert tails(content)[0].complete


@given(st.lists(st.integers(1, 10**7), min_size=2, max_size=8), st.integers(-50, 50))
def test_a_batch_always_becomes_lines_of_exactly_its_amount(parts, off):
    total = max(1, sum(parts) + off)
    details = tuple(Detail(f"{part // 100}.{part % 100:02d}") for part in parts)
    content = camt(8, Stmt((Ntry(f"{total // 100}.{total % 100:02d}", details=details),)))
    assert sum(line.amount for line in lines(content)) == total
    assert (len(lines(content)) == len(parts)) is (total == sum(parts))


@pytest.mark.parametrize(
    ("namespace", "code"),
    [
        ("camt.056.001.08", "camt.not_a_statement"),
        ("pain.001.001.09", "camt.other_document"),
        ("camt.053.001.99", "camt.version"),
        ("camt.053.001.01", "camt.version"),
        ("camt.053.xyz", "camt.other_document"),
        ("camt.053.001.08:APC:STUZZA:payments:003", "camt.other_document"),
    ],
)
def test_other_messages_are_refused(namespace, code):
    content = camt(8, Stmt((paid(),))).replace(b"camt.053.001.08", namespace.encode())
    with pytest.raises(RefusedError) as refusal:
        events(content)
    assert refusal.value.findings[0].code == code


def in_envelope(*messages: bytes) -> bytes:
    head = "<AppHdr xmlns='urn:iso:std:iso:20022:tech:xsd:head.001.001.03'><BizMsgIdr>B1</BizMsgIdr></AppHdr>"
    inside = b"".join(head.encode() + message.partition(b"?>\n")[2] for message in messages)
    return b"<?xml version='1.0' encoding='UTF-8'?>\n<BizMsgEnvlp>" + inside + b"</BizMsgEnvlp>"


def test_the_old_namespace_of_austrian_banks_is_the_same_message():
    content = camt(2, Stmt((paid("12.00"),)))
    austrian = content.replace(
        b"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02", b"ISO:camt.053.001.02:APC:STUZZA:payments:003"
    )
    assert austrian != content
    assert events(austrian) == events(content)


def test_a_bank_s_envelope_around_messages_is_passed_over():
    one, other = camt(8, Stmt((paid("12.00"),), name="1")), camt(2, Stmt((paid("30.00"),), name="2"))
    assert events(in_envelope(one)) == events(one)
    both = in_envelope(one, other)
    assert [line.amount for line in lines(both)] == [1200, 3000]
    assert [(head.format, head.statement_id) for head in heads(both)] == [
        ("camt.053.001.08", "1"),
        ("camt.053.001.02", "2"),
    ]


def test_an_envelope_with_another_message_beside_the_statement_is_refused():
    other = camt(8, Stmt((paid(),))).replace(b"camt.053.001.08", b"pain.002.001.03")
    with pytest.raises(RefusedError, match=r"pain\.002"):
        events(in_envelope(camt(8, Stmt((paid(),))), other))


def test_a_message_without_statement_is_refused():
    with pytest.raises(RefusedError, match="contains no statement"):
        events(camt(8))


PAGE = (Path(__file__).parents[2] / "docs/rules/bank-statements.md").read_text(encoding="utf-8")
WORKED = [
    [cell.strip() for cell in row.strip("|").split("|")]
    for row in PAGE.split("| entry | payments | charges | lines |\n|---|---|---|---|\n")[1]
    .split("\n\n")[0]
    .splitlines()
]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("entry", "payments", "charges", "expected"), WORKED)
def test_the_page_says_which_lines_an_entry_becomes(version, entry, payments, charges, expected):
    parts = payments.split()
    taken = charges.split() if charges != "–" else [""] * len(parts)
    details = tuple(
        Detail(amount, charge=charge if charge != "0.00" else "") for amount, charge in zip(parts, taken, strict=True)
    )
    found = lines(camt(version, Stmt((Ntry(entry, details=details),))))
    assert " ".join(str(decimal_of(line.amount, "EUR")) for line in found) == expected
