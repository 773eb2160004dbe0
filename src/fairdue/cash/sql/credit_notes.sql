-- Credit notes with something unapplied, by id or by debtor. Each way for itself: asked for with an OR, the database reads
-- every payment that ever came in, because a creditor has few credit notes among them and many debtors are asked for.
WITH asked AS (
    SELECT c.id, c.number, c.debtor_id, c.currency, c.unapplied, c.received_on, c.amount, c.tenant_id, c.creditor_id
    FROM credit c
    WHERE c.tenant_id = %(tenant)s AND c.kind = 'credit_note' AND c.id = ANY(%(ids)s::uuid[])
    UNION
    SELECT c.id, c.number, c.debtor_id, c.currency, c.unapplied, c.received_on, c.amount, c.tenant_id, c.creditor_id
    FROM credit c
    WHERE c.tenant_id = %(tenant)s AND c.kind = 'credit_note' AND c.unapplied > 0
      AND c.debtor_id = ANY(%(debtors)s::uuid[])
)
SELECT c.id::text, c.number, c.debtor_id::text, c.currency, c.unapplied, c.received_on, c.amount,
       coalesce(d.parent_id::text, '') AS head, c.creditor_id
FROM asked c JOIN debtor d ON d.tenant_id = c.tenant_id AND d.id = c.debtor_id
WHERE %(creditor)s::uuid IS NULL OR c.creditor_id = %(creditor)s::uuid
