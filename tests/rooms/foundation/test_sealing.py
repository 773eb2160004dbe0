"""Facts are sealed in a chain: whoever changes, removes or adds one is found, even with the owner's rights."""

from uuid import uuid4

import pytest
from django.db import connection

from fairdue.foundation.facts import FactType, NewFact, declare, record_all, sealing
from fairdue.foundation.facts.sealing import seal_facts
from fairdue.foundation.models import FactBlock
from fairdue.foundation.verifying import INVARIANTS
from tests.attack.raw import as_superuser
from tests.make import TODAY

declare(FactType("proof.happened", "something happened"))


def happen(ctx, count=5):
    facts = [NewFact("proof.happened", TODAY, uuid4(), payload={"n": n}) for n in range(count)]
    with ctx.open():
        record_all(ctx, facts)
    return facts


def named(ctx):
    with ctx.open():
        return [finding.code for finding in INVARIANTS["foundation.sealed_facts"](ctx)]


def tamper(ctx, statement, *parameters):
    with as_superuser(ctx.tenant) as admin:
        assert admin.execute(statement, parameters).rowcount >= 1


def test_an_untouched_chain_stands(ctx, monkeypatch):
    monkeypatch.setattr(sealing, "BLOCK", 3)
    happen(ctx, 7)
    seal_facts(ctx)
    happen(ctx, 2)
    seal_facts(ctx)
    seal_facts(ctx)
    with ctx.open():
        blocks = list(FactBlock.objects.order_by("number"))
    assert [len(block.fact_ids) for block in blocks] == [3, 3, 1, 2]
    assert [block.previous for block in blocks[1:]] == [block.digest for block in blocks[:-1]]
    assert named(ctx) == []


@pytest.mark.parametrize(
    "change",
    [
        "payload = '{\"n\": 99}'", "actor = 'somebody else'", "happened_on = happened_on + 1", "type = 'proof.other'",
        "recorded_at = recorded_at + interval '1 microsecond'", "subject_id = gen_random_uuid()", "version = 2",
        "creditor_id = subject_id, subject_id = NULL", "debtor_id = subject_id, subject_id = NULL",
        "cause = gen_random_uuid()",
    ],
)  # fmt: skip
def test_a_changed_fact_breaks_its_block(ctx, change):
    facts = happen(ctx)
    seal_facts(ctx)
    assert named(ctx) == []
    tamper(ctx, f"UPDATE fact SET {change} WHERE id = %s", facts[2].id)
    assert named(ctx) == ["verify.fact_changed"]


def test_a_removed_fact_is_named(ctx):
    facts = happen(ctx)
    seal_facts(ctx)
    tamper(ctx, "DELETE FROM fact WHERE id = %s", facts[2].id)
    with ctx.open():
        (finding,) = INVARIANTS["foundation.sealed_facts"](ctx)
    assert (finding.code, finding.path) == ("verify.fact_gone", f"fact {facts[2].id}")


def test_a_removed_or_rewritten_block_breaks_the_chain(ctx, monkeypatch):
    monkeypatch.setattr(sealing, "BLOCK", 2)
    happen(ctx, 6)
    seal_facts(ctx)
    tamper(ctx, "DELETE FROM fact_block WHERE tenant_id = %s AND number = 2", ctx.tenant)
    assert "verify.chain" in named(ctx)


def test_a_forged_digest_breaks_the_next_block(ctx, monkeypatch):
    monkeypatch.setattr(sealing, "BLOCK", 2)
    happen(ctx, 4)
    seal_facts(ctx)
    tamper(ctx, "UPDATE fact_block SET digest = repeat('0', 64) WHERE tenant_id = %s AND number = 1", ctx.tenant)
    assert sorted(named(ctx)) == ["verify.chain", "verify.fact_changed"]


def test_a_fact_that_commits_late_is_sealed_later(ctx):
    """Recorded before the last block was sealed, visible only afterwards: as a long transaction is."""
    happen(ctx)
    seal_facts(ctx)
    with ctx.open(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO fact (tenant_id, id, type, version, payload, actor, happened_on, recorded_at)"
            " VALUES (%s, gen_random_uuid(), 'proof.happened', 1, '{}', 'x', %s, now() - interval '1 hour')",
            [ctx.tenant, TODAY],
        )
    seal_facts(ctx)
    with ctx.open():
        assert sum(len(block.fact_ids) for block in FactBlock.objects.all()) == 6
    assert named(ctx) == []


def test_a_fact_smuggled_into_the_past_is_named(ctx):
    happen(ctx)
    seal_facts(ctx)
    tamper(
        ctx,
        "INSERT INTO fact (tenant_id, id, type, version, payload, actor, happened_on, recorded_at)"
        " VALUES (%s, gen_random_uuid(), 'proof.happened', 1, '{}', 'x', %s, now() - interval '9 days')",
        ctx.tenant, TODAY,
    )  # fmt: skip
    seal_facts(ctx)
    assert named(ctx) == ["verify.fact_unsealed"]


def test_a_seal_of_one_tenant_says_nothing_about_another(ctx, other_ctx):
    happen(ctx), happen(other_ctx)
    seal_facts(ctx)
    with other_ctx.open():
        assert FactBlock.objects.count() == 0
