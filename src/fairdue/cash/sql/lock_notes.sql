-- What is left of credit notes, locked in the order in which allocations lock them.
SELECT c.id::text, c.unapplied FROM credit c
WHERE c.tenant_id = %(tenant)s AND c.id = ANY(%(ids)s::uuid[])
ORDER BY c.id FOR UPDATE
