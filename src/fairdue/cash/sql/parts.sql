-- Items and credit notes by id with their customer's name, and the names of customers.
SELECT i.id, 'item' AS kind, i.number, i.debtor_id, d.name AS debtor_name, i.due_on, i.residual
FROM open_item i JOIN debtor d ON d.tenant_id = i.tenant_id AND d.id = i.debtor_id
WHERE i.tenant_id = %(tenant)s AND i.id = ANY(%(ids)s::uuid[])
UNION ALL
SELECT c.id, 'credit_note', c.number, c.debtor_id, d.name, c.received_on, -c.unapplied
FROM credit c JOIN debtor d ON d.tenant_id = c.tenant_id AND d.id = c.debtor_id
WHERE c.tenant_id = %(tenant)s AND c.id = ANY(%(ids)s::uuid[])
UNION ALL
SELECT d.id, 'debtor', '', d.id, d.name, NULL, 0 FROM debtor d
WHERE d.tenant_id = %(tenant)s AND d.id = ANY(%(debtors)s::uuid[])
