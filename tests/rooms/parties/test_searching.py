"""A customer is found by any part of what a person has in hand."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests import make

from fairdue.core.parties.names import normal_name
from fairdue.parties import selectors
from fairdue.parties.models import Debtor
from fairdue.parties.searching import patterns_for
from fairdue.receivables.customers import customers

FOUND = """
kaufmann      | start of the name
mann m        | a part that crosses words
KAUFMANN KG   | the whole name in capitals
MÜLL          | an accent that the folded name has not
de 123 456    | a VAT number as people write it
DE123456789   | a VAT number
3456          | a part of it
k-77          | a customer number
77            | a part of it
@kaufmann     | a part of the address
AP@KAUF       | an address in capitals
"""


@pytest.fixture
def customer(ctx, books):
    with ctx.open():
        Debtor.objects.filter(id=books.debtor).update(
            name="Kaufmann Müller KG", search_name="kaufmann mueller", external_id="K-77", vat_id="DE123456789",
            email="ap@kaufmann.example",
        )  # fmt: skip
        other = make.debtor(ctx, books.creditor, name="Zander AG", email="info@zander.example")
        Debtor.objects.filter(id=other).update(external_id="Z-1")  # a number that was counted up may have a 77 in it
    return books.debtor


@pytest.mark.parametrize("line", FOUND.strip().splitlines())
def test_any_part_finds_the_customer_and_no_other(ctx, customer, line):
    text = line.partition("|")[0].rstrip()
    with ctx.open():
        assert [row.id for row in selectors.search(ctx, text)] == [customer]
        assert [row.id for row in customers(ctx, today=make.TODAY, filters={"q": text})] == [customer]


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "\\", "K_77", "unknown"])
def test_signs_of_patterns_stand_for_themselves(ctx, customer, text):
    with ctx.open():
        assert selectors.search(ctx, text) == []


def test_what_begins_with_the_words_comes_first(ctx, books):
    with ctx.open():
        inside = make.debtor(ctx, books.creditor, name="Alpha Nord")
        first = make.debtor(ctx, books.creditor, name="Nord Beta")
        assert [row.id for row in selectors.search(ctx, "nord")] == [first, inside]


def test_the_search_stays_with_the_client_and_the_tenant_and_is_one_question(ctx, customer, books, other_ctx):
    with ctx.open():
        elsewhere = make.creditor(ctx)
        assert selectors.search(ctx, "kaufmann", creditor_id=elsewhere) == []
        with CaptureQueriesContext(connection) as asked:
            selectors.search(ctx, "kaufmann")
        assert len(asked) == 1
    with other_ctx.open():
        assert selectors.search(other_ctx, "kaufmann") == []


@pytest.mark.no_database
def test_a_text_without_a_sign_asks_for_nothing():
    assert patterns_for(" \0 ") == []
    assert patterns_for("DE 12.3") == ["%de 12.3%", "%de 12 3%", "%de123%"]


FORGIVEN = """
müller    | Autohaus Müller GmbH   | a word inside
muller    | Autohaus Müller GmbH   | without the dots
muelelr   | Autohaus Müller GmbH   | two letters the other way round
müler     | Autohaus Müller GmbH   | a letter missing
autohauus | Autohaus Müller GmbH   | a letter too many
autoxaus  | Autohaus Müller GmbH   | another letter
muller auto | Autohaus Müller GmbH | the words the other way round
haus      | Autohaus Müller GmbH   | a part of a word
cafe      | Café Society Ltd       | without the accent
garcons   | Les Garçons SARL       | without the cedilla
societi   | Café Society Ltd       | the end of a word
d-9000    | Zander Nord Handel AG  | the beginning of a number
handel    | Zander Nord Handel AG  | the third word
"""


@pytest.mark.parametrize("line", FORGIVEN.strip().splitlines())
def test_a_word_inside_is_found_without_accents_and_with_one_mistake(ctx, books, other_ctx, line):
    typed, name = (part.strip() for part in line.split("|")[:2])
    with ctx.open():
        for number, one in enumerate(("Autohaus Müller GmbH", "Café Society Ltd", "Les Garçons SARL",
                                      "Zander Nord Handel AG")):  # fmt: skip
            made = make.debtor(ctx, books.creditor, name=one, email="")
            Debtor.objects.filter(id=made).update(search_name=normal_name(one), external_id=f"D-900{number}")
        wanted = Debtor.objects.get(name=name)
        if typed == "d-9000":
            Debtor.objects.exclude(id=wanted.id).filter(external_id="D-9000").update(external_id="X")
            Debtor.objects.filter(id=wanted.id).update(external_id="D-9000")
        found = selectors.search(ctx, typed)
        assert [row.id for row in found] == [wanted.id]
        elsewhere = make.creditor(ctx)
        assert selectors.search(ctx, typed, creditor_id=elsewhere) == []
    narrowed = replace(ctx, creditor=elsewhere)
    with narrowed.open():
        assert selectors.search(narrowed, typed) == []
    with other_ctx.open():
        assert selectors.search(other_ctx, typed) == []


def test_a_short_word_is_not_guessed(ctx, books):
    with ctx.open():
        make.debtor(ctx, books.creditor, name="Maus Bau")
        assert selectors.search(ctx, "haus") == []
