"""Search finds what a person has in hand, and only what they may see."""

from __future__ import annotations

import pytest

from fairdue.receivables.searching import amounts_in, find_items
from tests import make


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1,240.00", [1240, 124000, 1240000]),
        ("1.240,00", [1240, 124000, 1240000]),
        ("1240", [1240, 124000, 1240000]),
        ("12.5", [1250, 12500]),
        ("0.005", [5, 500, 5000]),
        ("1.240", [1240, 124000, 1240000]),
        ("RE-1", []),
        ("١٢", []),
        ("9" * 16, []),
        ("", []),
    ],
)
@pytest.mark.no_database
def test_an_amount_is_read_in_every_way_that_it_can_be_meant(text, minor):
    assert [value for value in amounts_in(text) if value in minor] == minor
    assert bool(amounts_in(text)) == bool(minor)


def test_items_are_found_by_the_beginning_of_their_number_and_by_their_open_amount(ctx, books):
    with ctx.open():
        one = make.item(ctx, books, 123_400, number="RE-2026-00017")
        two = make.item(ctx, books, 55_500, number="RE-2026-00018")
        assert [row.id for row in find_items(ctx, "re-2026-0001")] == [one, two]
        assert [row.id for row in find_items(ctx, "1,234.00")] == [one]
        assert [row.id for row in find_items(ctx, "555")] == [two]
        assert find_items(ctx, "2026") == []
        assert find_items(ctx, "  ") == []


def test_nothing_of_another_tenant_or_creditor_is_found(ctx, books, other_ctx):
    with ctx.open():
        make.item(ctx, books, 123_400, number="RE-2026-00017")
        elsewhere = make.creditor(ctx)
        assert find_items(ctx, "RE", creditor=elsewhere) == []
    with other_ctx.open():
        assert find_items(other_ctx, "RE-2026") == []


def test_the_search_is_one_question_to_the_database(ctx, books):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with ctx.open(), CaptureQueriesContext(connection) as asked:
        find_items(ctx, "RE")
    assert len(asked) == 1


@pytest.mark.parametrize(
    "query", ["'; DROP TABLE fact; --", "%", "_", "\\", "\x00", "<script>alert(1)</script>", "ß" * 500]
)
def test_odd_queries_are_only_words(sign_in, query):
    answer = sign_in().get("/search", {"q": query})
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content


def test_find_opens_with_what_this_person_looked_at_last(ctx, books, sign_in):
    with ctx.open():
        other = make.debtor(ctx, books.creditor, name="Zander AG")
    client = sign_in("collector")
    assert "Looked at last" not in client.get("/search").content.decode()
    client.get(f"/customers/{other}")
    client.get(f"/w/{books.debtor}")
    client.get(f"/customers/{books.creditor}")
    for path in ("/search", "/palette"):
        page = client.get(path).content.decode()
        assert page.index("Looked at last") < page.index("Kaufmann KG") < page.index("Zander AG")
    assert "Looked at last" not in client.get("/palette", {"q": "zander"}).content.decode()
    client.get(f"/customers/{other}")
    page = client.get("/search").content.decode()
    assert page.index("Zander AG") < page.index("Kaufmann KG")


def test_what_was_looked_at_is_kept_for_the_same_person_only(ctx, books, sign_in):
    client, next_one = sign_in("collector"), sign_in("collector")
    client.get(f"/customers/{books.debtor}")
    next_one.cookies["recent"] = client.cookies["recent"].value
    assert "Looked at last" not in next_one.get("/search").content.decode()
    client.cookies["recent"] = "crubbish"
    assert client.get("/search").status_code == 200
