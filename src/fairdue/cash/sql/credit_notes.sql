-- Credit notes with something unapplied, by id or by debtor.
SELECT c.id, c.creditor_id, c.debtor_id, c.number, c.currency, c.unapplied, c.received_on
FROM credit c
WHERE c.tenant_id = %(tenant)s AND c.kind = 'credit_note' AND c.debtor_id IS NOT NULL
  AND (%(creditor)s::uuid IS NULL OR c.creditor_id = %(creditor)s::uuid)
  AND (c.id = ANY(%(ids)s::uuid[]) OR (c.debtor_id = ANY(%(debtors)s::uuid[]) AND c.unapplied > 0))
