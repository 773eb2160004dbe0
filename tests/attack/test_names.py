"""Names that are more than names: line breaks for the heads of messages, marks that turn the reading direction."""

from __future__ import annotations

import pytest

from fairdue.core.findings import RefusedError
from fairdue.foundation.models import Fact
from fairdue.parties import selectors as parties
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


def test_where_customers_pay_to_is_not_changed_in_silence(ctx):
    with ctx.open():
        draft = CreditorDraft("N", "Nordwind", "DE", "EUR", iban="DE89370400440532013000")
        creditor = create_creditor(ctx, draft=draft, today=make.TODAY)
        change_creditor(ctx, creditor=creditor, changes={"iban": "FR1420041010050500013M02606"}, today=make.TODAY)
        (fact,) = Fact.objects.filter(type="creditor.changed", subject_id=creditor)
    assert fact.payload["account"] == f"{masked('DE89370400440532013000')} → {masked('FR1420041010050500013M02606')}"
    assert "2004101005" not in str(fact.payload)
