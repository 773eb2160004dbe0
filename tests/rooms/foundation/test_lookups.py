"""A list of identifiers is one parameter of a statement, and means what Django's IN means."""

from uuid import uuid4

import pytest
from django.db.models import F

from fairdue.parties.models import Debtor
from tests import make


@pytest.fixture
def three(ctx, books):
    with ctx.open():
        return [make.debtor(ctx, books.creditor, name=name) for name in ("Ahorn", "Birke", "Cedar")]


def names(**asked):
    return sorted(Debtor.objects.filter(**asked).values_list("name", flat=True))


def test_a_list_of_identifiers_travels_as_one_array(ctx, three):
    with ctx.open():
        sql = str(Debtor.objects.filter(id__in=[*three, uuid4()]).query)
    assert "= ANY(" in sql
    assert " IN (" not in sql


def test_a_list_of_one_stays_an_equality_to_the_planner(ctx, three):
    with ctx.open():
        assert "ANY(" not in str(Debtor.objects.filter(id__in=three[:1]).query)
        assert names(id__in=three[:1]) == ["Ahorn"]


def test_identifiers_are_found_whatever_they_come_as(ctx, three):
    with ctx.open():
        assert names(id__in=three[:2]) == ["Ahorn", "Birke"]
        assert names(id__in=[str(three[0]), None, three[0]]) == ["Ahorn"]
        assert names(id__in=(one for one in three[1:])) == ["Birke", "Cedar"]
        assert names(id__in=[]) == names(id__in=[None]) == []
        assert names(id__in=Debtor.objects.filter(name="Cedar").values("id")) == ["Cedar"]
        assert names(id__in=[F("id"), three[0]], name="Birke") == ["Birke"]


def test_those_that_are_not_of_a_list_are_found(ctx, three):
    with ctx.open():
        left = Debtor.objects.filter(id__in=three).exclude(id__in=three[:2])
        assert [row.name for row in left] == ["Cedar"]
        assert Debtor.objects.filter(id__in=three).exclude(id__in=[]).count() == 3
