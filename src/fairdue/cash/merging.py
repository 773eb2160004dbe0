"""When two records of a customer are merged, payments find the record that stays.

Keys of items and what is known about payers' accounts and names are written anew under the survivor; the rows of the
merged record stay, counted down to nothing. Proposals that name the merged record are superseded, so that the next run
proposes anew. Rules, mandates and collections follow. Applications keep the record that they were made for; what is
taken back later is unlearnt under the record that stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.foundation.facts import consume

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.foundation.facts import FactRow

_MOVE = (
    """WITH gone AS (
           DELETE FROM open_item_key WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s
           RETURNING id, creditor_id, item_id, kind, key)
       INSERT INTO open_item_key (tenant_id, id, creditor_id, debtor_id, item_id, kind, key)
       SELECT %(tenant)s, gen_random_uuid(), creditor_id, %(survivor)s, item_id, kind, key FROM gone
       ON CONFLICT DO NOTHING""",
    """INSERT INTO payer_account (tenant_id, id, creditor_id, debtor_id, blind, times, last_on)
       SELECT tenant_id, gen_random_uuid(), creditor_id, %(survivor)s, blind, times, last_on
       FROM payer_account WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s AND times > 0
       ON CONFLICT (tenant_id, creditor_id, blind, debtor_id) DO UPDATE
       SET times = payer_account.times + excluded.times,
           last_on = greatest(payer_account.last_on, excluded.last_on)""",
    "UPDATE payer_account SET times = 0 WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s AND times > 0",
    """INSERT INTO payer_memory (tenant_id, id, creditor_id, kind, key, debtor_id, times, last_on)
       SELECT tenant_id, gen_random_uuid(), creditor_id, kind, key, %(survivor)s, times, last_on
       FROM payer_memory WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s AND times > 0
       ON CONFLICT (tenant_id, creditor_id, kind, key, debtor_id) DO UPDATE
       SET times = payer_memory.times + excluded.times,
           last_on = greatest(payer_memory.last_on, excluded.last_on)""",
    "UPDATE payer_memory SET times = 0 WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s AND times > 0",
    """UPDATE cash_proposal SET state = 'superseded'
       WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s AND state = 'open'""",
    # Of two active mandates of a scheme the survivor's own stays; the other waits for a person.
    """UPDATE mandate m SET state = 'stopped', state_reason = 'the customer was merged with one that has a mandate'
       WHERE m.tenant_id = %(tenant)s AND m.debtor_id = %(merged)s AND m.state = 'active' AND EXISTS (
           SELECT 1 FROM mandate o WHERE o.tenant_id = m.tenant_id AND o.debtor_id = %(survivor)s
             AND o.scheme = m.scheme AND o.state = 'active')""",
    "UPDATE bank_rule SET debtor_id = %(survivor)s WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s",
    "UPDATE refund SET debtor_id = %(survivor)s WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s",
    "UPDATE credit_use SET debtor_id = %(survivor)s WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s",
    """UPDATE deduction_code c SET removed_on = current_date, removed_by = 'merge'
       WHERE c.tenant_id = %(tenant)s AND c.debtor_id = %(merged)s AND c.removed_on IS NULL AND EXISTS (
           SELECT 1 FROM deduction_code o WHERE o.tenant_id = c.tenant_id AND o.debtor_id = %(survivor)s
             AND o.key = c.key AND o.removed_on IS NULL)""",
    """UPDATE deduction_code SET debtor_id = %(survivor)s
       WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s AND removed_on IS NULL""",
    "UPDATE mandate SET debtor_id = %(survivor)s WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s",
    "UPDATE direct_debit SET debtor_id = %(survivor)s WHERE tenant_id = %(tenant)s AND debtor_id = %(merged)s",
)


@consume("cash.follow_merge", "debtor.merged", batch=1)
def follow_merge(ctx: Ctx, facts: list[FactRow]) -> None:
    """Move keys and payers; a second time there is nothing left to move."""
    with connection.cursor() as cursor:
        for fact in facts:
            places: dict[str, Any] = {
                "tenant": ctx.tenant,
                "survivor": UUID(fact.payload["survivor"]),
                "merged": UUID(fact.payload["merged"]),
            }
            for statement in _MOVE:
                cursor.execute(statement, places)
