-- Payments of known customers of which something is not applied, the oldest first.
SELECT c.id AS credit_id, c.creditor_id, c.debtor_id, d.name AS debtor_name, c.number, c.amount, c.unapplied, c.currency,
       c.received_on, b.id AS line_id, r.id AS refund_id, u.id AS use_id
FROM credit c
JOIN debtor d ON d.tenant_id = c.tenant_id AND d.id = c.debtor_id
LEFT JOIN bank_line b ON b.tenant_id = c.tenant_id AND b.credit_id = c.id
LEFT JOIN refund r ON r.tenant_id = c.tenant_id AND r.credit_id = c.id AND r.state IN ('open', 'proposed')
LEFT JOIN credit_use u ON u.tenant_id = c.tenant_id AND u.credit_id = c.id AND u.state = 'open'
WHERE c.tenant_id = %(tenant)s AND c.kind = 'payment' AND c.unapplied > 0
  AND (%(creditor)s::uuid IS NULL OR c.creditor_id = %(creditor)s::uuid)
ORDER BY c.received_on, c.id
LIMIT %(limit)s
