"""Credits of whole runs, returns of one collection in them, the bank's answers, and payments that banks ask back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from fairdue.cash.directdebit import selectors as debits
from fairdue.cash.directdebit.answering import read_debit_answers
from fairdue.cash.directdebit.mandates import add_mandate
from fairdue.cash.directdebit.wording import WORDS, language_of, long_day
from fairdue.cash.formats.camt056 import REFUSALS, read_recalls
from fairdue.cash.models import BankLine, CashProposal, CashReturn, DebitAnswer, DebitRun, DirectDebit, Recall
from fairdue.cash.returns import selectors as returns
from fairdue.cash.returns.recalls import import_recalls, link_recall, refuse_recall
from fairdue.cash.returns.settling import settle_returns
from fairdue.core.findings import RefusedError
from fairdue.foundation.approvals import decide, pending
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.files import load, store
from fairdue.foundation.models import Fact
from fairdue.invoicing.documents.words import LANGUAGES
from tests import make
from tests.rooms.cash.conftest import TODAY, entry, lines, matched, open_proposal, verified
from tests.rooms.cash.test_direct_debit import DAY, account_of, answer, due, payer, run_of  # noqa: F401 - a fixture
from tests.rooms.cash.test_returned_money import LATER, back, bring

OTHER = "user:00000000-0000-0000-0000-00000000000c"


def second_customer(payer):  # noqa: F811 - the fixture's value
    other = make.debtor(payer.ctx, payer.creditor, name="Beispiel AG")
    account = account_of(payer.ctx, payer.creditor, other, iban="DE75512108001245126199")
    add_mandate(payer.ctx, debtor=other, account=account, signed_on=TODAY, today=TODAY, reference="M-2")
    books = make.Books(payer.creditor, other)
    return make.item(payer.ctx, books, 5000, number="RE-2026-04712", days=10)


def run_with_two(payer):  # noqa: F811
    first, second = due(payer), second_customer(payer)
    run = DebitRun.objects.get(id=run_of(payer))
    return first, second, run


def credited(payer, run, amount="169.00"):  # noqa: F811
    return matched(payer, entry(amount, f"SEPA-LASTSCHRIFT {run.reference}-1", name="", iban=""))


def test_the_credit_of_a_run_is_spread_over_its_mandates(payer):  # noqa: F811
    with payer.ctx.open():
        first, second, run = run_with_two(payer)
        (line,) = credited(payer, run)
        assert (line.state, make.residual(first), make.residual(second)) == ("applied", 0, 0)
        assert CashProposal.objects.get().reason.startswith(
            f"Our direct debit run {run.reference} of 2 collections names"
        )
        assert verified(payer.ctx) == []


def test_a_credit_that_is_not_the_run_waits_for_a_person_who_is_told_why(payer):  # noqa: F811
    with payer.ctx.open():
        first, _, run = run_with_two(payer)
        (line,) = credited(payer, run, "160.00")
        assert (line.state, make.residual(first)) == ("proposed", 11900)
        assert "169.00 EUR of the run is on its way, and the line is not" in open_proposal(line.id).reason


def test_a_refused_collection_is_not_in_the_credit_of_its_run(payer):  # noqa: F811
    with payer.ctx.open():
        first, second, run = run_with_two(payer)
        refused = DirectDebit.objects.get(item_id=second)
        read_debit_answers(payer.ctx, file=answer(payer, run, (refused.end_to_end_id, "AC04")), today=TODAY)
        credited(payer, run, "119.00")
        assert (make.residual(first), make.residual(second)) == (0, 5000)


def test_one_collection_of_a_run_goes_back_and_the_others_stand(payer):  # noqa: F811
    with payer.ctx.open():
        first, second, run = run_with_two(payer)
        (line,) = credited(payer, run)
        end_to_end = DirectDebit.objects.get(item_id=second).end_to_end_id
        (out,) = bring(payer, back("53.00", "AM04", end_to_end=end_to_end, iban=""))
        (one,) = returns.collections_of(payer.ctx, out.id)
        assert (one.line, sorted(item.number for item in one.items)) == (line.id, ["RE-2026-04711", "RE-2026-04712"])
        (made,) = settle_returns(payer.ctx, today=LATER)
        row = CashReturn.objects.get(id=made)
        assert (row.amount, row.fee, row.evidence) == (5000, 300, "end-to-end id of a collection")
        assert (make.residual(first), make.residual(second)) == (0, 5000)
        assert BankLine.objects.get(id=line.id).state == "applied"
        assert verified(payer.ctx) == []


def test_what_the_bank_answers_is_kept_once_and_shown(payer):  # noqa: F811
    with payer.ctx.open():
        _, second, run = run_with_two(payer)
        end_to_end = DirectDebit.objects.get(item_id=second).end_to_end_id
        file = answer(payer, run, (end_to_end, "AC04"))
        for _ in range(2):
            read_debit_answers(payer.ctx, file=file, today=TODAY)
        (kept,) = debits.answers(payer.ctx, run=run.id)
        assert (kept.level, kept.status, kept.code, kept.end_to_end_id, kept.refused) == (
            "payment", "RJCT", "AC04", end_to_end, 1,
        )  # fmt: skip
        assert DebitAnswer.objects.count() == 1


def test_every_language_of_the_documents_announces_a_collection():
    assert set(WORDS) == set(LANGUAGES)
    names = {"day", "amount", "lines", "mandate", "identifier", "account", "name"}
    for code, (subject, text) in WORDS.items():
        filled = dict.fromkeys(names, "X")
        assert subject.format(**filled) != subject
        assert all(f"{{{name}}}" in text for name in names), code
        assert "2026" in long_day(DAY, code) or code == "ar"
    assert (language_of("fr-CA"), language_of("fi")) == ("fr", "en")
    assert long_day(DAY, "en") == "16 March 2026"
    assert long_day(DAY, "de") == "16. März 2026"


def request(amount="119.00", end_to_end="E2E-7", *, code="DUPL", account="DE75512108001245126199", message="C56-1"):
    ids = f"<OrgnlEndToEndId>{end_to_end}</OrgnlEndToEndId>" if end_to_end else ""
    return (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"><FIToFIPmtCxlReq>'
        f"<Assgnmt><Id>{message}</Id><Assgnr><Agt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></Agt></Assgnr>"
        "<Assgne><Agt><FinInstnId><BICFI>SOGEDEFFXXX</BICFI></FinInstnId></Agt></Assgne>"
        "<CreDtTm>2026-03-06T10:00:00</CreDtTm></Assgnmt><Undrlyg><TxInf><CxlId>CX-1</CxlId><Case><Id>CASE-9</Id>"
        "<Cretr><Agt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></Agt></Cretr></Case>"
        "<OrgnlGrpInf><OrgnlMsgId>MSG-1</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf>"
        f'{ids}<OrgnlTxId>TX-1</OrgnlTxId><OrgnlIntrBkSttlmAmt Ccy="EUR">{amount}</OrgnlIntrBkSttlmAmt>'
        "<OrgnlIntrBkSttlmDt>2026-03-02</OrgnlIntrBkSttlmDt>"
        f"<CxlRsnInf><Rsn><Cd>{code}</Cd></Rsn><AddtlInf>sent twice</AddtlInf></CxlRsnInf>"
        f"<OrgnlTxRef><Dbtr><Pty><Nm>Kaufmann KG</Nm></Pty></Dbtr><CdtrAcct><Id><IBAN>{account}</IBAN></Id></CdtrAcct>"
        "</OrgnlTxRef></TxInf></Undrlyg></FIToFIPmtCxlReq></Document>"
    ).encode()


def asked(bank, content, **given):
    file = store(bank.ctx, content=content, name="camt056.xml", media_type="application/xml")
    return import_recalls(bank.ctx, file=file.id, today=LATER, **given)


def paid(bank):
    item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
    matched(bank, entry("119.00", "Rechnung RE-2026-04711", end_to_end="E2E-7"))
    return item


def answer_of(ctx, recall):
    content = load(ctx, Recall.objects.get(id=recall).answer_id)[1]
    root = etree.fromstring(content)
    return {etree.QName(one).localname: one.text for one in root.iter() if one.text and one.text.strip()}


def test_a_request_of_the_bank_asks_a_second_person_and_the_answer_is_written(bank):
    with bank.ctx.open():
        item = paid(bank)
        (recall,) = asked(bank, request(account="DE00"))
        assert asked(bank, request(account="DE00")) == []
        (row,) = returns.recalls(bank.ctx, creditor=bank.creditor)
        assert (row.state, row.amount, row.payer, row.code) == ("asked", 11900, "Kaufmann KG", "DUPL")
        assert row.answer_by > LATER + timedelta(days=14)
        decide(replace(bank.ctx, actor=OTHER), approval=row.approval_id, approve=True, today=LATER)
        assert Recall.objects.get().state == "agreed"
        said = answer_of(bank.ctx, recall)
        assert (said["Conf"], said["TxCxlSts"], said["OrgnlTxId"]) == ("CNCL", "ACCR", "TX-1")
        assert make.residual(item) == 0
        with pytest.raises(RefusedError, match="decided already"):
            refuse_recall(bank.ctx, recall=recall, code="CUST", today=LATER)
        assert Fact.objects.filter(type="payment.recall_asked").count() == 1


def test_a_request_is_refused_with_a_code_of_the_answer(bank):
    with bank.ctx.open():
        paid(bank)
        (recall,) = asked(bank, request(account="DE00"))
        with pytest.raises(RefusedError, match="An answer is one of"):
            refuse_recall(bank.ctx, recall=recall, code="MOOD", today=LATER)
        refuse_recall(bank.ctx, recall=recall, code="CUST", note="the goods were delivered " * 8, today=LATER)
        said = answer_of(bank.ctx, recall)
        assert (said["Conf"], said["TxCxlSts"], said["Cd"]) == ("RJCR", "RJCR", "CUST")
        assert Fact.objects.get(type="payment.recall_refused").payload["reason"] == REFUSALS["CUST"]


def test_the_second_persons_no_is_the_answer_for_the_bank_and_his_note_stays_here(bank):
    with bank.ctx.open():
        paid(bank)
        (recall,) = asked(bank, request(account="DE00"))
        waits = Recall.objects.get().approval_id
        decide(replace(bank.ctx, actor=OTHER), approval=waits, approve=False, today=LATER, note="ask Mrs Braun first")
    relay_all()
    with bank.ctx.open():
        row = Recall.objects.get()
        assert (row.state, row.refusal, row.answered_by) == ("refused", "CUST", OTHER)
        said = answer_of(bank.ctx, recall)
        assert (said["Conf"], said["Cd"]) == ("RJCR", "CUST")
        assert "Braun" not in str(said)
        assert Fact.objects.filter(type="payment.recall_refused").count() == 1


def test_a_request_taken_back_by_its_own_person_asks_again_which_payment_it_means(bank):
    with bank.ctx.open():
        paid(bank)
        (recall,) = asked(bank, request(account="DE00"))
        (line,) = lines(bank.creditor)
        decide(bank.ctx, approval=Recall.objects.get().approval_id, approve=False, today=LATER)
    relay_all()
    with bank.ctx.open():
        row = Recall.objects.get()
        assert (row.state, row.line_id, row.approval_id, row.answer_id) == ("unknown", None, None, None)
        link_recall(bank.ctx, recall=recall, line=line.id, today=LATER)
        assert Recall.objects.get().state == "asked"


def test_nobody_can_agree_to_what_the_bank_was_refused(bank):
    with bank.ctx.open():
        paid(bank)
        (recall,) = asked(bank, request(account="DE00"))
        refuse_recall(bank.ctx, recall=recall, code="LEGL", today=LATER)
        assert pending(bank.ctx) == []
    relay_all()
    with bank.ctx.open():
        assert Recall.objects.get().refusal == "LEGL"
        assert Fact.objects.filter(type="payment.recall_refused").count() == 1


def test_a_request_for_a_payment_that_is_not_found_waits_until_a_person_names_it(bank):
    with bank.ctx.open():
        paid(bank)
        (recall,) = asked(bank, request("118.00", account="DE00"))
        assert Recall.objects.get().state == "unknown"
        (line,) = lines(bank.creditor)
        with pytest.raises(RefusedError, match=r"No payment of this creditor over 118\.00 EUR"):
            link_recall(bank.ctx, recall=recall, line=line.id, today=LATER)
        (other,) = asked(bank, request(end_to_end="", message="C56-2", account="DE00").replace(b"TX-1", b"TX-9"))
        assert Recall.objects.get(id=other).state == "asked"  # the amount, the payer and the days around
        (third,) = asked(bank, request(end_to_end="", message="C56-3", account="DE00").replace(b"Kaufmann", b"Kaufm."))
        with pytest.raises(RefusedError, match="waits for approval"):
            link_recall(bank.ctx, recall=third, line=line.id, today=LATER)


@pytest.mark.parametrize(
    "content, words",
    [
        (request().replace(b"camt.056.001.08", b"camt.053.001.08"), "no camt.056"),
        (request().replace(b'Ccy="EUR"', b""), "Line"),
        (request().replace(b"<OrgnlIntrBkSttlmDt>2026-03-02", b"<OrgnlIntrBkSttlmDt>yesterday"), "is no day"),
        (b'<?xml version="1.0"?><!DOCTYPE x []><Document/>', "DOCTYPE"),
        (b"Dear customer", "The file is no XML; choose the one that the bank sent"),
        (
            b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"><FIToFIPmtCxlReq/></Document>',
            "no payment",
        ),
    ],
)
def test_a_file_that_is_no_request_is_refused(content, words):
    import io

    with pytest.raises(RefusedError, match=words):
        list(read_recalls(io.BytesIO(content)))


def test_a_statement_of_nobody_s_account_needs_a_creditor(bank):
    with bank.ctx.open():
        make.creditor(bank.ctx)
        with pytest.raises(RefusedError, match="say whose payment it is"):
            asked(bank, request(account="DE00"))
        assert len(asked(bank, request(account="DE00"), creditor=bank.creditor)) == 1
