"""Customers: created, changed and grouped with a fact for each change, refused with findings."""

from dataclasses import replace
from datetime import date

import pytest
from tests import make

from fairdue.core.findings import RefusedError
from fairdue.core.parties.models import Address, AddressKind, Scheme
from fairdue.foundation.context import Ctx
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors
from fairdue.parties.services import (
    CreditorDraft,
    DebtorDraft,
    add_address,
    add_contact,
    change_contact,
    change_creditor,
    change_debtor,
    create_creditor,
    create_debtors,
    remove_address,
    remove_contact,
    remove_identifier,
    set_identifier,
    verify_value,
)
from fairdue.parties.services.details import ContactDraft

TODAY = date(2026, 3, 2)
FIELDS = {"country": "DE", "street": "Am Markt 1", "postcode": "10115", "city": "Berlin", "language": "de"}


@pytest.fixture
def seller(ctx):
    with ctx.open():
        return make.creditor(ctx)


def facts(ctx):
    from fairdue.foundation.models import Fact

    return [
        (fact.type, fact.payload) for fact in Fact.objects.filter(tenant_id=ctx.tenant).order_by("recorded_at", "id")
    ]


def draft(seller, number="K1", name="Müller & Söhne GmbH", **fields):
    return DebtorDraft(seller, number, name, **{**FIELDS, **fields})


def test_a_customer_is_created_whole_and_found_by_any_spelling(ctx, seller):
    with ctx.open():
        made = create_debtors(
            ctx,
            debtors=[draft(seller, vat_id="DE 136 695 976", phone="030 123456", email="AP@Mueller.DE")],
            today=TODAY,
        )[0]
        row = selectors.debtor(ctx, made)
        assert (row.vat_id, row.phone, row.email) == ("DE136695976", "+4930123456", "AP@mueller.de")
        assert row.address_state == "well_formed"
        for text in ("mueller", "MÜLLER & S", "K1"):
            assert [found.id for found in selectors.search(ctx, text)] == [made]
        assert selectors.search(ctx, "schmidt") == []
        assert facts(ctx)[-1] == ("debtor.created", {"name": "Müller & Söhne GmbH", "number": "K1", "source": ""})


@pytest.mark.parametrize(
    "fields, code",
    [
        ({"name": " "}, "debtor.missing"),
        ({"vat_id": "DE136695977"}, "vat.invalid"),
        ({"email": "nobody"}, "email.invalid"),
        ({"kind": "alien"}, "debtor.kind"),
        ({"credit_limit": -1}, "debtor.credit_limit"),
        ({"discount_percent": 2}, "debtor.discount"),
        ({"ibans": ("DE88370400440532013000",)}, "iban.invalid"),
    ],
)
def test_a_wrong_customer_is_refused_with_its_place(ctx, seller, fields, code):
    with ctx.open(), pytest.raises(RefusedError) as refusal:
        create_debtors(ctx, debtors=[draft(seller, "K0"), draft(seller, **fields)], today=TODAY)
    assert [finding.code for finding in refusal.value.findings] == [code]
    assert refusal.value.findings[0].path.startswith("debtors[1].")


def test_a_number_in_use_refuses_all(ctx, seller):
    with ctx.open():
        create_debtors(ctx, debtors=[draft(seller)], today=TODAY)
    for batch in ([draft(seller, "K2"), draft(seller)], [draft(seller, "K3"), draft(seller, "K3")]):
        with ctx.open(), pytest.raises(RefusedError, match=r"K1|K3"):
            create_debtors(ctx, debtors=batch, today=TODAY)
    with ctx.open():
        assert selectors.debtors_by_external_id(ctx, seller, ["K1", "K2", "K3"]).keys() == {"K1"}


def test_a_doubtful_address_is_kept_as_unchecked(ctx, seller):
    with ctx.open():
        made = create_debtors(ctx, debtors=[draft(seller, postcode="1")], today=TODAY)[0]
        assert selectors.debtor(ctx, made).address_state == "unchecked"


