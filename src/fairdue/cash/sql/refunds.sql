-- Refunds with their payment, those that wait first, then the newest.
SELECT r.id, r.creditor_id, r.debtor_id, d.name AS debtor_name, r.credit_id, c.number, r.line_id, b.payer_name, r.kind,
       r.amount, c.unapplied, r.currency, a.masked AS account, r.reason, r.state, r.opened_on, r.opened_at,
       r.opened_by, r.decided_on, r.decided_by, r.agent, r.file_id IS NOT NULL AS ordered,
       r.bank_status, r.bank_words, r.answered_on
FROM refund r
JOIN credit c ON c.tenant_id = r.tenant_id AND c.id = r.credit_id
LEFT JOIN debtor d ON d.tenant_id = r.tenant_id AND d.id = r.debtor_id
LEFT JOIN bank_line b ON b.tenant_id = r.tenant_id AND b.id = r.line_id
LEFT JOIN debtor_account a ON a.tenant_id = r.tenant_id AND a.id = r.account_id
WHERE r.tenant_id = %(tenant)s
  AND (%(creditor)s::uuid IS NULL OR r.creditor_id = %(creditor)s::uuid)
  AND (%(states)s::text[] IS NULL OR r.state = ANY(%(states)s::text[]))
  AND (%(refund)s::uuid IS NULL OR r.id = %(refund)s::uuid)
  AND (%(after_id)s::uuid IS NULL
       OR (r.state NOT IN ('open', 'proposed')) > %(after_closed)s::boolean
       OR ((r.state NOT IN ('open', 'proposed')) = %(after_closed)s::boolean
           AND (r.opened_at, r.id) < (%(after_at)s::timestamptz, %(after_id)s::uuid)))
ORDER BY (r.state NOT IN ('open', 'proposed')), r.opened_at DESC, r.id DESC
LIMIT %(limit)s
