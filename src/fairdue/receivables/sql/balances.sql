-- Residuals are built from allocations on both axes; the maintained columns are only today's shortcut.
-- Of one customer they are found by its items and credits: after a merge they keep the record that they were posted with.
WITH taken AS (
    SELECT a.item_id, sum(a.amount) AS amount FROM allocation a
    WHERE a.tenant_id = %(tenant)s AND a.item_id IS NOT NULL AND a.effective_on <= %(as_of)s
      AND (%(recorded)s::timestamptz IS NULL OR a.recorded_at <= %(recorded)s::timestamptz)
      AND (%(creditor)s::uuid IS NULL OR a.creditor_id = %(creditor)s::uuid)
      AND (%(debtor)s::uuid IS NULL OR a.item_id = ANY (ARRAY(
          SELECT m.id FROM open_item m WHERE m.tenant_id = %(tenant)s AND m.debtor_id = %(debtor)s::uuid)))
    GROUP BY a.item_id
), used AS (
    SELECT a.credit_id, sum(a.credit_amount) AS amount FROM allocation a
    WHERE a.tenant_id = %(tenant)s AND a.credit_id IS NOT NULL AND a.effective_on <= %(as_of)s
      AND (%(recorded)s::timestamptz IS NULL OR a.recorded_at <= %(recorded)s::timestamptz)
      AND (%(creditor)s::uuid IS NULL OR a.creditor_id = %(creditor)s::uuid)
      AND (%(debtor)s::uuid IS NULL OR a.credit_id = ANY(ARRAY(
          SELECT c.id FROM credit c WHERE c.tenant_id = %(tenant)s AND c.debtor_id = %(debtor)s::uuid)))
    GROUP BY a.credit_id
), sides AS (
    SELECT i.creditor_id, i.debtor_id, i.currency, i.amount - coalesce(t.amount, 0) AS open,
           CASE WHEN i.due_on < %(as_of)s THEN i.amount - coalesce(t.amount, 0) ELSE 0 END AS overdue,
           0::bigint AS unapplied,
           CASE WHEN i.amount > coalesce(t.amount, 0) THEN i.due_on END AS due_on
    FROM open_item i LEFT JOIN taken t ON t.item_id = i.id
    WHERE i.tenant_id = %(tenant)s AND i.issued_on <= %(as_of)s
      AND (%(recorded)s::timestamptz IS NULL OR i.recorded_at <= %(recorded)s::timestamptz)
      AND (%(creditor)s::uuid IS NULL OR i.creditor_id = %(creditor)s::uuid)
      AND (%(debtor)s::uuid IS NULL OR i.debtor_id = %(debtor)s::uuid)
    UNION ALL
    SELECT c.creditor_id, c.debtor_id, c.currency, 0, 0, c.amount - coalesce(u.amount, 0), NULL
    FROM credit c LEFT JOIN used u ON u.credit_id = c.id
    WHERE c.tenant_id = %(tenant)s AND c.debtor_id IS NOT NULL AND c.received_on <= %(as_of)s
      AND (%(recorded)s::timestamptz IS NULL OR c.recorded_at <= %(recorded)s::timestamptz)
      AND (%(creditor)s::uuid IS NULL OR c.creditor_id = %(creditor)s::uuid)
      AND (%(debtor)s::uuid IS NULL OR c.debtor_id = %(debtor)s::uuid)
)
SELECT creditor_id, debtor_id, currency, sum(open)::bigint, sum(overdue)::bigint, sum(unapplied)::bigint, min(due_on)
FROM sides GROUP BY creditor_id, debtor_id, currency
HAVING sum(open) <> 0 OR sum(unapplied) <> 0
ORDER BY creditor_id, debtor_id, currency
