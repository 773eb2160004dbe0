-- Deliveries, newest first; one page. Names come with it, so that no row asks again.
SELECT d.id, d.invoice_id, d.creditor_id, i.debtor_id, b.name, i.number, i.payable, i.currency, d.channel, d.recipient,
       d.attempt, d.state, d.reason, d.why, d.reference, d.created_at, d.ended_at,
       NOT EXISTS (SELECT 1 FROM invoice_delivery l WHERE l.tenant_id = d.tenant_id AND l.invoice_id = d.invoice_id
                   AND l.attempt > d.attempt) AS last
FROM invoice_delivery d
JOIN invoice i ON i.tenant_id = d.tenant_id AND i.id = d.invoice_id
JOIN debtor b ON b.tenant_id = i.tenant_id AND b.id = i.debtor_id
WHERE d.tenant_id = %(tenant)s
  AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s::uuid)
  AND (%(state)s = '' OR d.state = %(state)s)
  AND (%(channel)s = '' OR d.channel = %(channel)s)
  AND (%(q)s = '' OR starts_with(b.search_name, %(q)s) OR starts_with(i.number, %(q_number)s))
  AND (%(after)s::timestamptz IS NULL OR (d.created_at, d.id) < (%(after)s::timestamptz, %(after_id)s::uuid))
ORDER BY d.created_at DESC, d.id DESC
LIMIT %(limit)s
