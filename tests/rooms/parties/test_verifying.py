"""Verified addresses: evidence is kept, the state follows from it, and what came back asks a person."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from tests.make import LINE

from fairdue.collections.models import Task
from fairdue.core.findings import RefusedError
from fairdue.core.parties.evidence import Evidence, Layer, Outcome
from fairdue.core.parties.models import Scheme
from fairdue.foundation.jobs import drain
from fairdue.foundation.models import Fact
from fairdue.invoicing import services as invoicing
from fairdue.parties import selectors
from fairdue.parties.models import AddressEvidence, Creditor, Debtor, DebtorIdentifier
from fairdue.parties.services import (
    change_debtor,
    confirm_value,
    keep_evidence,
    look_at,
    note_delivery,
    set_identifier,
    verify_value,
)
from fairdue.parties.verification.registers import REGISTERS

TODAY = date(2026, 3, 2)
VIES = b'{"isValid": true, "userError": "VALID", "name": "KAUFMANN KG", "address": "PLATZ 2\\n20095 HAMBURG"}'


@pytest.fixture
def known(ctx, books):
    with ctx.open():
        Debtor.objects.filter(id=books.debtor).update(
            street="Platz 2", postcode="20095", city="Hamburg", vat_id="DE129273398"
        )
    return books.debtor


def states(debtor):
    row = Debtor.objects.get(id=debtor)
    return row.address_state, row.email_state


def test_every_layer_is_kept_with_its_source_and_day_and_the_state_follows(ctx, known):
    found = look_at(ctx, debtor=known, registers=[REGISTERS["vies"]], send=lambda _: (200, VIES))
    with ctx.open():
        keep_evidence(ctx, debtor=known, evidence=found, today=TODAY)
        assert states(known) == ("matched", "well_formed")
        rows = {(one.what, one.layer): one for one in selectors.evidence(ctx, known)}
        assert rows["address", Layer.REGISTER].source == "VIES"
        assert rows["email", Layer.DOMAIN].outcome is Outcome.NOT_CHECKED
        assert {one.on for one in rows.values()} == {TODAY}
        told = Fact.objects.filter(type="debtor.verified", payload__state="matched").get()
        assert told.payload["source"] == "VIES"


def test_a_register_that_is_silent_leaves_the_address_as_it_was(ctx, known):
    found = look_at(ctx, debtor=known, registers=[REGISTERS["vies"]], send=lambda _: (503, b""))
    with ctx.open():
        keep_evidence(ctx, debtor=known, evidence=found, today=TODAY)
        assert states(known)[0] == "well_formed"
        assert "status 503" in AddressEvidence.objects.get(layer="register").detail


def test_a_bounce_makes_the_address_unverified_and_opens_one_task(ctx, known):
    with ctx.open():
        note_delivery(ctx, debtor=known, what="email", value="ap@kaufmann.example", arrived=False,
                      source="bounce", detail="550 5.1.1 no such user", today=TODAY)  # fmt: skip
        note_delivery(ctx, debtor=known, what="email", value="ap@kaufmann.example", arrived=False,
                      source="bounce", detail="550 5.1.1 no such user", today=TODAY)  # fmt: skip
        assert states(known)[1] == "returned"
    drain()
    with ctx.open():
        [task] = Task.objects.filter(debtor_id=known)
        assert (task.kind, "550 5.1.1" in task.reason) == ("master_data", True)


def test_a_bounce_of_an_old_address_says_nothing_about_the_new_one(ctx, known):
    with ctx.open():
        change_debtor(ctx, debtor=known, changes={"email": "new@kaufmann.example"}, today=TODAY)
        note_delivery(ctx, debtor=known, what="email", value="ap@kaufmann.example", arrived=False, source="bounce",
                      today=TODAY)  # fmt: skip
        assert states(known)[1] == "unchecked"


def test_a_person_confirms_with_a_reason_and_stands_in_the_fact(ctx, known):
    with ctx.open():
        note_delivery(ctx, debtor=known, what="address", value="Platz 2, 20095 Hamburg, DE", arrived=False,
                      source="returned letter", today=TODAY)  # fmt: skip
        assert states(known)[0] == "returned"
        confirm_value(ctx, debtor=known, what="address", source="called reception", today=TODAY)
        assert states(known)[0] == "confirmed"
        fact = Fact.objects.filter(type="debtor.verified", payload__state="confirmed").get()
        assert (fact.actor, fact.payload["source"]) == (ctx.actor, "called reception")
        for what, source, code in (("phone", "x", "verify.unknown"), ("email", " ", "verify.source")):
            with pytest.raises(RefusedError) as refused, transaction.atomic():
                confirm_value(ctx, debtor=known, what=what, source=source, today=TODAY)
            assert refused.value.findings[0].code == code
        Debtor.objects.filter(id=known).update(email="")
        with pytest.raises(RefusedError, match="no e-mail to confirm"):
            confirm_value(ctx, debtor=known, what="email", source="call", today=TODAY)


def test_a_state_from_before_is_not_undone_by_a_weaker_look(ctx, known):
    with ctx.open():
        Debtor.objects.filter(id=known).update(address_state="confirmed")
    found = look_at(ctx, debtor=known, registers=[])
    with ctx.open():
        keep_evidence(ctx, debtor=known, evidence=found, today=TODAY)
        assert states(known)[0] == "confirmed"
        verify_value(ctx, debtor=known, what="address", state="returned", source="letter", today=TODAY)
        assert states(known)[0] == "returned"


def test_an_identifier_that_a_register_knows_is_matched(ctx, known):
    lei = "529900T8BM49AURSDO55"
    gleif = (
        b'{"data": {"attributes": {"entity": {"legalName": {"name": "Kaufmann KG"}, "status": "ACTIVE",'
        b' "legalAddress": {"addressLines": ["Platz 2"], "city": "Hamburg", "postalCode": "20095"}}}}}'
    )
    with ctx.open():
        set_identifier(ctx, debtor=known, scheme=Scheme.LEI, value=lei, today=TODAY)
    found = look_at(ctx, debtor=known, registers=[REGISTERS["gleif"]], send=lambda _: (200, gleif))
    with ctx.open():
        keep_evidence(ctx, debtor=known, evidence=found, today=TODAY)
        assert DebtorIdentifier.objects.get(debtor_id=known).state == "matched"


def test_what_one_look_found_keeps_its_order(ctx, known):
    with ctx.open():
        value = selectors.current_values(ctx, known)["email"]
        said = [Evidence("email", Layer.SYNTAX, outcome, value, f"look {n}")
                for n, outcome in enumerate([Outcome.FAILED, Outcome.PASSED] * 8)]  # fmt: skip
        keep_evidence(ctx, debtor=known, evidence=said, today=TODAY)
        assert [one.source for one in selectors.evidence(ctx, known)] == [f"look {n}" for n in range(16)]
        assert states(known)[1] == "well_formed"


def test_evidence_is_only_ever_added(ctx, known):
    with ctx.open():
        confirm_value(ctx, debtor=known, what="email", source="call", today=TODAY)
        with pytest.raises(DatabaseError), transaction.atomic():
            AddressEvidence.objects.update(outcome="failed")
        with pytest.raises(DatabaseError), transaction.atomic():
            AddressEvidence.objects.all().delete()


def drafted(ctx, books, **settings):
    row = Creditor.objects.get(id=books.creditor)
    row.settings = {"formats": ["ubl"], **settings}
    row.street, row.postcode, row.city, row.vat_id = "Weg 1", "10115", "Berlin", "DE129273398"
    row.email, row.iban = "ar@nordwind.example", "DE75512108001245126199"
    row.save()
    content = {"lines": [LINE], "delivery": {"day": "2026-03-01"}}
    return invoicing.write_draft(
        ctx, creditor=books.creditor, debtor=books.debtor, content=content, currency="EUR", today=TODAY
    )


@pytest.mark.parametrize(
    ("settings", "state", "severity"),
    [
        ({}, "confirmed", None),
        ({}, "unchecked", None),  # its form is looked at, and is fine
        ({}, "returned", "warning"),
        ({"address_policy": "block"}, "returned", "warning"),  # it goes by e-mail; the address only stands on it
        ({"address_policy": "block", "delivery": "print"}, "returned", "error"),
        ({"address_policy": "block", "delivery": "none"}, "returned", "error"),
        ({"address_policy": "ignore", "delivery": "print"}, "returned", None),
        ({"address_policy": "block", "address_least": "matched", "delivery": "print"}, "well_formed", "error"),
        ({"address_policy": "block", "address_least": "matched"}, "matched", None),
        ({"address_least": "delivered"}, "matched", "warning"),
    ],
)
def test_an_unverified_address_is_a_finding_before_a_number_is_drawn(ctx, books, known, settings, state, severity):
    with ctx.open():
        Debtor.objects.filter(id=known).update(address_state=state, email_state="confirmed")
        draft = drafted(ctx, books, **settings)
        [preview] = invoicing.preview_issue(ctx, drafts=[draft], today=TODAY)
        found = [one.severity.value for one in preview.findings if one.code == "content.address_unverified"]
        assert found == ([severity] if severity else [])
        if severity == "error":
            with pytest.raises(RefusedError, match="postal address"):
                invoicing.issue_invoice(ctx, draft=draft, today=TODAY)


@pytest.mark.parametrize(
    ("settings", "wish", "severities"),
    [
        ({}, "", {"buyer.email": "warning"}),
        ({"address_policy": "block"}, "", {"buyer.email": "error"}),
        ({"address_policy": "block", "delivery": "portal"}, "", {"buyer.email": "error"}),
        ({"address_policy": "block", "delivery": "none"}, "", {}),
        ({"address_policy": "block", "delivery": "print"}, "", {}),
        ({"address_policy": "block", "delivery": "auto"}, "", {"buyer.email": "error"}),
        ({"address_policy": "block", "delivery": "auto"}, "print", {}),
        ({"address_policy": "block", "delivery": "auto", "channel": "print"}, "", {}),
        ({"address_policy": "block", "delivery": "auto", "channel_by_country": {"DE": "print"}}, "", {}),
        ({"address_policy": "block", "delivery": "peppol"}, "", {"buyer.peppol": "error"}),
        ({"address_policy": "block", "delivery": "folder"}, "", {}),
        ({"address_policy": "block", "delivery": "pigeon"}, "", {}),
    ],
)  # fmt: skip
def test_what_the_channel_needs_is_what_counts(ctx, books, known, settings, wish, severities):
    with ctx.open():
        Debtor.objects.filter(id=known).update(address_state="confirmed", email_state="returned", delivery=wish)
        draft = drafted(ctx, books, **settings)
        [preview] = invoicing.preview_issue(ctx, drafts=[draft], today=TODAY)
        found = {one.path: one.severity.value for one in preview.findings if one.code == "content.address_unverified"}
        assert found == severities


def test_a_peppol_id_with_right_check_digits_is_enough(ctx, books, known):
    with ctx.open():
        Debtor.objects.filter(id=known).update(address_state="confirmed")
        set_identifier(ctx, debtor=known, scheme=Scheme.PEPPOL, value="0088:4035811991021", today=TODAY)
        draft = drafted(ctx, books, delivery="peppol", address_policy="block")
        [preview] = invoicing.preview_issue(ctx, drafts=[draft], today=TODAY)
        assert not [one for one in preview.findings if one.code == "content.address_unverified"]
