"""Direct debits: mandates, runs, the file for the bank, its answers, other attempts, instalments."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import etree
from sepaxml.validation import try_valid_xml

from fairdue.cash.directdebit.answering import read_debit_answers
from fairdue.cash.directdebit.making import cancel_debit_run, first_day, make_debit_run
from fairdue.cash.directdebit.mandates import add_mandate, cancel_mandate, release_mandate, stop_mandate
from fairdue.cash.directdebit.pain008 import SCHEMA
from fairdue.cash.directdebit.proposing import propose_run
from fairdue.cash.models import DebitRun, DirectDebit, Mandate
from fairdue.cash.returns.settling import settle_returns
from fairdue.collections.models import Task
from fairdue.core.findings import RefusedError
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.files import load, store
from fairdue.foundation.models import Fact, OutgoingMail
from fairdue.parties.models import DebtorAccount
from fairdue.parties.services import change_creditor
from fairdue.parties.services.accounts import AccountDraft, know_accounts
from fairdue.receivables.models import OpenItem
from fairdue.receivables.services import HoldDraft, place_holds
from tests import make
from tests.rooms.cash.conftest import entry, import_file, matched, statement, verified
from tests.rooms.cash.test_returned_money import back

TODAY = make.TODAY
DAY = date(2026, 3, 16)
IBAN = "DE02500105170137075030"


def account_of(ctx, creditor, debtor, *, approved=True, iban=IBAN):
    know_accounts(ctx, accounts=[AccountDraft(creditor, debtor, iban)], today=TODAY)
    found = DebtorAccount.objects.filter(debtor_id=debtor)
    if approved:
        found.update(state="approved")
        told = NewFact(
            "debtor.account_approved", TODAY, found.get().id, creditor, debtor, {"masked": found.get().masked}
        )
        record(ctx, told)
    return found.get().id


@pytest.fixture
def payer(bank):
    """A creditor with an identifier, and a customer who has signed a mandate for an approved account."""
    with bank.ctx.open():
        settings = {"creditor_identifier": "DE98ZZZ09999999999"}
        change_creditor(bank.ctx, creditor=bank.creditor, changes={"settings": settings}, today=TODAY)
        account = account_of(bank.ctx, bank.creditor, bank.debtor)
        mandate = add_mandate(
            bank.ctx, debtor=bank.debtor, account=account, signed_on=date(2025, 1, 10), today=TODAY, reference="M-1"
        )
    return SimpleNamespace(**vars(bank), account=account, mandate=mandate)


def due(payer, amount=11900, number="RE-2026-04711", **fields):
    return make.item(payer.ctx, payer.books, amount, number=number, days=10, **fields)


def run_of(payer, **given):
    return make_debit_run(payer.ctx, creditor=payer.creditor, collect_on=given.pop("on", DAY), today=TODAY, **given)


def told():
    for _ in range(3):
        relay_all()


def answer(payer, run, *payments, level=""):
    """Return the bank's answer to a run as a stored pain.002 file."""
    group = f"<OrgnlGrpInfAndSts><OrgnlMsgId>{run.reference}</OrgnlMsgId><OrgnlMsgNmId>pain.008</OrgnlMsgNmId>"
    status = f"<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>{level}</Cd></Rsn></StsRsnInf>" if level else ""
    rows = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{end}</OrgnlEndToEndId><TxSts>RJCT</TxSts>"
        f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf></TxInfAndSts>"
        for end, code in payments
    )
    batch = f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{run.reference}-1</OrgnlPmtInfId>{rows}</OrgnlPmtInfAndSts>"
    content = (
        '<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>'
        f"<GrpHdr><MsgId>A</MsgId></GrpHdr>{group}{status}</OrgnlGrpInfAndSts>{batch if rows else ''}"
        "</CstmrPmtStsRpt></Document>"
    )
    return store(payer.ctx, content=content.encode(), name="answer.xml", media_type="application/xml").id


