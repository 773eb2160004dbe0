-- Names of creditors and debtors.
SELECT id, name FROM creditor WHERE tenant_id = %(tenant)s AND id = ANY (%(ids)s::uuid[])
UNION ALL
SELECT id, name FROM debtor WHERE tenant_id = %(tenant)s AND id = ANY (%(ids)s::uuid[])
