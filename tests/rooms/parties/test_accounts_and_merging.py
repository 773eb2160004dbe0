"""Accounts are sealed and need four eyes; duplicates are found set-based; a merge loses nothing."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import make

from fairdue.core.findings import RefusedError
from fairdue.core.parties.merge import Winner
from fairdue.foundation.approvals import decide, pending
from fairdue.foundation.crypto import DecryptionError, decrypt
from fairdue.foundation.jobs import drain
from fairdue.parties import selectors
from fairdue.parties.models import DebtorAccount
from fairdue.parties.services import (
    DebtorDraft,
    add_contact,
    create_debtors,
    decide_not_duplicate,
    merge_debtors,
    propose_account,
    retire_account,
    reveal_account,
    set_identifier,
)
from fairdue.parties.services.details import ContactDraft
from fairdue.parties.services.merging import preview_merge
from fairdue.receivables import selectors as books_selectors
from fairdue.receivables.services import HoldDraft, place_holds

TODAY = date(2026, 3, 2)
IBAN = "DE89370400440532013000"


@pytest.fixture
def seller(ctx):
    with ctx.open():
        return make.creditor(ctx)


def create(ctx, seller, *numbers, **fields):
    drafts = [
        DebtorDraft(
            seller,
            number,
            **{
                "name": "Acme GmbH",
                "country": "DE",
                "postcode": "10115",
                "street": "Ring 1",
                "city": "Berlin",
                **fields,
            },
        )
        for number in numbers
    ]
    return create_debtors(ctx, debtors=drafts, today=TODAY)


def test_a_known_account_finds_its_customer_but_is_never_paid(ctx, seller):
    with ctx.open():
        one, two = create(ctx, seller, "A1", "A2", ibans=(IBAN,))
        assert sorted(selectors.debtors_by_ibans(ctx, [IBAN, "FR76"])[IBAN]) == sorted([one, two])
        account = selectors.accounts(ctx, one)[0]
        assert (account.masked, account.state) == ("DE… 3000", "known")
        with pytest.raises(RefusedError, match="two people"):
            reveal_account(ctx, account.id)


def test_an_account_is_used_after_another_person_approved_it(ctx, seller):
    second = replace(ctx, actor="user:00000000-0000-0000-0000-00000000000b")
    with ctx.open():
        one = create(ctx, seller, "A1")[0]
        account = propose_account(ctx, debtor=one, iban=IBAN, holder="Acme", today=TODAY)
        proposal = pending(ctx)[0]
        assert IBAN not in str(proposal)
        with pytest.raises(RefusedError, match="Somebody else"):
            decide(ctx, approval=proposal.id, approve=True, today=TODAY)
        decide(second, approval=proposal.id, approve=True, today=TODAY)
        assert reveal_account(ctx, account) == IBAN
        with pytest.raises(RefusedError, match="approved already"):
            propose_account(ctx, debtor=one, iban=IBAN, holder="Acme", today=TODAY)
        retire_account(ctx, account=account, reason="closed", today=TODAY)
        assert selectors.debtors_by_ibans(ctx, [IBAN]) == {}
        with pytest.raises(RefusedError):
            reveal_account(ctx, account)
    with ctx.open(), connection.cursor() as cursor:
        cursor.execute("SELECT payload::text FROM fact WHERE tenant_id = %s", [ctx.tenant])
        assert not any("0532013" in row[0] for row in cursor.fetchall())


def test_a_sealed_account_opens_only_in_its_own_row(ctx, seller):
    with ctx.open():
        create(ctx, seller, "A1", "A2", ibans=(IBAN,))
        left, right = DebtorAccount.objects.order_by("id")[:2]
        assert left.blind == right.blind
        assert bytes(left.sealed) != bytes(right.sealed)
        with pytest.raises(DecryptionError):
            decrypt(left.sealed, tenant=ctx.tenant, column="debtor_account.iban", row=right.id)


def test_an_account_that_is_none_is_refused(ctx, seller):
    with ctx.open():
        one = create(ctx, seller, "A1")[0]
        with pytest.raises(RefusedError, match="no IBAN"):
            propose_account(ctx, debtor=one, iban="DE1", holder="", today=TODAY)


def test_duplicates_are_found_with_a_constant_number_of_queries(ctx, seller):
    def ask():
        with ctx.open(), CaptureQueriesContext(connection) as queries:
            return selectors.duplicates(ctx), len(queries)

    with ctx.open():
        create(ctx, seller, "A1")
        create(ctx, seller, "A2", name="ACME Gesellschaft mbH")
        create(ctx, seller, "B1", name="Bolt AG", postcode="20095", street="Kai 9")
    _, few = ask()
    with ctx.open():
        for number in range(20):
            create(ctx, seller, f"C{number}", name=f"Firma {number:04} Bau", postcode=f"{20000 + number // 2}")
    pairs, many = ask()
    assert many == few
    assert pairs
    assert all(pair.reasons for pair in pairs)


def test_creditors_do_not_share_duplicates(ctx, seller):
    with ctx.open():
        create(ctx, seller, "A1")
        create(ctx, make.creditor(ctx), "A1")
        assert selectors.duplicates(ctx) == []


def test_a_refused_pair_never_comes_again(ctx, seller):
    with ctx.open():
        one, two = create(ctx, seller, "A1", "A2")
        assert len(selectors.duplicates(ctx, creditor_id=seller, debtor_id=one)) == 1
        decide_not_duplicate(ctx, one=two, other=one, today=TODAY)
        assert selectors.duplicates(ctx) == []


def test_a_merge_keeps_the_alias_and_moves_what_is_owed(ctx, seller):
    with ctx.open():
        keep, gone = create(ctx, seller, "A1")[0], create(ctx, seller, "A2", email="ap@acme.de", ibans=(IBAN,))[0]
        add_contact(ctx, debtor=gone, contact=ContactDraft("Ann", "legal", "ann@acme.de"), today=TODAY)
        for one in (keep, gone):
            set_identifier(ctx, debtor=one, scheme="gln", value="4035811991014", today=TODAY)
        mine, other = make.Books(seller, keep), make.Books(seller, gone)
        item, paid = make.item(ctx, other), make.payment(ctx, other, 5000)
        make.item(ctx, mine)
        place_holds(ctx, holds=[HoldDraft(seller, gone, "dispute", TODAY)], today=TODAY)
        plan = preview_merge(ctx, survivor=keep, merged=gone, choices={"name": Winner.SURVIVOR})
        assert plan.result.contacts
        merge_debtors(ctx, survivor=keep, merged=gone, today=TODAY)
    drain()
    with ctx.open():
        assert selectors.survivor(ctx, gone) == keep
        assert selectors.family(ctx, keep) == [keep, gone]
        assert selectors.debtors_by_external_id(ctx, seller, ["A1", "A2"]) == {"A1": keep, "A2": keep}
        assert selectors.debtor(ctx, keep).email == "ap@acme.de"
        assert len(selectors.identifiers(ctx, keep)) == 1
        assert selectors.debtors_by_ibans(ctx, [IBAN]) == {IBAN: [keep]}
        assert [row.id for row in selectors.search(ctx, "acme")] == [keep]
        assert {row.id for row in books_selectors.items(ctx, debtors=[keep])} >= {item}
        assert {row.id for row in books_selectors.credits_(ctx, debtors=[keep])} == {paid}
        holds = books_selectors.holds(ctx, debtors=[keep])  # what is on account may hold single items besides
        assert [hold.reason for hold in holds if hold.item_id is None] == ["dispute"]
        balance = books_selectors.balances(ctx, as_of=TODAY)
        assert [(row.debtor_id, row.open, row.unapplied) for row in balance] == [(keep, 23800, 5000)]
        with pytest.raises(RefusedError, match="merged already"):
            merge_debtors(ctx, survivor=keep, merged=gone, today=TODAY)


def test_records_of_two_creditors_are_never_merged(ctx, seller):
    with ctx.open():
        one, two = create(ctx, seller, "A1")[0], create(ctx, make.creditor(ctx), "A1")[0]
        with pytest.raises(RefusedError, match="two creditors"):
            merge_debtors(ctx, survivor=one, merged=two, today=TODAY)
        with pytest.raises(RefusedError, match="no such"):
            merge_debtors(ctx, survivor=one, merged=seller, today=TODAY)
