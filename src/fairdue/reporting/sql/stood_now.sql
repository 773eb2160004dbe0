-- stood.sql where no allocation is to be undone: nothing is effective after %(as_of)s, and nothing is asked as known
-- at another instant. The maintained residual is what stood open.
SELECT i.id AS item_id, i.creditor_id, i.debtor_id, i.currency, i.due_on, i.residual AS open
FROM open_item i
WHERE i.tenant_id = %(tenant)s AND i.residual > 0 AND i.issued_on <= %(as_of)s
  AND (%(creditor)s::uuid IS NULL OR i.creditor_id = %(creditor)s::uuid)
  AND (%(debtor)s::uuid IS NULL OR i.debtor_id = %(debtor)s::uuid)
  AND (%(debtors)s::uuid[] IS NULL OR i.debtor_id = ANY (%(debtors)s::uuid[]))
