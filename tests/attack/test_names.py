"""Names that are more than names: line breaks for the heads of messages, marks that turn the reading direction."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from fairdue.core.findings import RefusedError
from fairdue.foundation.approvals import decide, pending
from fairdue.foundation.models import Fact
from fairdue.parties import selectors as parties
from fairdue.parties.models import Creditor
from fairdue.parties.services import CreditorDraft, DebtorDraft, change_creditor, create_creditor, create_debtors
from fairdue.parties.validation.money import masked
from tests import make

HOSTILE = [
    ("Nordwind\r\nBcc: all@evil.example", "Nordwind Bcc: all@evil.example"),
    ("Nord\x1b[31mwind\x07", "Nord[31mwind"),
    ("Nord\u202edniw\u202c", "Norddniw"),
    ("  Nord\u2028wind\u00a0", "Nord wind"),
]


@pytest.mark.parametrize(("sent", "kept"), HOSTILE)
def test_a_name_is_one_line(ctx, sent, kept):
    with ctx.open():
        new = create_creditor(ctx, draft=CreditorDraft("N", sent, "DE", "EUR"), today=make.TODAY)
        (debtor,) = create_debtors(ctx, debtors=[DebtorDraft(new, "7", sent)], today=make.TODAY)
        assert parties.creditor(ctx, new).name == kept
        assert parties.debtor(ctx, debtor).name == kept
        old = make.creditor(ctx)
        change_creditor(ctx, creditor=old, changes={"name": sent, "city": sent}, today=make.TODAY)
        row = parties.creditor(ctx, old)
        assert (row.name, row.city) == (kept, kept)


@pytest.mark.parametrize("nothing", ["\u202e", "\x07", " \n "])
def test_a_name_of_nothing_but_marks_is_missing(ctx, books, nothing):
    with ctx.open():
        with pytest.raises(RefusedError, match="missing"):
            create_debtors(ctx, debtors=[DebtorDraft(books.creditor, "7", nothing)], today=make.TODAY)
        with pytest.raises(RefusedError, match="missing"):
            change_creditor(ctx, creditor=books.creditor, changes={"name": nothing}, today=make.TODAY)


def test_where_customers_pay_to_is_changed_by_two_people(ctx):
    ours, theirs = "DE89370400440532013000", "FR1420041010050500013M02606"
    second = replace(ctx, actor=f"user:{uuid4()}")
    with ctx.open():
        draft = CreditorDraft("N", "Nordwind", "DE", "EUR", iban=ours)
        creditor = create_creditor(ctx, draft=draft, today=make.TODAY)
        change_creditor(ctx, creditor=creditor, changes={"iban": theirs, "city": "Kiel"}, today=make.TODAY)
        row = parties.creditor(ctx, creditor)
        assert (row.iban, row.city) == (ours, "Kiel")
        (asked,) = pending(ctx)
        assert asked.title == f"Nordwind is paid to {masked(theirs)} instead of {masked(ours)}"
        with pytest.raises(RefusedError, match="Somebody else"):
            decide(ctx, approval=asked.id, approve=True, today=make.TODAY)
        decide(second, approval=asked.id, approve=True, today=make.TODAY)
        assert parties.creditor(ctx, creditor).iban == theirs
        fact = Fact.objects.filter(type="creditor.changed", subject_id=creditor).latest("recorded_at", "id")
    assert fact.payload["account"] == f"{masked(ours)} → {masked(theirs)}"
    assert "2004101005" not in str(fact.payload)


def test_an_account_that_changed_meanwhile_is_proposed_again(ctx):
    with ctx.open():
        creditor = create_creditor(
            ctx, draft=CreditorDraft("N", "Nordwind", "DE", "EUR", iban="DE89370400440532013000"), today=make.TODAY
        )
        change_creditor(ctx, creditor=creditor, changes={"iban": "FR1420041010050500013M02606"}, today=make.TODAY)
        (asked,) = pending(ctx)
        Creditor.objects.filter(id=creditor).update(iban="DE02120300000000202051")
        with pytest.raises(RefusedError, match="propose it again"):
            decide(replace(ctx, actor=f"user:{uuid4()}"), approval=asked.id, approve=True, today=make.TODAY)
