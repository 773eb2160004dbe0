"""What the bank answers to a file of refunds: taken, refused and decided anew, nothing booked twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from lxml import etree
from sepaxml.validation import try_valid_xml

from fairdue.cash.models import BankAccount, Refund, RefundAnswer
from fairdue.cash.refunding import selectors
from fairdue.cash.refunding.answering import read_refund_answers
from fairdue.cash.refunding.banks import own_bic
from fairdue.cash.refunding.ordering import order_refunds, to_order
from fairdue.cash.refunding.pain001 import SCHEMA
from fairdue.cash.refunding.tasks import name_agent, open_refund, propose_refund
from fairdue.core.findings import RefusedError
from fairdue.foundation.approvals import decide
from fairdue.foundation.files import load, store
from fairdue.foundation.models import Approval, Fact
from fairdue.foundation.verifying import verify_tenant
from fairdue.parties import selectors as parties
from fairdue.parties.models import Creditor
from tests import make
from tests.rooms.cash.conftest import TODAY, account_of
from tests.rooms.cash.test_refund_files import approved

PAGE = Path(__file__).parents[3] / "docs/rules/refunds.md"
LATER = date(2026, 4, 7)


def answer(reference, *payments, group="", batch=""):
    """Return a pain.002 file; payments are (place, status, code, sentence)."""

    def reasons(code, sentence=""):
        told = f"<AddtlInf>{sentence}</AddtlInf>" if sentence else ""
        named = f"<Rsn><Cd>{code}</Cd></Rsn>" if code else ""
        return f"<StsRsnInf>{named}{told}</StsRsnInf>" if code or sentence else ""

    said = f"<GrpSts>{group.split()[0]}</GrpSts>{reasons(''.join(group.split()[1:]))}" if group else ""
    whole = f"<PmtInfSts>{batch.split()[0]}</PmtInfSts>{reasons(''.join(batch.split()[1:]))}" if batch else ""
    lines = "".join(
        f"<TxInfAndSts><OrgnlEndToEndId>{reference}-{place:05d}</OrgnlEndToEndId><TxSts>{status}</TxSts>"
        f"{reasons(code, sentence)}</TxInfAndSts>"
        for place, status, code, sentence in payments
    )
    return (
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>A</MsgId>'
        "<CreDtTm>2026-04-07T10:00:00</CreDtTm></GrpHdr><OrgnlGrpInfAndSts>"
        f"<OrgnlMsgId>{reference}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{said}</OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{reference}-1</OrgnlPmtInfId>{whole}{lines}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def read(bank, content, on=LATER):
    kept = store(bank.ctx, content=content, name="pain002.xml", media_type="application/xml")
    return read_refund_answers(bank.ctx, file=kept.id, today=on)


def ordered(bank, *amounts):
    account_of(bank)
    approved(bank, *amounts)
    return order_refunds(bank.ctx, creditor=bank.creditor, today=TODAY)


def unapplied(refund):
    return make.unapplied(refund.credit_id)


def test_what_the_bank_refused_waits_again_with_its_reason_and_is_decided_by_two_people_anew(bank):
    with bank.ctx.open():
        made = ordered(bank, 4_000, 2_550)
        first, second = Refund.objects.order_by("end_to_end_id")
        before = unapplied(first)
        said = read(bank, answer(
            made.reference, (1, "RJCT", "AC04", "Konto erloschen"), (2, "ACSC", "", ""), batch="PART"
        ))  # fmt: skip
        assert (said.accepted, said.rejected, said.waiting) == ((second.id,), (first.id,), ())
        first.refresh_from_db()
        assert (first.state, first.file_id, first.end_to_end_id, first.approval_id) == ("open", None, "", None)
        assert first.bank_words == "account closed (Konto erloschen)"
        assert unapplied(first) == before + 4_000
        (told,) = Fact.objects.filter(type="refund.rejected")
        assert (told.payload["code"], told.payload["amount"]["minor"]) == ("AC04", 4_000)
        assert Fact.objects.filter(type="refund.accepted").count() == 1
        (row,) = selectors.answers(bank.ctx, refund=first.id)
        assert (row.status, row.code, row.end_to_end_id) == ("RJCT", "AC04", f"{made.reference}-00001")
        # It is decided anew: proposed, told to the second person, approved, ordered under another name.
        waits = propose_refund(bank.ctx, credit=first.credit_id, amount=4_000, reason="Überzahlung", today=LATER)
        assert "the bank refused to pay it" in Approval.objects.get(id=waits).payload["warnings"]
        with pytest.raises(RefusedError, match="Somebody else"):
            decide(bank.ctx, approval=waits, approve=True, today=LATER)
        other = replace(bank.ctx, actor="user:00000000-0000-0000-0000-00000000000b")
        decide(other, approval=waits, approve=True, today=LATER)
        assert unapplied(first) == before
        again = order_refunds(bank.ctx, creditor=bank.creditor, today=LATER)
        assert (again.count, again.amount) == (1, 4_000)
        first.refresh_from_db()
        assert (first.bank_status, first.bank_words) == ("", "")
    assert verify_tenant(bank.ctx) == []


def test_the_same_answer_again_and_an_answer_to_an_old_order_change_nothing(bank):
    with bank.ctx.open():
        made = ordered(bank, 4_000)
        (row,) = Refund.objects.all()
        content = answer(made.reference, (1, "RJCT", "AC01", ""))
        assert read(bank, content).rejected == (row.id,)
        after = unapplied(row)
        for on in (LATER, date(2026, 4, 8)):
            said = read(bank, content, on)
            assert (said.accepted, said.rejected, said.waiting) == ((), (), ())
        assert (unapplied(row), RefundAnswer.objects.count()) == (after, 1)
        assert Fact.objects.filter(type="refund.rejected").count() == 1
    assert verify_tenant(bank.ctx) == []


def worked():
    """The table of docs/rules/refunds.md: what the bank says, about what, and what becomes of the refund."""
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.read_text().splitlines() if line[:1] == "|"
    ]
    start = rows.index(["the bank says", "about", "the refund is", "not applied again"])
    return [row for row in rows[start + 2 :] if len(row) == 4]


@pytest.mark.parametrize(("said", "about", "state", "again"), worked(), ids=" ".join)
def test_the_worked_answers_come_out(bank, said, about, state, again):
    with bank.ctx.open():
        made = ordered(bank, 4_000, 2_550)
        status, _, code = said.partition(" ")
        payments = [(place, status, code, "") for place in (1, 2)] if about == "payment" else []
        whole = {} if payments else {about: said}
        before = sum(unapplied(row) for row in Refund.objects.all())
        read(bank, answer(made.reference, *payments, **whole))
        assert {row.state for row in Refund.objects.all()} == {state}
        assert all(bool(row.bank_words) == (state == "open") for row in Refund.objects.all())
        after = sum(unapplied(row) for row in Refund.objects.all())
        assert after - before == (65_50 if again == "yes" else 0)


def test_what_the_bank_has_not_decided_stays_ordered_and_a_later_no_counts(bank):
    with bank.ctx.open():
        made = ordered(bank, 4_000)
        (row,) = Refund.objects.all()
        assert read(bank, answer(made.reference, group="PART")).waiting == ()
        assert read(bank, answer(made.reference, (1, "PDNG", "", ""))).waiting == (row.id,)
        assert read(bank, answer(made.reference, (1, "ACTC", "", ""))).accepted == (row.id,)
        assert read(bank, answer(made.reference, (1, "ACSP", "", ""))).accepted == (row.id,)
        assert Fact.objects.filter(type="refund.accepted").count() == 1  # told once
        assert read(bank, answer(made.reference, (1, "RJCT", "", "limit"))).rejected == (row.id,)
        row.refresh_from_db()
        assert row.bank_words == "no reason given (limit)"


def test_a_refused_refund_does_not_stand_beside_another_of_the_same_payment(bank):
    with bank.ctx.open():
        made = ordered(bank, 4_000)
        (row,) = Refund.objects.all()
        other = open_refund(bank.ctx, credit=row.credit_id, amount=1_000, reason="rest", today=TODAY)
        read(bank, answer(made.reference, (1, "RJCT", "AC06", "")))
        row.refresh_from_db()
        assert (row.state, Refund.objects.get(id=other).state) == ("dismissed", "open")
        assert unapplied(row) == 10_000
    assert verify_tenant(bank.ctx) == []


def test_an_answer_to_somebody_elses_file_is_refused(bank):
    with bank.ctx.open():
        ordered(bank, 4_000)
        with pytest.raises(RefusedError, match="none of our files of refunds"):
            read(bank, answer("DD260407ABC", group="RJCT"))
        assert Refund.objects.get().state == "paid"


def owner_of(bank, **fields):
    """Give the client an account of its own, past the second person whom a change asks."""
    Creditor.objects.filter(id=bank.creditor).update(**fields)


def in_francs(bank, *, agent=""):
    """A client in francs with an account in them, and an approved refund of a payment in francs."""
    creditor = make.creditor(bank.ctx, currency="CHF", country="CH")
    debtor = make.debtor(bank.ctx, creditor, street="Hauptstraße 1", postcode="80331", city="München")
    swiss = SimpleNamespace(ctx=bank.ctx, creditor=creditor, debtor=debtor)
    account_of(swiss)
    BankAccount.objects.create(
        tenant_id=bank.ctx.tenant, creditor_id=creditor, number="CH9300762011623852957", currency="CHF"
    )
    owner_of(swiss, iban="CH9300762011623852957", bic="BLKBCH22")
    credit = make.payment(bank.ctx, make.Books(creditor, debtor), 100_00, currency="CHF", on=TODAY)
    waits = propose_refund(bank.ctx, credit=credit, amount=4_000, reason="too much", agent=agent, today=TODAY)
    other = replace(bank.ctx, actor="user:00000000-0000-0000-0000-00000000000b")
    decide(other, approval=waits, approve=True, today=TODAY)
    return swiss


def texts(content, tag):
    return [one.text for one in etree.fromstring(content).iterfind(f".//{{*}}{tag}")]


def test_a_transfer_outside_sepa_names_both_banks_its_currency_and_shared_charges(bank):
    with bank.ctx.open():
        bank = in_francs(bank, agent="INGDDEFF")
        assert [(row.currency, row.count) for row in to_order(bank.ctx)] == [("CHF", 1)]
        with pytest.raises(RefusedError, match="no bank account in EUR"):
            order_refunds(bank.ctx, creditor=bank.creditor, today=TODAY)
        made = order_refunds(bank.ctx, creditor=bank.creditor, currency="CHF", today=TODAY)
        _, content = load(bank.ctx, made.file)
        try_valid_xml(content, SCHEMA)
        assert (made.currency, made.amount, texts(content, "ChrgBr")) == ("CHF", 4_000, ["SHAR"])
        assert texts(content, "BICFI") == ["BLKBCH22", "INGDDEFF"]
        assert [(one.get("Ccy"), one.text) for one in etree.fromstring(content).iterfind(".//{*}InstdAmt")] == [
            ("CHF", "40.00")
        ]
        assert texts(content, "IBAN") == ["CH9300762011623852957", "DE02500105170137075030"]
        assert texts(content, "SvcLvl") == []
        assert (texts(content, "TwnNm"), texts(content, "StrtNm")) == (["Munchen"], ["Hauptstrasse 1"])
        # The answer of the bank is read in the same way.
        assert len(read(bank, answer(made.reference, (1, "RJCT", "RC01", ""))).rejected) == 1


def test_what_a_file_in_another_currency_lacks_is_said(bank):
    with bank.ctx.open():
        bank = in_francs(bank)
        (row,) = Refund.objects.all()
        with pytest.raises(RefusedError, match="BIC of the bank of its account is not named"):
            order_refunds(bank.ctx, creditor=bank.creditor, currency="CHF", today=TODAY)
        with pytest.raises(RefusedError, match="another country"):
            name_agent(bank.ctx, refund=row.id, agent="BLKBCH22", today=TODAY)
        with pytest.raises(RefusedError, match="no BIC"):
            name_agent(bank.ctx, refund=row.id, agent="ING", today=TODAY)
        name_agent(bank.ctx, refund=row.id, agent="ingd de ff", today=TODAY)
        owner_of(bank, iban="", bic="")
        with pytest.raises(RefusedError, match=r"The BIC of the bank of CH… 2957 is not known"):
            order_refunds(bank.ctx, creditor=bank.creditor, currency="CHF", today=TODAY)
        with pytest.raises(RefusedError, match="no bank account in USD"):
            order_refunds(bank.ctx, creditor=bank.creditor, currency="USD", today=TODAY)
        assert Refund.objects.get().file_id is None
        with pytest.raises(RefusedError, match="ordered or decided"):
            name_agent(bank.ctx, refund=bank.creditor, agent="INGDDEFF", today=TODAY)


def test_the_bank_of_a_clients_account_is_that_of_its_first_or_of_its_iban(bank):
    with bank.ctx.open():
        owner_of(bank, iban="DE02500105170137075030", bic="INGDDEFFXXX")
        owner = parties.creditor(bank.ctx, bank.creditor)
        assert own_bic(owner, "DE89370400440532013000") == "COBADEFFXXX"
        assert own_bic(owner, "DE02500105170137075030") == "INGDDEFFXXX"
        assert own_bic(owner, "DE97500105170000000001") == "INGDDEFFXXX"
        assert own_bic(owner, "123456") == ""
