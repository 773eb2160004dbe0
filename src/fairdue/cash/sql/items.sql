-- Open items as matching sees them, by id or by debtor (only while something is left), and those of branches.
SELECT i.id, i.creditor_id, i.debtor_id, i.number, i.currency, i.amount, i.residual, i.due_on, i.reference,
       i.order_number, i.end_to_end_id, i.discount_percent, i.discount_until,
       (SELECT d.parent_id FROM debtor d WHERE d.tenant_id = i.tenant_id AND d.id = i.debtor_id) AS parent_id,
       (SELECT string_agg(h.reason, ',') FROM hold h
        WHERE h.tenant_id = i.tenant_id AND h.item_id = i.id AND h.released_on IS NULL) AS holds
FROM open_item i
WHERE i.tenant_id = %(tenant)s
  AND (%(creditor)s::uuid IS NULL OR i.creditor_id = %(creditor)s::uuid)
  AND (i.id = ANY(%(ids)s::uuid[]) OR (i.debtor_id = ANY(%(debtors)s::uuid[]) AND i.residual > 0))
