-- Of the branches of each head, in each currency, the items that are due first: as far as a group is searched for an
-- amount. A head of a thousand branches must not load the ledger of all of them.
SELECT f.id FROM (
    SELECT array_agg(d.id) AS branches FROM debtor d
    WHERE d.tenant_id = %(tenant)s AND d.parent_id = ANY(%(heads)s::uuid[]) GROUP BY d.parent_id
) h
CROSS JOIN unnest(%(currencies)s::text[]) AS c(code)
JOIN LATERAL (
    SELECT i.id FROM open_item i
    WHERE i.tenant_id = %(tenant)s AND i.creditor_id = %(creditor)s AND i.debtor_id = ANY(h.branches)
      AND i.residual > 0 AND i.currency = c.code
    ORDER BY i.due_on, i.number, i.id LIMIT %(most)s
) f ON true
