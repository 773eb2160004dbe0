SELECT c.id, c.creditor_id, c.debtor_id, d.name, c.kind, c.number, c.currency, c.amount, c.unapplied, c.received_on,
       c.source_id
FROM credit c LEFT JOIN debtor d ON d.tenant_id = c.tenant_id AND d.id = c.debtor_id
WHERE c.tenant_id = %(tenant)s
  AND (%(ids)s::uuid[] IS NULL OR c.id = ANY(%(ids)s::uuid[]))
  AND (%(debtors)s::uuid[] IS NULL OR c.debtor_id = ANY(%(debtors)s::uuid[]))
  AND (%(creditor)s::uuid IS NULL OR c.creditor_id = %(creditor)s::uuid)
  AND (NOT %(only_unapplied)s OR c.unapplied > 0)
ORDER BY c.received_on, c.id
LIMIT %(limit)s
