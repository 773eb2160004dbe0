-- What stood open (stood.sql) with the day on which it is expected, what it is expected by, and how much of it is held.
-- The rule is fairdue.core.kpi.expected; a test holds both together. What is known of a customer and of an item is one
-- row each, so that a hundred thousand items meet two small tables.
WITH habit AS (
    SELECT debtor_id, round(sum(amount * greatest(0, effective_on - due_on))::numeric / sum(amount))::int AS days
    FROM taken
    WHERE kind = 'applied' AND effective_on >= %(as_of)s - 365
    GROUP BY debtor_id HAVING sum(amount) > 0
), promised AS (
    SELECT p.item_id, min(q.promised_on) AS on_day
    FROM promise_item p JOIN pledged q ON q.id = p.promise_id
    WHERE p.tenant_id = %(tenant)s AND q.made_on <= %(as_of)s AND q.promised_on > %(as_of)s
      AND (q.verdict = 'open' OR q.verdict_on > %(as_of)s)
    GROUP BY p.item_id
), holding AS (
    -- A release that was not known yet did not happen yet, also one by a merge: then the hold is on the record that stays.
    SELECT h.item_id, coalesce(d.merged_into_id, h.debtor_id) AS debtor_id, h.amount
    FROM hold h
    LEFT JOIN debtor d ON %(recorded)s::timestamptz IS NOT NULL AND d.tenant_id = %(tenant)s AND d.id = h.debtor_id
    WHERE h.tenant_id = %(tenant)s AND h.reason IN ('dispute', 'insolvency', 'filed_claim', 'moratorium')
      AND (%(recorded)s::timestamptz IS NULL OR h.recorded_at <= %(recorded)s::timestamptz)
      AND h.from_on <= %(as_of)s AND (h.until_on IS NULL OR h.until_on > %(as_of)s)
      AND (h.released_on IS NULL OR h.released_on > %(as_of)s OR EXISTS (
          SELECT 1 FROM fact f
          WHERE f.tenant_id = h.tenant_id AND f.subject_id = coalesce(h.item_id, h.debtor_id)
            AND f.type = 'hold.released' AND f.recorded_at > %(recorded)s::timestamptz
            AND f.payload ->> 'hold' = h.id::text))
), special AS MATERIALIZED (
    SELECT item_id, min(on_day) AS on_day, coalesce(bool_or(whole), false) AS whole, coalesce(sum(part), 0)::bigint AS part
    FROM (
        SELECT item_id, on_day, NULL::boolean AS whole, NULL::bigint AS part FROM promised
        UNION ALL
        SELECT item_id, NULL, amount IS NULL, amount FROM holding WHERE item_id IS NOT NULL
    ) known
    GROUP BY item_id
), customer AS MATERIALIZED (
    SELECT debtor_id, max(days) AS days, bool_or(barred) AS barred
    FROM (
        SELECT debtor_id, days, false AS barred FROM habit
        UNION ALL
        SELECT debtor_id, NULL, true FROM holding WHERE item_id IS NULL
    ) known
    GROUP BY debtor_id
)
SELECT s.item_id, s.creditor_id, s.debtor_id, s.currency, s.due_on, s.open,
       CASE WHEN x.whole OR c.barred THEN s.open ELSE least(s.open, coalesce(x.part, 0)) END AS held,
       coalesce(x.on_day, s.due_on + coalesce(c.days, 0)) AS day,
       CASE WHEN x.on_day IS NOT NULL THEN 'promise' WHEN c.days > 0 THEN 'habit' ELSE 'due' END AS why
FROM stood s
LEFT JOIN customer c ON c.debtor_id = s.debtor_id
LEFT JOIN special x ON x.item_id = s.item_id
