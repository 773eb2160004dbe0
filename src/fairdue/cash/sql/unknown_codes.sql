-- Words that advices give as the reason of a difference, by the customer whose payment they belong to.
SELECT l.reason AS code, r.creditor_id, a.debtor_id, d.name AS debtor_name, count(*)::int AS times,
       max(r.imported_on) AS last_on
FROM remittance_line l
JOIN remittance r ON r.tenant_id = l.tenant_id AND r.id = l.remittance_id
LEFT JOIN cash_application a ON a.tenant_id = r.tenant_id AND a.line_id = r.line_id AND a.reversed_on IS NULL
LEFT JOIN debtor d ON d.tenant_id = a.tenant_id AND d.id = a.debtor_id
WHERE l.tenant_id = %(tenant)s AND l.reason <> ''
  AND (%(creditor)s::uuid IS NULL OR r.creditor_id = %(creditor)s::uuid)
GROUP BY l.reason, r.creditor_id, a.debtor_id, d.name
ORDER BY count(*) DESC, l.reason
LIMIT %(limit)s
