-- The branches of a set of debtors.
SELECT d.id FROM debtor d WHERE d.tenant_id = %(tenant)s AND d.parent_id = ANY(%(debtors)s::uuid[])
