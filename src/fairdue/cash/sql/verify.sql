SELECT 'cash.money' AS code, 'bank_line/' || b.id AS path,
       'the payment in the heart is ' || coalesce(c.amount::text, 'gone') || ' and the bank line ' || b.amount AS message
FROM bank_line b LEFT JOIN credit c ON c.tenant_id = b.tenant_id AND c.id = b.credit_id
WHERE b.tenant_id = %(tenant)s AND b.credit_id IS NOT NULL
  AND (c.id IS NULL OR c.amount <> b.amount OR c.currency <> b.currency OR c.source_id IS DISTINCT FROM b.id)
UNION ALL
SELECT 'cash.currency', 'bank_line/' || b.id, 'the line is in ' || b.currency || ' and its account in ' || k.currency
FROM bank_line b JOIN bank_account k ON k.tenant_id = b.tenant_id AND k.id = b.account_id
WHERE b.tenant_id = %(tenant)s AND b.currency <> k.currency
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
WHERE a.tenant_id = %(tenant)s AND a.how IN ('automatic', 'accepted', 'changed')
  AND a.group_id IS NOT NULL AND s.used <> a.amount - a.on_account
UNION ALL
SELECT 'cash.statement', 'bank_statement/' || s.id, 'opening, entries and closing do not agree'
FROM bank_statement s
WHERE s.tenant_id = %(tenant)s AND s.complete AND s.opening IS NOT NULL AND s.opening + s.booked <> s.closing
UNION ALL
SELECT 'cash.application', 'cash_application/' || a.id,
       'it says ' || a.amount || ', of which ' || a.on_account || ' on account; the bank line is ' || b.amount
FROM cash_application a
JOIN bank_line b ON b.tenant_id = a.tenant_id AND b.id = a.line_id
WHERE a.tenant_id = %(tenant)s
  AND (a.amount <> b.amount OR a.on_account NOT BETWEEN least(a.amount, 0) AND greatest(a.amount, 0)
       OR ((a.group_id IS NULL OR a.how = 'not_receivable') AND a.on_account <> a.amount))
UNION ALL
SELECT 'cash.returned', 'cash_return/' || r.id, 'it says ' || r.amount || ' went back, the payment gave ' || coalesce(w.gone, 0)
FROM cash_return r
LEFT JOIN LATERAL (SELECT sum(l.credit_amount) AS gone FROM allocation l
                   WHERE l.tenant_id = r.tenant_id AND l.group_id = r.withdrawal_id AND l.reversal_of_id IS NULL) w ON true
WHERE r.tenant_id = %(tenant)s AND coalesce(w.gone, 0) <> r.amount
UNION ALL
SELECT 'cash.refund', 'refund/' || r.id, 'it says ' || r.amount || ', the two people agreed on ' || (p.payload->>'amount')
FROM refund r JOIN approval p ON p.tenant_id = r.tenant_id AND p.id = r.approval_id
WHERE r.tenant_id = %(tenant)s AND r.state IN ('proposed', 'paid')
  AND ((p.payload->>'amount')::bigint <> r.amount OR p.payload->>'currency' <> r.currency
       OR (p.payload->>'account')::uuid <> r.account_id)
