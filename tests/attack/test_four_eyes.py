"""One person tries to be two: by keys, by small steps, by other words, by doing it twice at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import connections

from fairdue.core.findings import RefusedError
from fairdue.foundation.accounts import authenticate_api_key, create_api_key, invite_user
from fairdue.foundation.approvals import decide
from fairdue.foundation.context import Ctx
from fairdue.receivables.services import propose_write_off, reverse_allocations, write_off
from tests import make
from tests.api.calling import Machine, codes

TODAY = make.TODAY


def _person(ctx, name):
    with ctx.open():
        user = invite_user(ctx, email=f"{name}@fairdue.example", role="admin", today=TODAY)
    return replace(ctx, actor=f"user:{user}")


def _key_of(ctx):
    """Return the context in which a key acts that `ctx` makes for itself."""
    with ctx.open():
        made = create_api_key(ctx, name="robot", scopes=sorted(ctx.permissions), today=TODAY)
    holder = authenticate_api_key(made.secret)
    return Ctx(ctx.tenant, f"key:{holder.id}", holder.creditor_id, holder.permissions)


def _through_one_key(person):
    return person, _key_of(person)


def _through_two_keys(person):
    return _key_of(person), _key_of(person)


def _through_a_key_of_a_key(person):
    return person, _key_of(_key_of(person))


@pytest.mark.parametrize("hands", [_through_one_key, _through_two_keys, _through_a_key_of_a_key])
def test_keys_are_the_eyes_of_the_person_who_made_them(ctx, books, hands):
    proposing, deciding = hands(_person(ctx, "one"))
    with ctx.open():
        item = make.item(ctx, books, 50000)
        proposed = propose_write_off(proposing, item=item, amount=50000, reason="a friend", today=TODAY)
        with pytest.raises(RefusedError, match="Somebody else"):
            decide(deciding, approval=proposed, approve=True, today=TODAY)
        assert make.residual(item) == 50000
        decide(_key_of(_person(ctx, "two")), approval=proposed, approve=True, today=TODAY)
        assert make.residual(item) == 0


def test_small_steps_do_not_pass_the_limit(ctx, books):
    with ctx.open():
        item = make.item(ctx, books, 50000)
        first = write_off(ctx, item=item, amount=6000, reason="goodwill", effective_on=TODAY, today=TODAY)
        with pytest.raises(RefusedError, match="second person"):
            write_off(ctx, item=item, amount=6000, reason="goodwill", effective_on=TODAY, today=TODAY)
        assert make.residual(item) == 44000
        reverse_allocations(ctx, group=first, effective_on=TODAY, today=TODAY, reason="mistake")
        write_off(ctx, item=item, amount=10000, reason="goodwill", effective_on=TODAY, today=TODAY)
        assert make.residual(item) == 40000


def test_what_a_second_person_approved_does_not_use_up_the_limit(ctx, books):
    with ctx.open():
        item = make.item(ctx, books, 50000)
        proposed = propose_write_off(ctx, item=item, amount=40000, reason="insolvent", today=TODAY)
        decide(replace(ctx, actor="user:2"), approval=proposed, approve=True, today=TODAY)
        write_off(ctx, item=item, amount=10000, reason="rest", effective_on=TODAY, today=TODAY)
        assert make.residual(item) == 0


def test_two_write_offs_at_once_do_not_pass_the_limit(ctx, books):
    with ctx.open():
        item = make.item(ctx, books, 50000)

    def attempt(_):
        try:
            with ctx.open():
                write_off(ctx, item=item, amount=6000, reason="goodwill", effective_on=TODAY, today=TODAY)
        except RefusedError as refused:
            return refused.findings[0].code
        finally:
            connections["default"].close()
        return "written off"

    with ThreadPoolExecutor(4) as pool:
        said = sorted(pool.map(attempt, range(4)))
    assert said == ["write_off.needs_approval"] * 3 + ["written off"]


def _discount(api, item, amount):
    return api.post("/allocations", {"lines": [{"item": str(item), "amount": amount, "kind": "discount"}]})


def test_a_write_off_is_no_discount_because_it_is_called_one(ctx, books):
    api = Machine(ctx, scopes=["cash.apply"])
    with ctx.open():
        item = make.item(ctx, books, 500000)
        agreed = make.item(ctx, books, 500000, discount_percent=Decimal(3), discount_until=TODAY)
    refused = _discount(api, item, "5000.00")
    assert (refused.status_code, codes(refused)) == (422, ["write_off.needs_approval"])
    assert _discount(api, agreed, "250.01").status_code == 422
    assert _discount(api, agreed, "150.00").status_code == 201
    assert _discount(api, agreed, "100.01").status_code == 422
    assert _discount(api, agreed, "100.00").status_code == 201
