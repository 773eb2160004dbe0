-- The recoveries of a claim with the payment that each came in by.
SELECT r.received_on, c.number, r.amount, r.cost, r.insurer, r.kept
FROM insurance_recovery r
JOIN credit c ON c.tenant_id = r.tenant_id AND c.id = r.credit_id
WHERE r.tenant_id = %(tenant)s AND r.claim_id = %(claim)s
ORDER BY r.received_on, r.id
