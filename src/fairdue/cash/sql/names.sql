-- Debtors by id, for the keys of their names.
SELECT d.id, d.creditor_id, d.name FROM debtor d WHERE d.tenant_id = %(tenant)s AND d.id = ANY(%(ids)s::uuid[])
