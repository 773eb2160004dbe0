"""Approved refunds are ordered from the bank by a file of transfers, each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from lxml import etree
from sepaxml.validation import try_valid_xml

from fairdue.cash.models import Refund
from fairdue.cash.refunding.ordering import order_refunds, to_order
from fairdue.cash.refunding.pain001 import SCHEMA
from fairdue.cash.refunding.tasks import propose_refund
from fairdue.cash.services import put_on_account
from fairdue.core.findings import RefusedError
from fairdue.foundation.approvals import decide
from fairdue.foundation.files import load
from fairdue.foundation.models import Fact
from fairdue.parties.services.accounts import retire_account
from tests import make
from tests.rooms.cash.conftest import TODAY, account_of, entry, lines, matched

SUNDAY = date(2026, 3, 8)


def approved(bank, *amounts):
    """Payments of the customer are on account, and two people have approved to pay parts of them back."""
    entries = [entry("100.00", "too much", reference=str(at)) for at, _ in enumerate(amounts)]
    matched(bank, *entries)
    for line, amount in zip(lines(bank.creditor), amounts, strict=True):
        if line.state != "on_account":
            put_on_account(bank.ctx, line=line.id, debtor=bank.debtor, today=TODAY)
        waits = propose_refund(bank.ctx, credit=line.credit_id, amount=amount, reason="Überzahlung", today=TODAY)
        other = replace(bank.ctx, actor="user:00000000-0000-0000-0000-00000000000b")
        decide(other, approval=waits, approve=True, today=TODAY)


def texts(content, tag):
    return [one.text for one in etree.fromstring(content).iterfind(f".//{{*}}{tag}")]


def test_what_two_people_approved_is_in_one_file_of_the_schema_and_in_no_second(bank):
    with bank.ctx.open():
        account_of(bank)
        approved(bank, 4_000, 2_550)
        assert [(row.creditor_id, row.count) for row in to_order(bank.ctx)] == [(bank.creditor, 2)]
        made = order_refunds(bank.ctx, creditor=bank.creditor, today=SUNDAY)
        name, content = load(bank.ctx, made.file)
        try_valid_xml(content, SCHEMA)
        assert (made.count, made.amount, made.left_out, name.name) == (2, 65_50, (), f"{made.reference}.xml")
        assert texts(content, "MsgId") == [made.reference]
        assert (texts(content, "NbOfTxs")[0], texts(content, "CtrlSum")[0]) == ("2", "65.50")
        assert sorted(texts(content, "InstdAmt")) == ["25.50", "40.00"]
        assert texts(content, "Nm").count("Kaufmann KG") == 2
        assert texts(content, "IBAN").count("DE02500105170137075030") == 2
        assert texts(content, "EndToEndId") == [f"{made.reference}-0000{at}" for at in (1, 2)]
        assert [one.text for one in etree.fromstring(content).iterfind(".//{*}ReqdExctnDt/{*}Dt")] == ["2026-03-09"]
        told = Fact.objects.filter(type="refund.ordered")
        assert {fact.payload["end_to_end_id"] for fact in told} == set(texts(content, "EndToEndId"))
        with pytest.raises(RefusedError, match="No approved refund waits"):
            order_refunds(bank.ctx, creditor=bank.creditor, today=SUNDAY)
        assert Refund.objects.filter(file_id=made.file).count() == 2


def test_only_the_refunds_that_are_named_are_ordered(bank):
    with bank.ctx.open():
        account_of(bank)
        approved(bank, 4_000, 2_550)
        one, other = Refund.objects.order_by("id").values_list("id", flat=True)
        assert order_refunds(bank.ctx, creditor=bank.creditor, refunds=[one], today=TODAY).count == 1
        assert [row.count for row in to_order(bank.ctx, bank.creditor)] == [1]
        assert Refund.objects.get(file_id__isnull=True).id == other


def test_an_account_that_is_approved_no_longer_is_left_out_with_the_reason(bank):
    with bank.ctx.open():
        account = account_of(bank)
        approved(bank, 4_000)
        retire_account(bank.ctx, account=account, reason="closed", today=TODAY)
        with pytest.raises(RefusedError, match="No approved refund waits"):
            order_refunds(bank.ctx, creditor=bank.creditor, today=TODAY)
        assert [row.count for row in to_order(bank.ctx)] == [1]


def test_a_creditor_without_an_account_in_euro_orders_nothing(bank):
    with bank.ctx.open():
        other = make.creditor(bank.ctx, name="Suisse SA", currency="CHF", country="CH")
        with pytest.raises(RefusedError, match="no bank account in EUR"):
            order_refunds(bank.ctx, creditor=other, today=TODAY)


def test_what_can_be_paid_is_not_kept_by_what_cannot(bank):
    with bank.ctx.open():
        account_of(bank)
        approved(bank, 4_000, 2_550)
        kept = Refund.objects.get(amount=2_550)
        Refund.objects.filter(id=kept.id).update(account_id=None)
        made = order_refunds(bank.ctx, creditor=bank.creditor, today=TODAY)
        assert (made.count, made.left_out) == (1, ((kept.id, "its account is not approved any more"),))
        assert to_order(bank.ctx, uuid4()) == []
