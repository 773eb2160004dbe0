-- What is left of items, locked in the order in which allocations lock them.
SELECT i.id::text, i.residual FROM open_item i
WHERE i.tenant_id = %(tenant)s AND i.id = ANY(%(ids)s::uuid[])
ORDER BY i.id FOR UPDATE