def test_a_run_shows_what_it_would_do_and_makes_nothing(payer):
    with payer.ctx.open():
        due(payer)
        held = due(payer, 5000, "RE-2026-04712")
        later = make.item(payer.ctx, payer.books, 700, number="RE-2026-04713", days=60)
        hold = HoldDraft(payer.creditor, payer.debtor, "dispute", TODAY, held)
        place_holds(payer.ctx, holds=[hold], today=TODAY)
        found = propose_run(payer.ctx, creditor=payer.creditor, collect_on=DAY, today=TODAY)
        assert [(one.item.number, one.amount, one.sequence) for one in found.collects] == [
            ("RE-2026-04711", 11900, "FRST")
        ]
        assert [one.item.number for one in found.excluded] == ["RE-2026-04712"]
        assert "dispute" in found.excluded[0].reason
        assert found.amount == 11900
        assert make.residual(later) == 700
        assert DebitRun.objects.count() == 0


def test_the_file_follows_its_schema_and_says_what_was_decided(payer):
    with payer.ctx.open():
        due(payer)
        due(payer, 5000, "RE-2026-04712")
        run = DebitRun.objects.get(id=run_of(payer))
        content = load(payer.ctx, run.file_id)[1]
        try_valid_xml(content, SCHEMA)
        root = etree.fromstring(content)

        def texts(name):
            return [one.text for one in root.iterfind(f".//{{*}}{name}")]

        assert texts("MsgId") == [run.reference]
        assert (texts("NbOfTxs")[0], texts("CtrlSum")[0]) == ("2", "169.00")
        assert sorted(texts("SeqTp")) == ["FRST", "RCUR"]
        assert set(texts("ReqdColltnDt")) == {"2026-03-16"}
        assert set(texts("MndtId")) == {"M-1"}
        assert sorted(texts("InstdAmt")) == ["119.00", "50.00"]
        assert IBAN in texts("IBAN")
        assert "DE98ZZZ09999999999" in texts("Id")
        assert sorted(texts("EndToEndId")) == sorted(DirectDebit.objects.values_list("end_to_end_id", flat=True))
        assert verified(payer.ctx) == []


def test_the_customer_is_told_once_before_the_money_is_taken(payer):
    with payer.ctx.open():
        due(payer)
        due(payer, 5000, "RE-2026-04712")
        run_of(payer)
        mail = OutgoingMail.objects.get(kind="cash.prenotification")
        assert mail.recipient == "ap@kaufmann.example"
        for words in ("16. März 2026", "169,00", "M-1", "DE98ZZZ09999999999", "RE-2026-04712"):
            assert words in mail.text
        assert IBAN not in mail.text


def test_nothing_is_collected_twice(payer):
    with payer.ctx.open():
        due(payer)
        run_of(payer)
        with pytest.raises(RefusedError, match="nothing to collect"):
            run_of(payer, on=DAY + timedelta(days=1))


@pytest.mark.parametrize(
    "change, words",
    [
        ({"on": date(2026, 3, 13)}, "first day after the notice is 16 March 2026"),
        ({"on": date(2026, 3, 21)}, "must be a bank day"),
        ({"scheme": "b2b"}, "nothing to collect"),
        ({"items": []}, "nothing to collect"),
    ],
)
def test_a_run_that_may_not_be_made_is_refused(payer, change, words):
    with payer.ctx.open():
        due(payer)
        with pytest.raises(RefusedError, match=words):
            run_of(payer, **change)
        assert DebitRun.objects.count() == 0


def test_a_wrong_creditor_identifier_stops_the_run(payer):
    with payer.ctx.open():
        due(payer)
        changes = {"settings": {"creditor_identifier": "DE97ZZZ09999999999"}}
        change_creditor(payer.ctx, creditor=payer.creditor, changes=changes, today=TODAY)
        with pytest.raises(RefusedError, match="check digits"):
            run_of(payer)


def test_an_account_that_nobody_approved_is_not_debited(payer):
    with payer.ctx.open():
        due(payer)
        DebtorAccount.objects.update(state="known")
        found = propose_run(payer.ctx, creditor=payer.creditor, collect_on=DAY, today=TODAY)
        assert [one.reason for one in found.excluded] == ["nobody has approved the customer's account"]


def test_the_money_finds_its_item_by_the_end_to_end_id(payer):
    with payer.ctx.open():
        item = due(payer)
        run_of(payer)
        debit = DirectDebit.objects.get()
        assert OpenItem.objects.get(id=item).end_to_end_id == debit.end_to_end_id
    told()
    with payer.ctx.open():
        (line,) = matched(payer, entry("119.00", "", end_to_end=debit.end_to_end_id), today=DAY)
        assert line.state == "applied"
        assert make.residual(item) == 0


