SELECT r.id, r.creditor_id, r.debtor_id, d.name, r.order_id, o.number, r.state, r.currency, r.gross, r.errors,
       r.warnings, r.term, r.written_by, r.created_at, r.invoice_id
FROM invoice_draft r
JOIN debtor d ON d.tenant_id = r.tenant_id AND d.id = r.debtor_id
LEFT JOIN sales_order o ON o.tenant_id = r.tenant_id AND o.id = r.order_id
WHERE r.tenant_id = %(tenant)s AND r.state = 'open'
  AND (%(creditor)s::uuid IS NULL OR r.creditor_id = %(creditor)s::uuid)
  AND (%(q)s = '' OR starts_with(d.search_name, %(q)s) OR starts_with(o.number, %(q_number)s))
  AND CASE %(state)s WHEN 'ready' THEN r.errors = 0 WHEN 'errors' THEN r.errors > 0 ELSE true END
  AND (%(after_id)s::uuid IS NULL OR r.id < %(after_id)s::uuid)
ORDER BY r.id DESC
LIMIT %(limit)s
