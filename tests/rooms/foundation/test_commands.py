"""The same key is the same call: one effect and one answer, however many ask at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import connection

from fairdue.core.findings import RefusedError
from fairdue.foundation.commands import command
from fairdue.foundation.context import Ctx
from fairdue.foundation.models import IdempotencyKey
from fairdue.foundation.permissions import Permission
from tests import make


@command("proof.receive")
def receive(ctx, *, books, amount, key=None):
    return make.payment(ctx, books, amount)


@command("proof.fail")
def fail(ctx, *, key=None):
    raise ZeroDivisionError


@command("proof.close", Permission.PERIOD_CLOSE)
def close(ctx):
    return "closed"


def credits_of(ctx):
    from fairdue.receivables.models import Credit

    with ctx.open():
        return Credit.objects.count()


def test_eight_calls_at_once_with_one_key_have_one_effect(ctx, books):
    barrier = threading.Barrier(8)

    def call(_):
        barrier.wait()
        try:
            with ctx.open():
                return receive(ctx, books=books, amount=500, key="double click")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(call, range(8)))
    assert len(answers) == 1
    assert credits_of(ctx) == 1


def test_another_input_with_the_same_key_is_refused_and_changes_nothing(ctx, books):
    with ctx.open():
        receive(ctx, books=books, amount=500, key="k")
    with pytest.raises(RefusedError, match="another request"), ctx.open():
        receive(ctx, books=books, amount=501, key="k")
    with pytest.raises(RefusedError, match="another request"), ctx.open():
        fail(ctx, key="k")
    assert credits_of(ctx) == 1


def test_a_key_belongs_to_one_tenant(ctx, other_ctx, books):
    with other_ctx.open():
        their_books = make.books(other_ctx)
        receive(other_ctx, books=their_books, amount=500, key="k")
    with ctx.open():
        receive(ctx, books=books, amount=900, key="k")
    assert credits_of(ctx) == credits_of(other_ctx) == 1


def test_a_call_that_failed_may_be_repeated_with_its_key(ctx):
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), ctx.open():
            fail(ctx, key="again")
    with ctx.open():
        assert IdempotencyKey.objects.count() == 0


@pytest.mark.parametrize(
    "answer", [None, 7, "text", UUID(int=5), [UUID(int=5), UUID(int=6)], [[1, 2], ["x", None]], []]
)
def test_the_answer_comes_back_as_it_was(ctx, answer):
    calls = []

    @command("proof.answer")
    def answering(ctx, *, key=None):
        calls.append(key)
        return answer

    with ctx.open():
        assert answering(ctx, key="k") == answer
    with ctx.open():
        assert answering(ctx, key="k") == answer
    assert calls == ["k"]


def test_what_has_no_canonical_form_is_an_error_not_a_silent_match(ctx):
    @command("proof.odd")
    def odd(ctx, *, what, key=None):
        return object()

    with pytest.raises(TypeError, match="has no canonical form"), ctx.open():
        odd(ctx, what=object(), key="k")
    with pytest.raises(TypeError, match="returns ids"), ctx.open():
        odd(ctx, what={date(2026, 1, 1).isoformat(): [Decimal("1.50"), {uuid4()}, b"bytes"]}, key="k")


def test_a_command_refuses_who_may_not(ctx):
    clerk = Ctx(ctx.tenant, ctx.actor, permissions=frozenset())
    with ctx.open():
        assert close(ctx) == "closed"
    with pytest.raises(RefusedError, match="You may not do this"), clerk.open():
        close(clerk)


def test_a_command_that_fails_leaves_nothing_behind(ctx, books):
    @command("proof.half")
    def half(ctx):
        make.payment(ctx, books, 100)
        raise ZeroDivisionError

    with ctx.open(), pytest.raises(ZeroDivisionError):
        half(ctx)
    assert credits_of(ctx) == 0
