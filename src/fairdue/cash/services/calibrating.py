"""Count how often each rule is right here, and switch it off and on by what was counted.

Every week all outcomes are counted anew. A signature (rule with the grade of its evidence) may post while the lower
bound of its share is high enough; a reversal of an automatic posting counts at once.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from fairdue.cash.models import CashApplication, CashRule
from fairdue.cash.services.settings import experience, policy_of
from fairdue.core import bankrules
from fairdue.core.findings import refuse
from fairdue.core.matching import Source, Verdict, may_post
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission

if TYPE_CHECKING:
    from fairdue.cash.models import CashProposal
    from fairdue.foundation.context import Ctx

MACHINE = "machine"
"""Who decides about a rule about which nobody has."""
_WRITE = """
INSERT INTO cash_rule (tenant_id, id, creditor_id, signature, was_right, judged, lower, mode, decided_by, counted_at)
SELECT %s, r.id, %s, r.signature, r.was_right, r.judged, r.lower, r.mode, 'machine', %s
FROM unnest(%s::uuid[], %s::text[], %s::int[], %s::int[], %s::int[], %s::text[])
    AS r(id, signature, was_right, judged, lower, mode)
ON CONFLICT (tenant_id, creditor_id, signature) DO UPDATE
SET was_right = excluded.was_right, judged = excluded.judged, lower = excluded.lower, counted_at = excluded.counted_at,
    mode = CASE WHEN cash_rule.decided_by = 'machine' THEN excluded.mode ELSE cash_rule.mode END
"""


@command("cash.recalibrate", Permission.CASH_APPLY)
def recalibrate(ctx: Ctx, *, creditor: UUID, today: date, key: str | None = None) -> int:
    """Count the outcomes of every rule of a creditor and decide which may post; returns how many have outcomes."""
    del key
    return _count(ctx, creditor, experience(ctx, creditor, today), today)


def _count(ctx: Ctx, creditor: UUID, counted: dict[str, tuple[int, int]], today: date) -> int:
    """Write counts and modes, and a fact for each rule that the machine switched."""
    threshold = policy_of(ctx, creditor).automatic_from
    before = dict(CashRule.objects.filter(creditor_id=creditor).values_list("signature", "mode"))
    rows = []
    for signature, (right, judged) in sorted(counted.items()):
        verdict = _verdict(signature, right, judged, threshold, was_on=before.get(signature) != CashRule.Mode.MANUAL)
        mode = CashRule.Mode.AUTOMATIC if verdict.on else CashRule.Mode.MANUAL
        rows.append((uuid7(), signature, right, judged, verdict.lower, mode))
    if rows:
        with connection.cursor() as cursor:
            columns = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(_WRITE, [ctx.tenant, creditor, clock.now(), *columns])
    switched = [row for row in rows if before.get(row[1], CashRule.Mode.AUTOMATIC) != row[5]]
    record_all(ctx, [_switched(creditor, row[0], row[1], row[5], row[4], today) for row in switched])
    return len(rows)


def _verdict(signature: str, right: int, judged: int, threshold: int, *, was_on: bool) -> Verdict:
    """Say whether a rule may post: one of ours by the shipped counts, one of a person by that person's word."""
    if signature.startswith(f"{Source.RULE}."):
        return bankrules.may_post(right, judged, threshold)
    return may_post(signature, right, judged, threshold, was_on=was_on)


def _switched(
    creditor: UUID, one: UUID, signature: str, mode: str, lower: int, today: date, reason: str = ""
) -> NewFact:  # fmt: skip
    word = "off" if mode == CashRule.Mode.MANUAL else "on"
    payload = {"signature": signature, "word": word, "lower": lower, "reason": reason}
    return NewFact("cash.rule_switched", today, one, creditor, None, payload)


def demote(ctx: Ctx, proposal: CashProposal, application: CashApplication, today: date) -> None:
    """Let a rule answer at once for an automatic posting that was taken back."""
    if application.how not in {CashApplication.How.AUTOMATIC, CashApplication.How.NOT_RECEIVABLE}:
        return
    signature = f"{proposal.source}.{proposal.step}/{proposal.grade}"
    counted = experience(ctx, application.creditor_id, today)
    if signature in counted:
        _count(ctx, application.creditor_id, {signature: counted[signature]}, today)


@command("cash.set_rule", Permission.SETTINGS_EDIT)
def set_rule(
    ctx: Ctx, *, creditor: UUID, signature: str, automatic: bool, today: date, reason: str = "", key: str | None = None
) -> UUID:
    """Let a person switch a rule on or off; the machine does not change it any more. Returns the rule."""
    del key
    mode = CashRule.Mode.AUTOMATIC if automatic else CashRule.Mode.MANUAL
    row, _ = CashRule.objects.get_or_create(
        tenant_id=ctx.tenant, creditor_id=creditor, signature=signature, defaults={
            "id": uuid7(), "was_right": 0, "judged": 0, "lower": 0,
        },
    )  # fmt: skip
    row.mode, row.decided_by, row.reason = mode, ctx.actor, " ".join(reason.split())[:200]
    row.save(update_fields=["mode", "decided_by", "reason"])
    record_all(ctx, [_switched(creditor, row.id, signature, mode, row.lower, today, row.reason)])
    return UUID(str(row.id))


@command("cash.release_rule", Permission.SETTINGS_EDIT)
def release_rule(ctx: Ctx, *, creditor: UUID, signature: str, today: date, key: str | None = None) -> UUID:
    """Let the machine decide about a rule again, by its outcomes so far. Returns the rule."""
    del key
    row = CashRule.objects.select_for_update().filter(creditor_id=creditor, signature=signature).first()
    if row is None:
        raise refuse("cash.rule", "signature", "This rule was never switched or counted.")
    before, row.decided_by, row.reason = row.mode, MACHINE, ""
    verdict = _verdict(signature, row.was_right, row.judged, policy_of(ctx, creditor).automatic_from, was_on=True)
    row.mode = CashRule.Mode.AUTOMATIC if verdict.on else CashRule.Mode.MANUAL
    row.save(update_fields=["mode", "decided_by", "reason"])
    if row.mode != before:
        record_all(ctx, [_switched(creditor, row.id, signature, row.mode, row.lower, today)])
    return UUID(str(row.id))
