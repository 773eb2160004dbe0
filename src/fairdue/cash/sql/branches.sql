-- The branches of a set of debtors: all of them, for what they are named by, and of each head in each currency the items
-- that are due first, which is as far as a group is searched for an amount.
WITH branch AS (
    SELECT d.id, d.parent_id FROM debtor d WHERE d.tenant_id = %(tenant)s AND d.parent_id = ANY(%(debtors)s::uuid[])
), head AS (
    SELECT b.parent_id AS id, array_agg(b.id) AS branches FROM branch b GROUP BY b.parent_id
)
SELECT 'branch' AS kind, b.id FROM branch b
UNION ALL
SELECT 'item', f.id FROM head h
CROSS JOIN unnest(%(currencies)s::text[]) AS c(code)
JOIN LATERAL (
    SELECT i.id FROM open_item i
    WHERE i.tenant_id = %(tenant)s AND i.creditor_id = %(creditor)s AND i.debtor_id = ANY(h.branches)
      AND i.residual > 0 AND i.currency = c.code
    ORDER BY i.due_on, i.number, i.id LIMIT %(most)s
) f ON true
