-- What of the open items is expected in which week from %(as_of)s (0 is the first), later (-1), or doubtful (-2).
-- The rule is fairdue.core.kpi.expected; a test holds both together.
WITH habit AS (
    SELECT a.debtor_id, round(sum(a.amount * greatest(0, a.effective_on - i.due_on))::numeric / sum(a.amount))::int AS days
    FROM allocation a JOIN open_item i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
    WHERE a.tenant_id = %(tenant)s AND a.kind = 'applied'
      AND a.effective_on BETWEEN %(as_of)s - 365 AND %(as_of)s
      AND (%(creditor)s::uuid IS NULL OR a.creditor_id = %(creditor)s::uuid)
    GROUP BY a.debtor_id HAVING sum(a.amount) > 0
), promised AS (
    SELECT p.item_id, min(q.promised_on) AS on_day
    FROM promise_item p JOIN promise q ON q.tenant_id = p.tenant_id AND q.id = p.promise_id
    WHERE p.tenant_id = %(tenant)s AND q.verdict = 'open' AND q.cancelled_on IS NULL AND q.promised_on > %(as_of)s
    GROUP BY p.item_id
), holding AS (
    SELECT h.item_id, h.debtor_id, h.amount
    FROM hold h
    WHERE h.tenant_id = %(tenant)s AND h.reason IN ('dispute', 'insolvency', 'filed_claim', 'moratorium')
      AND h.from_on <= %(as_of)s AND (h.until_on IS NULL OR h.until_on > %(as_of)s)
      AND (h.released_on IS NULL OR h.released_on > %(as_of)s)
), stuck AS (
    SELECT item_id, bool_or(amount IS NULL) AS whole, coalesce(sum(amount), 0)::bigint AS part
    FROM holding WHERE item_id IS NOT NULL GROUP BY item_id
), barred AS (
    SELECT DISTINCT debtor_id FROM holding WHERE item_id IS NULL
), awaited AS (
    SELECT i.currency, i.residual,
           CASE WHEN s.whole OR b.debtor_id IS NOT NULL
                THEN i.residual ELSE least(i.residual, coalesce(s.part, 0)) END AS held,
           coalesce(p.on_day, i.due_on + coalesce(h.days, 0)) AS day
    FROM open_item i
    LEFT JOIN habit h ON h.debtor_id = i.debtor_id
    LEFT JOIN promised p ON p.item_id = i.id
    LEFT JOIN stuck s ON s.item_id = i.id
    LEFT JOIN barred b ON b.debtor_id = i.debtor_id
    WHERE i.tenant_id = %(tenant)s AND i.residual > 0
      AND (%(creditor)s::uuid IS NULL OR i.creditor_id = %(creditor)s::uuid)
      AND (%(debtor)s::uuid IS NULL OR i.debtor_id = %(debtor)s::uuid)
), placed AS (
    -- Summed in one pass, what is held beside what is not: a hundred thousand items are never written down.
    SELECT currency,
           CASE WHEN %(as_of)s - day > %(doubtful)s THEN -2
                WHEN (greatest(day, %(as_of)s + 1) - %(as_of)s - 1) / 7 < %(weeks)s
                THEN (greatest(day, %(as_of)s + 1) - %(as_of)s - 1) / 7 ELSE -1 END AS week,
           sum(residual - held) AS free, sum(held) AS held
    FROM awaited GROUP BY 1, 2
)
SELECT currency, week, sum(amount)::bigint
FROM (
    SELECT currency, week, free AS amount FROM placed
    UNION ALL
    SELECT currency, -2, held FROM placed
) parts
GROUP BY currency, week HAVING sum(amount) <> 0
ORDER BY currency, week
