-- Days after the due date times amount, over the items that fell due in the last year: settled ones until the
-- day of their last allocation that stands, open ones until today.
WITH due AS (
    SELECT i.id, i.functional_amount AS amount, i.due_on, i.residual
    FROM open_item i
    WHERE i.tenant_id = %(tenant)s AND i.debtor_id = ANY(%(debtors)s::uuid[]) AND i.kind = 'invoice'
      AND i.due_on <= %(today)s AND i.due_on > %(today)s - %(days)s::int
), settled AS (
    SELECT d.id, max(a.effective_on) AS on_day
    FROM due d JOIN allocation a ON a.tenant_id = %(tenant)s AND a.item_id = d.id AND a.amount > 0
    WHERE d.residual = 0 AND NOT EXISTS (
        SELECT 1 FROM allocation r WHERE r.tenant_id = a.tenant_id AND r.reversal_of_id = a.id)
    GROUP BY d.id
)
SELECT coalesce(sum(d.amount * (coalesce(s.on_day, %(today)s) - d.due_on)), 0)::bigint,
       coalesce(sum(d.amount), 0)::bigint, count(*)::int
FROM due d LEFT JOIN settled s ON s.id = d.id
