SELECT p.id, p.creditor_id, p.debtor_id, d.name, p.name, p.currency, p.every, p.count, p.next_on, p.ends_on, p.issues,
       p.state, (SELECT count(*) FROM invoice_plan_run r WHERE r.tenant_id = p.tenant_id AND r.plan_id = p.id)
FROM invoice_plan p
JOIN debtor d ON d.tenant_id = p.tenant_id AND d.id = p.debtor_id
WHERE p.tenant_id = %(tenant)s AND (%(creditor)s::uuid IS NULL OR p.creditor_id = %(creditor)s::uuid)
  AND (%(plan)s::uuid IS NULL OR p.id = %(plan)s::uuid)
  AND (%(after_id)s::uuid IS NULL
       OR ((p.state = 'ended')::int, p.next_on, p.id) > (%(after_ended)s::int, %(after_on)s::date, %(after_id)s::uuid))
ORDER BY (p.state = 'ended')::int, p.next_on, p.id
LIMIT %(limit)s
