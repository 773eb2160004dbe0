-- Items by the beginning of their number (any creditor) or by their exact amount or residual (open ones).
-- Plain ranges instead of LIKE: they are leakproof, so the index is used under row-level security.
(SELECT i.id, i.creditor_id, i.debtor_id, d.name, i.kind, i.number, i.currency, i.amount, i.residual, i.net_amount,
        i.issued_on, i.due_on, i.delivered_on, i.reference, i.order_number, i.parent_id
 FROM creditor c
 CROSS JOIN LATERAL (
   SELECT * FROM open_item o
   WHERE o.tenant_id = %(tenant)s AND o.creditor_id = c.id AND o.number >= %(text)s AND o.number < %(end)s
   ORDER BY o.number LIMIT %(limit)s) i
 JOIN debtor d ON d.tenant_id = i.tenant_id AND d.id = i.debtor_id
 WHERE c.tenant_id = %(tenant)s AND (%(creditor)s::uuid IS NULL OR c.id = %(creditor)s)
 ORDER BY i.number LIMIT %(limit)s)
UNION ALL
(SELECT i.id, i.creditor_id, i.debtor_id, d.name, i.kind, i.number, i.currency, i.amount, i.residual, i.net_amount,
        i.issued_on, i.due_on, i.delivered_on, i.reference, i.order_number, i.parent_id
 FROM open_item i JOIN debtor d ON d.tenant_id = i.tenant_id AND d.id = i.debtor_id
 WHERE i.tenant_id = %(tenant)s AND i.residual > 0 AND i.residual = ANY(%(amounts)s::bigint[])
   AND (%(creditor)s::uuid IS NULL OR i.creditor_id = %(creditor)s)
   AND NOT (i.number >= %(text)s AND i.number < %(end)s)
 ORDER BY i.due_on LIMIT %(limit)s)
