-- Who has a cadence by name: creditors first, then customers.
SELECT a.id, a.creditor_id, c.name, a.debtor_id, coalesce(d.name, ''), coalesce(d.external_id, ''), a.cadence_id,
       coalesce(k.name, '')
FROM cadence_assignment a
JOIN creditor c ON c.tenant_id = a.tenant_id AND c.id = a.creditor_id
LEFT JOIN debtor d ON d.tenant_id = a.tenant_id AND d.id = a.debtor_id
LEFT JOIN cadence k ON k.tenant_id = a.tenant_id AND k.id = a.cadence_id
WHERE a.tenant_id = %(tenant)s
  AND (%(creditor)s::uuid IS NULL OR a.creditor_id = %(creditor)s)
  AND (%(debtor)s::uuid IS NULL OR a.debtor_id = %(debtor)s)
ORDER BY a.debtor_id IS NOT NULL, c.name, d.name, a.id
LIMIT %(limit)s
