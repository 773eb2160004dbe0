-- The names of debtors.
SELECT b.id, b.name FROM debtor b WHERE b.tenant_id = %(tenant)s AND b.id = ANY (%(debtors)s::uuid[])
