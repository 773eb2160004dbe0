-- Credit notes with something unapplied, by id or by debtor.
SELECT c.id::text, c.number, c.debtor_id::text, c.currency, c.unapplied, c.received_on, c.amount,
       coalesce(d.parent_id::text, '') AS head, c.creditor_id
FROM credit c JOIN debtor d ON d.tenant_id = c.tenant_id AND d.id = c.debtor_id
WHERE c.tenant_id = %(tenant)s AND c.kind = 'credit_note'
  AND (%(creditor)s::uuid IS NULL OR c.creditor_id = %(creditor)s::uuid)
  AND (c.id = ANY(%(ids)s::uuid[]) OR (c.debtor_id = ANY(%(debtors)s::uuid[]) AND c.unapplied > 0))
