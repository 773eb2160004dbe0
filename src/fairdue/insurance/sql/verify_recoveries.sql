-- Claims whose insurer got back more than it owed, and recoveries that their payment does not cover.
SELECT c.id, c.number, 'the insurer got back more than the indemnity'
FROM insurance_claim c
JOIN insurance_recovery r ON r.tenant_id = c.tenant_id AND r.claim_id = c.id
WHERE c.tenant_id = %(tenant)s
GROUP BY c.id, c.number, c.indemnity
HAVING sum(r.insurer) > c.indemnity
UNION ALL
SELECT c.id, c.number, 'the insurer''s part is not withdrawn from the payment'
FROM insurance_recovery r
JOIN insurance_claim c ON c.tenant_id = r.tenant_id AND c.id = r.claim_id
LEFT JOIN LATERAL (
    SELECT sum(a.credit_amount) AS gone FROM allocation a
    WHERE a.tenant_id = r.tenant_id AND a.credit_id = r.credit_id AND a.kind = 'withdrawal'
) w ON true
WHERE r.tenant_id = %(tenant)s AND coalesce(w.gone, 0) < r.insurer