def test_a_change_records_before_and_after_and_unchecks_what_changed(ctx, seller):
    with ctx.open():
        made = create_debtors(ctx, debtors=[draft(seller, email="a@b.de")], today=TODAY)[0]
        verify_value(ctx, debtor=made, what="email", state="delivered", source="DSN", today=TODAY)
        verify_value(ctx, debtor=made, what="address", state="confirmed", source="call", today=TODAY)
        change_debtor(ctx, debtor=made, changes={"city": "Köln", "postcode": "50667", "email": "c@d.de"}, today=TODAY)
        row = selectors.debtor(ctx, made)
        assert (row.city, row.address_state, row.email_state) == ("Köln", "well_formed", "unchecked")
        kind, payload = facts(ctx)[-1]
        assert kind == "debtor.changed"
        assert "city Berlin → Köln" in payload["changes"]
        before = len(facts(ctx))
        change_debtor(ctx, debtor=made, changes={"city": "Köln"}, today=TODAY)
        assert len(facts(ctx)) == before


def test_limits_and_terms_need_the_credit_permission(ctx, seller):
    with ctx.open():
        made = create_debtors(ctx, debtors=[draft(seller)], today=TODAY)[0]
    clerk = replace(ctx, permissions=frozenset({Permission.CUSTOMERS_EDIT}))
    manager = replace(ctx, permissions=frozenset({Permission.CREDIT_EDIT}))
    with ctx.open():
        change_debtor(clerk, debtor=made, changes={"city": "Bonn"}, today=TODAY)
        change_debtor(manager, debtor=made, changes={"credit_limit": 500000}, today=TODAY)
        for who, changes in ((clerk, {"credit_limit": 1}), (manager, {"city": "Ulm"})):
            with pytest.raises(RefusedError, match="needs"):
                change_debtor(who, debtor=made, changes=changes, today=TODAY)


def test_what_may_not_change_is_refused(ctx, seller):
    with ctx.open():
        made = create_debtors(ctx, debtors=[draft(seller)], today=TODAY)[0]
        for changes in ({"creditor": seller}, {"vat_id": "DE1"}, {"parent": made}):
            with pytest.raises(RefusedError):
                change_debtor(ctx, debtor=made, changes=changes, today=TODAY)


def test_a_group_has_no_circle_and_its_parent_pays(ctx, seller):
    with ctx.open():
        top, middle, low = create_debtors(
            ctx, debtors=[draft(seller, f"K{n}", f"Firma {n}") for n in range(3)], today=TODAY
        )
        change_debtor(ctx, debtor=middle, changes={"parent": top, "parent_pays": True}, today=TODAY)
        change_debtor(ctx, debtor=low, changes={"parent": middle}, today=TODAY)
        with pytest.raises(RefusedError, match="belongs to this customer"):
            change_debtor(ctx, debtor=top, changes={"parent": low}, today=TODAY)
        assert selectors.payers(ctx, [top, middle, low]) == {top: top, middle: top, low: low}
        assert [row.id for row in selectors.group(ctx, top)] == [middle]


def test_contacts_addresses_and_identifiers_come_and_go_with_facts(ctx, seller):
    with ctx.open():
        made = create_debtors(ctx, debtors=[draft(seller)], today=TODAY)[0]
        contact = add_contact(
            ctx, debtor=made, contact=ContactDraft("Ann", "accounts_payable", "ann@x.de"), today=TODAY
        )
        change_contact(ctx, contact=contact, changes={"phone": "030 123456"}, today=TODAY)
        assert selectors.contacts(ctx, made)[0].phone == "+4930123456"
        ship = Address(AddressKind.SHIP_TO, "Kai 2", postcode="20457", city="Hamburg", country="DE")
        address = add_address(ctx, debtor=made, address=ship, today=TODAY)
        assert selectors.addresses(ctx, made)[0].state == "well_formed"
        number = set_identifier(ctx, debtor=made, scheme="register", value="AG München HRB 1234", today=TODAY)
        assert set_identifier(ctx, debtor=made, scheme="register", value="München, HRB 1234", today=TODAY) == number
        remove_contact(ctx, contact=contact, today=TODAY)
        remove_address(ctx, address=address, today=TODAY)
        remove_identifier(ctx, identifier=number, today=TODAY)
        assert (selectors.contacts(ctx, made), selectors.addresses(ctx, made), selectors.identifiers(ctx, made)) == (
            [],
            [],
            [],
        )
        kinds = [kind for kind, _ in facts(ctx)]
        for kind in (
            "contact_added",
            "contact_changed",
            "contact_removed",
            "address_added",
            "address_removed",
            "identifier_set",
            "identifier_removed",
        ):
            assert kinds.count(f"debtor.{kind}") == 1


