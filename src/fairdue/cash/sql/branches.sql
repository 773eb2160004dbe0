-- The branches of a set of debtors, each with its head.
SELECT d.parent_id, d.id FROM debtor d WHERE d.tenant_id = %(tenant)s AND d.parent_id = ANY(%(debtors)s::uuid[])
