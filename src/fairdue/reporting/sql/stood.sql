-- The items that stood open on %(as_of)s as known at %(recorded)s.
-- Rolled back from the maintained residual: allocations that were not effective or not known then are undone, so
-- that today's report reads open items only. Of one customer they are found by its items: after a merge allocations
-- keep the record that they were posted with.
WITH undone AS (
    SELECT a.item_id, sum(a.amount)::bigint AS amount
    FROM allocation a
    WHERE a.tenant_id = %(tenant)s AND a.item_id IS NOT NULL
      AND (a.effective_on > %(as_of)s OR a.recorded_at > %(recorded)s::timestamptz)
      AND (%(creditor)s::uuid IS NULL OR a.creditor_id = %(creditor)s::uuid)
      AND (%(debtor)s::uuid IS NULL OR a.item_id = ANY (ARRAY(
          SELECT m.id FROM open_item m WHERE m.tenant_id = %(tenant)s AND m.debtor_id = %(debtor)s::uuid)))
    GROUP BY a.item_id
), both_ways AS (
    SELECT i.id, i.creditor_id, i.debtor_id, i.currency, i.due_on, i.issued_on, i.recorded_at,
           i.residual + coalesce(u.amount, 0) AS open
    FROM open_item i LEFT JOIN undone u ON u.item_id = i.id
    WHERE i.tenant_id = %(tenant)s AND i.residual > 0
    UNION ALL
    SELECT i.id, i.creditor_id, i.debtor_id, i.currency, i.due_on, i.issued_on, i.recorded_at, u.amount
    FROM undone u JOIN open_item i ON i.tenant_id = %(tenant)s AND i.id = u.item_id
    WHERE i.residual = 0
)
SELECT s.id AS item_id, s.creditor_id, s.debtor_id, s.currency, s.due_on, s.open
FROM both_ways s
WHERE s.open <> 0 AND s.issued_on <= %(as_of)s
  AND (%(recorded)s::timestamptz IS NULL OR s.recorded_at <= %(recorded)s::timestamptz)
  AND (%(creditor)s::uuid IS NULL OR s.creditor_id = %(creditor)s::uuid)
  AND (%(debtor)s::uuid IS NULL OR s.debtor_id = %(debtor)s::uuid)
  AND (%(debtors)s::uuid[] IS NULL OR s.debtor_id = ANY (%(debtors)s::uuid[]))