@pytest.mark.parametrize(
    "contact", [ContactDraft("Ann"), ContactDraft("Ann", "boss", "a@b.de"), ContactDraft(email="x")]
)
def test_a_contact_nobody_can_reach_is_refused(ctx, seller, contact):
    with ctx.open():
        made = create_debtors(ctx, debtors=[draft(seller)], today=TODAY)[0]
        with pytest.raises(RefusedError):
            add_contact(ctx, debtor=made, contact=contact, today=TODAY)


@pytest.mark.parametrize("scheme, value", [("vat", "DE136695976"), ("shoe_size", "44"), ("lei", "1")])
def test_an_identifier_that_is_none_is_refused(ctx, seller, scheme, value):
    with ctx.open():
        made = create_debtors(ctx, debtors=[draft(seller)], today=TODAY)[0]
        with pytest.raises(RefusedError):
            set_identifier(ctx, debtor=made, scheme=scheme, value=value, today=TODAY)


def test_completeness_knows_the_country_of_the_seller(ctx, seller):
    with ctx.open():
        home, abroad = create_debtors(
            ctx, debtors=[draft(seller), draft(seller, "K2", country="FR", postcode="75001", city="Paris")], today=TODAY
        )
        scores = selectors.completeness_of(ctx, [home, abroad], today=TODAY)
        assert {gap.code for gap in scores[abroad].gaps} - {gap.code for gap in scores[home].gaps} == {
            "vat_cross_border"
        }


def test_creditors_are_checked_and_keep_their_currency(ctx):
    with ctx.open():
        made = create_creditor(ctx, draft=CreditorDraft("NW", "Nordwind GmbH", "DE", "EUR"), today=TODAY)
        change_creditor(ctx, creditor=made, changes={"city": "Kiel"}, today=TODAY)
        assert selectors.creditor(ctx, made).city == "Kiel"
        assert selectors.creditor_by_code(ctx, "NW").id == made
        for changes in ({"currency": "USD"}, {"iban": "DE1"}):
            with pytest.raises(RefusedError):
                change_creditor(ctx, creditor=made, changes=changes, today=TODAY)
        for bad in (CreditorDraft("NW", "Again", "DE", "EUR"), CreditorDraft("X", "", "DE", "EUX")):
            with pytest.raises(RefusedError):
                create_creditor(ctx, draft=bad, today=TODAY)


def test_another_tenant_sees_nothing(ctx, other_ctx, seller):
    with ctx.open():
        made = create_debtors(ctx, debtors=[draft(seller)], today=TODAY)[0]
    with other_ctx.open():
        assert selectors.debtor(other_ctx, made) is None
        assert selectors.search(other_ctx, "mueller") == []


def test_a_client_user_sees_only_the_customers_of_its_creditor(ctx):
    with ctx.open():
        mine, theirs = make.creditor(ctx), make.creditor(ctx)
        seen, hidden = (create_debtors(ctx, debtors=[draft(owner)], today=TODAY)[0] for owner in (mine, theirs))
    client = Ctx(ctx.tenant, "user:client", mine)
    with client.open():
        assert selectors.debtor(client, seen)
        assert selectors.debtor(client, hidden) is None


def test_every_scheme_of_the_core_can_be_kept(ctx, seller):
    values = {
        "register": "HRB 1",
        "tax": "12/345",
        "eori": "DE123",
        "peppol": "9930:DE136695976",
        "lei": "5493001KJTIIGC8Y1R12",
        "gln": "4035811991014",
        "routing": "04011000-1234512345-06",
        "pec": "fatture@pec.kaufmann.example",
    }
    with ctx.open():
        made = create_debtors(ctx, debtors=[draft(seller)], today=TODAY)[0]
        for scheme in set(Scheme) - {Scheme.VAT}:
            set_identifier(ctx, debtor=made, scheme=scheme.value, value=values[scheme.value], today=TODAY)
        assert len(selectors.identifiers(ctx, made)) == len(values)
