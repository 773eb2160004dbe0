SELECT 'cash.money' AS code, 'bank_line/' || b.id AS path,
       'the payment in the heart is ' || c.amount || ' and the bank line ' || b.amount AS message
FROM bank_line b JOIN credit c ON c.tenant_id = b.tenant_id AND c.id = b.credit_id
WHERE b.tenant_id = %(tenant)s AND (c.amount <> b.amount OR c.currency <> b.currency OR c.source_id IS DISTINCT FROM b.id)
UNION ALL
SELECT 'cash.lost', 'bank_line/' || b.id, 'the line waits for application but no money was recorded for it'
FROM bank_line b
WHERE b.tenant_id = %(tenant)s AND b.state IN ('applied', 'on_account') AND b.credit_id IS NULL
UNION ALL
SELECT 'cash.state', 'bank_line/' || b.id, 'the line is ' || b.state || ' without an application that stands'
FROM bank_line b
WHERE b.tenant_id = %(tenant)s AND b.state IN ('applied', 'on_account')
  AND NOT EXISTS (SELECT 1 FROM cash_application a
                  WHERE a.tenant_id = b.tenant_id AND a.line_id = b.id AND a.reversed_on IS NULL)
UNION ALL
SELECT 'cash.application', 'cash_application/' || a.id, 'applied ' || (a.amount - a.on_account) || ', allocated ' || s.used
FROM cash_application a
JOIN bank_line b ON b.tenant_id = a.tenant_id AND b.id = a.line_id
JOIN LATERAL (SELECT coalesce(sum(l.credit_amount), 0) AS used FROM allocation l
              WHERE l.tenant_id = a.tenant_id AND l.group_id = a.group_id AND l.credit_id = b.credit_id
                AND l.reversal_of_id IS NULL) s ON true
WHERE a.tenant_id = %(tenant)s AND a.how IN ('automatic', 'accepted', 'changed') AND a.reversed_on IS NULL
  AND a.group_id IS NOT NULL AND s.used <> a.amount - a.on_account
UNION ALL
SELECT 'cash.statement', 'bank_statement/' || s.id, 'opening, entries and closing do not agree'
FROM bank_statement s
WHERE s.tenant_id = %(tenant)s AND s.complete AND s.opening IS NOT NULL AND s.opening + s.booked <> s.closing
