"""Who pays: own money, names that paid before, head offices and branches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fairdue.core.matching import (
    Ledger,
    Payers,
    Policy,
    match,
)
from tests.core.matched import ITEMS, NAMES, item, one, paid

OWN = Payers(
    NAMES.items(), {"TAX": {"": 2}}, aliases={"zollamt": {"": 1}, "laden mueller": {"A": 2}}, own=["Nord GmbH"]
)


@pytest.mark.parametrize(
    ("payer", "account", "text", "grade"),
    [
        ("NORD GMBH", "", "Umbuchung", "own"), ("Irgendwer", "TAX", "x", "memory"), ("Zollamt", "", "x", "memory"),
        ("Finanzamt Bremen", "", "Erstattung", "payer and words"), ("Finanzamt Bremen", "", "x", "payer"),
        ("Irgendwer", "", "Habenzinsen", "words"), ("", "", "Habenzinsen", "words alone"),
    ],
)  # fmt: skip
def test_who_pays_and_the_words_tell_money_of_no_customer(payer, account, text, grade):
    payment = replace(paid("77.70", text), payer_name=payer, payer_account=account)
    (proposal,) = match([payment], Ledger(ITEMS), OWN, Policy())
    assert (proposal.rule, proposal.grade, proposal.on_account) == ("none.not_receivable", grade, 7770)


@pytest.mark.parametrize(
    ("payer", "text", "rule", "automatic"),
    [
        ("Schadenfroh GmbH", "Danke", "none.unknown", False),
        ("", "Schadenfroh GmbH", "none.unknown", False),
        ("Autohaus Kramer", "Schaden an der Palette", "none.not_receivable", False),
        ("", "Schaden 26-4711", "none.not_receivable", False),
        ("Hugh Grant Ltd", "Hugh Grant, in settlement of your account", "none.not_receivable", False),
        ("Versicherungsmakler Huber", "Danke", "none.unknown", False),
        ("Allianz Versicherungs-AG", "Schaden 26-4711", "none.not_receivable", True),
        ("Coface Kreditversicherung", "Schaden 26-4711", "none.not_receivable", False),
        ("ATRADIUS", "4711", "none.not_receivable", False),
        ("", "Habenzinsen", "none.not_receivable", True),
    ],
)  # fmt: skip
def test_a_machine_sets_money_aside_only_where_the_payer_or_the_bank_stands_for_it(payer, text, rule, automatic):
    (proposal,) = match([replace(paid("77.70", text), payer_name=payer)], Ledger(ITEMS), OWN, Policy())
    assert (proposal.rule, proposal.automatic) == (rule, automatic)


def test_no_experience_lets_a_machine_set_aside_what_may_be_an_indemnity_or_a_customer_s():
    trusted = Policy(right={f"none.not_receivable/{grade}": (900, 900) for grade in ("words", "credit insurer")})
    known = Payers(NAMES.items(), {}, aliases={"atradius": {"": 9}})
    for payer, reason in (("Atradius", "Atradius insures receivables"), ("Autohaus Kramer", "The word \u201cSCHADEN")):
        payment = replace(paid("77.70", "Schaden 26"), payer_name=payer)
        (proposal,) = match([payment], Ledger(ITEMS), known, trusted)
        assert (proposal.confidence, proposal.automatic) == (9_000, False)
        assert proposal.reason.startswith(reason)


def test_a_customer_may_write_what_he_likes():
    payment = replace(paid("77.70", "Zinsen"), payer_name="Étoile SARL")
    (proposal,) = match([payment], Ledger(ITEMS), OWN, Policy())
    assert proposal.rule == "payer.exact"


def test_a_name_that_paid_before_is_known_again():
    (identity,) = OWN.identify(replace(paid("1.00"), payer_name="Laden Müller"))
    assert (identity.debtor, identity.by) == ("A", "alias")
    assert identity.why == "this name paid for the customer 2 of 2 times"


# Groups.


def test_a_head_office_pays_for_its_branches():
    items = [item("RE-2026-10001", 5000, "B1", head="A"), item("RE-2026-10002", 7000, "B2", head="A")]
    named = one(paid("120.00", "RE-2026-10001 RE-2026-10002", "A"), items)
    assert (named.rule, named.grade) == ("numbers.exact", "whole payer few")
    silent = one(paid("70.00", "Danke", "A"), items)
    assert (silent.rule, silent.grade, silent.debtor) == ("payer.exact", "branches", "B2")
    everything = one(paid("120.00", "Danke", "A"), items)
    assert everything.rule == "payer.balance"


def test_a_branch_account_counts_as_one_family():
    heads = {str(at): "A" for at in range(60)}
    group = Payers([], {"ACC": {str(at): 1 for at in range(60)}, "FEW": {str(at): 1 for at in range(8)}}, heads=heads)
    (family,) = group.identify(replace(paid("1.00"), payer_account="ACC"))
    assert (family.debtor, family.why) == ("A", "this account paid for 60 customers of one group")
    assert len(group.identify(replace(paid("1.00"), payer_account="FEW"))) == 8


def test_two_customers_of_one_name_are_looked_at_together():
    twins = Payers([("A", "Muster GmbH"), ("B", "Muster GmbH")], {})
    items = [item("RE-2026-10001", 5000, "A"), item("RE-2026-10002", 7000, "B")]
    (proposal,) = match([paid("70.00", "Danke", "A")], Ledger(items), twins, Policy())
    assert (proposal.debtor, proposal.grade) == ("B", "one of several")


# Experience.
