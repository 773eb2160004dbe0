SELECT i.id, i.creditor_id, i.debtor_id, d.name, i.kind, i.number, i.currency, i.amount, i.residual, i.net_amount,
       i.issued_on, i.due_on, i.delivered_on, i.reference, i.order_number, i.parent_id
FROM open_item i JOIN debtor d ON d.tenant_id = i.tenant_id AND d.id = i.debtor_id
WHERE i.tenant_id = %(tenant)s
  AND (%(ids)s::uuid[] IS NULL OR i.id = ANY(%(ids)s::uuid[]))
  AND (%(debtors)s::uuid[] IS NULL OR i.debtor_id = ANY(%(debtors)s::uuid[]))
  AND (%(creditor)s::uuid IS NULL OR i.creditor_id = %(creditor)s::uuid)
  AND (NOT %(only_open)s OR i.residual > 0)
ORDER BY i.due_on, i.number
LIMIT %(limit)s
