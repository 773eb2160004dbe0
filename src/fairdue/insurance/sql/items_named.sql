-- Numbers and debtors of items of one creditor.
SELECT i.id, i.number, i.debtor_id
FROM open_item i
WHERE i.tenant_id = %(tenant)s AND i.creditor_id = %(creditor)s AND i.id = ANY (%(items)s::uuid[])
