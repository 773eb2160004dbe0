-- Claims with what the insurer has paid of them and what was recovered and shared.
SELECT c.id, c.creditor_id, c.policy_id, p.number, p.insurer, c.number, c.debtor_id, b.name, p.currency, c.cause,
       c.filed_on, c.last_day_on, c.insolvent_on, c.loss_on, c.claimed, c.loss, c.indemnity, c.borne,
       c.indemnified_on, c.withdrawn_on,
       coalesce((SELECT sum(o.amount) FROM insurance_payout o
                 WHERE o.tenant_id = c.tenant_id AND o.claim_id = c.id), 0)::bigint,
       coalesce((SELECT sum(r.amount) FROM insurance_recovery r
                 WHERE r.tenant_id = c.tenant_id AND r.claim_id = c.id), 0)::bigint,
       coalesce((SELECT sum(r.insurer) FROM insurance_recovery r
                 WHERE r.tenant_id = c.tenant_id AND r.claim_id = c.id), 0)::bigint
FROM insurance_claim c
JOIN insurance_policy p ON p.tenant_id = c.tenant_id AND p.id = c.policy_id
JOIN debtor b ON b.tenant_id = c.tenant_id AND b.id = c.debtor_id
WHERE c.tenant_id = %(tenant)s
  AND (%(policy)s::uuid IS NULL OR c.policy_id = %(policy)s)
  AND (%(debtor)s::uuid IS NULL OR c.debtor_id = %(debtor)s)
  AND (%(claim)s::uuid IS NULL OR c.id = %(claim)s)
  AND (%(creditor)s::uuid IS NULL OR c.creditor_id = %(creditor)s)
  AND (%(after_on)s::date IS NULL
       OR (c.filed_on, c.number, c.id) < (%(after_on)s::date, %(after_number)s::text, %(after_id)s::uuid))
ORDER BY c.filed_on DESC, c.number DESC, c.id DESC
LIMIT %(limit)s
