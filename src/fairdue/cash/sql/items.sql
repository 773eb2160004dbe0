-- Open items as matching sees them, by id or by debtor (only while something is left), and those of branches. Ids come
-- as text and the discount in thousandths of a percent, because a run reads many and the core takes them so.
SELECT i.id::text, i.number, i.debtor_id::text, i.currency, i.residual, i.due_on, i.reference, i.order_number,
       i.end_to_end_id, (i.discount_percent * 1000)::int AS discount, i.discount_until,
       (SELECT string_agg(h.reason, ',') FROM hold h
        WHERE h.tenant_id = i.tenant_id AND h.item_id = i.id AND h.released_on IS NULL) AS holds,
       i.amount,
       coalesce((SELECT d.parent_id::text FROM debtor d WHERE d.tenant_id = i.tenant_id AND d.id = i.debtor_id), '') AS head,
       i.creditor_id
FROM open_item i
WHERE i.tenant_id = %(tenant)s
  AND (%(creditor)s::uuid IS NULL OR i.creditor_id = %(creditor)s::uuid)
  AND (i.id = ANY(%(ids)s::uuid[]) OR (i.debtor_id = ANY(%(debtors)s::uuid[]) AND i.residual > 0))
