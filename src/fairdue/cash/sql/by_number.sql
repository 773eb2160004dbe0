SELECT i.id, i.debtor_id, i.currency, i.number FROM open_item i
WHERE i.tenant_id = %(tenant)s AND i.creditor_id = %(creditor)s AND i.number = ANY(%(numbers)s::text[])