def test_a_debit_that_goes_back_for_want_of_money_is_tried_once_more_on_payday(payer):
    with payer.ctx.open():
        item = due(payer)
        run_of(payer)
        debit = DirectDebit.objects.get()
    told()
    with payer.ctx.open():
        matched(payer, entry("119.00", "", end_to_end=debit.end_to_end_id), today=DAY)
        DirectDebit.objects.update(collect_on=TODAY)
    told()
    with payer.ctx.open():
        import_file(payer.ctx, statement(back("119.00", end_to_end=debit.end_to_end_id), name="b"), today=DAY)
        settle_returns(payer.ctx, today=DAY)
        assert make.residual(item) == 11900
    told()
    with payer.ctx.open():
        again = DirectDebit.objects.get(state="planned")
        assert (again.attempt, again.collect_on, again.source_id) == (2, date(2026, 4, 1), debit.id)
        assert DirectDebit.objects.get(id=debit.id).state == "returned"
        early = propose_run(payer.ctx, creditor=payer.creditor, collect_on=date(2026, 3, 31), today=DAY)
        assert early.collects == ()
        found = propose_run(payer.ctx, creditor=payer.creditor, collect_on=date(2026, 4, 1), today=DAY)
        assert [(one.amount, one.sequence) for one in found.collects] == [(11900, "RCUR")]
        make_debit_run(payer.ctx, creditor=payer.creditor, collect_on=date(2026, 4, 1), today=DAY)
        run = DebitRun.objects.latest("made_at")
        second = DirectDebit.objects.get(state="ordered")
        read_debit_answers(payer.ctx, file=answer(payer, run, (second.end_to_end_id, "AM04")), today=DAY)
        assert not DirectDebit.objects.filter(state="planned").exists()


def test_the_bank_s_answer_rejects_one_stops_its_mandate_and_asks_for_details(payer):
    with payer.ctx.open():
        item = due(payer)
        due(payer, 5000, "RE-2026-04712")
        run = DebitRun.objects.get(id=run_of(payer))
        debit = DirectDebit.objects.get(item_id=item)
        file = answer(payer, run, (debit.end_to_end_id, "AC04"))
        assert read_debit_answers(payer.ctx, file=file, today=TODAY) == [debit.id]
        assert read_debit_answers(payer.ctx, file=file, today=TODAY) == []
        assert sorted(DirectDebit.objects.values_list("state", flat=True)) == ["ordered", "rejected"]
        mandate = Mandate.objects.get()
        assert (mandate.state, mandate.state_reason) == ("stopped", "AC04 account closed")
    told()
    with payer.ctx.open():
        assert Task.objects.get().reason.endswith("ask for a new account or mandate")


def test_a_rejected_group_rejects_every_collection(payer):
    with payer.ctx.open():
        due(payer)
        due(payer, 5000, "RE-2026-04712")
        run = DebitRun.objects.get(id=run_of(payer))
        assert len(read_debit_answers(payer.ctx, file=answer(payer, run, level="FF01"), today=TODAY)) == 2
        assert Mandate.objects.get().state == "active"


def test_an_answer_to_somebody_else_is_refused(payer):
    with payer.ctx.open():
        other = SimpleNamespace(reference="ELSEWHERE")
        with pytest.raises(RefusedError, match="none of our direct debit runs"):
            read_debit_answers(payer.ctx, file=answer(payer, other, ("X", "AM04")), today=TODAY)


def test_a_cancelled_run_leaves_everything_as_before(payer):
    with payer.ctx.open():
        due(payer)
        run = run_of(payer)
        cancel_debit_run(payer.ctx, run=run, reason="wrong day", today=TODAY)
        assert Mandate.objects.get().last_used_on is None
        found = propose_run(payer.ctx, creditor=payer.creditor, collect_on=DAY, today=TODAY)
        assert [(one.amount, one.sequence) for one in found.collects] == [(11900, "FRST")]
        with pytest.raises(RefusedError, match="cancelled already"):
            cancel_debit_run(payer.ctx, run=run, reason="twice", today=TODAY)
        assert Fact.objects.filter(type="debit_run.cancelled").count() == 1


def test_the_instalments_of_a_plan_are_collected_on_their_days(payer):
    from fairdue.collections.services import agree_plan, cancel_promise

    with payer.ctx.open():
        first, second = due(payer, 10000, "A-1"), due(payer, 5000, "A-2")
        plan = agree_plan(
            payer.ctx, items=[first, second], count=2, first_on=date(2026, 3, 20), frequency="monthly", today=TODAY,
            method="direct_debit",
        )  # fmt: skip
    told()
    with payer.ctx.open():
        planned = DirectDebit.objects.order_by("collect_on", "item_id").values_list("item_id", "amount", "collect_on")
        assert sorted(planned, key=lambda row: (row[2], row[1])) == [
            (first, 7500, date(2026, 3, 20)), (first, 2500, date(2026, 4, 20)), (second, 5000, date(2026, 4, 20)),
        ]  # fmt: skip
        before = propose_run(payer.ctx, creditor=payer.creditor, collect_on=DAY, today=TODAY)
        assert before.collects == ()
        found = propose_run(payer.ctx, creditor=payer.creditor, collect_on=date(2026, 3, 20), today=TODAY)
        assert [(one.item.id, one.amount) for one in found.collects] == [(first, 7500)]
        cancel_promise(payer.ctx, promise=plan, today=TODAY)
    told()
    with payer.ctx.open():
        assert set(DirectDebit.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_mandate_is_stopped_released_and_taken_back_for_good(payer):
    with payer.ctx.open():
        stop_mandate(payer.ctx, mandate=payer.mandate, reason="asked by the customer", today=TODAY)
        release_mandate(payer.ctx, mandate=payer.mandate, today=TODAY)
        cancel_mandate(payer.ctx, mandate=payer.mandate, reason="revoked", today=TODAY)
        with pytest.raises(RefusedError, match="is cancelled"):
            release_mandate(payer.ctx, mandate=payer.mandate, today=TODAY)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"reference": "M-1"}, "in use"),
        ({"reference": "M/"}, "no mandate reference"),
        ({"signed_on": TODAY + timedelta(days=1)}, "future"),
        ({}, "active mandate"),
    ],
)
def test_a_mandate_that_cannot_be_is_refused(payer, change, words):
    given = {"debtor": payer.debtor, "account": payer.account, "signed_on": TODAY, "today": TODAY} | change
    with payer.ctx.open(), pytest.raises(RefusedError, match=words):
        add_mandate(payer.ctx, **given)


def test_a_proposal_takes_the_same_number_of_statements_for_one_and_for_many(payer):
    def counted():
        with CaptureQueriesContext(connection) as queries:
            propose_run(payer.ctx, creditor=payer.creditor, collect_on=DAY, today=TODAY)
        return len(queries)

    with payer.ctx.open():
        due(payer)
        one = counted()
        for place in range(20):
            due(payer, 1000 + place, f"B-{place}")
        assert counted() == one


def test_the_first_day_keeps_the_notice_that_was_agreed(payer):
    with payer.ctx.open():
        assert first_day(payer.ctx, TODAY) == DAY


def test_mandates_and_collections_follow_a_merge_and_one_active_mandate_stays(payer):
    from fairdue.cash.merging import follow_merge

    with payer.ctx.open():
        due(payer)
        run_of(payer)
        survivor = make.debtor(payer.ctx, payer.creditor, name="Kaufmann & Co. KG")
        account = account_of(payer.ctx, payer.creditor, survivor, iban="DE75512108001245126199")
        add_mandate(payer.ctx, debtor=survivor, account=account, signed_on=TODAY, today=TODAY, reference="M-2")
        fact = SimpleNamespace(payload={"survivor": str(survivor), "merged": str(payer.debtor)})
        follow_merge(payer.ctx, [fact])
        assert set(Mandate.objects.values_list("reference", "debtor_id", "state")) == {
            ("M-1", survivor, "stopped"), ("M-2", survivor, "active"),
        }  # fmt: skip
        assert DirectDebit.objects.get().debtor_id == survivor
