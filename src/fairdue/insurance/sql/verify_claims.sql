-- Indemnified claims whose credit is missing or of another amount or currency, and policies that paid more than their maximum.
SELECT c.id, c.number, 'its indemnity is not booked with that amount'
FROM insurance_claim c
LEFT JOIN credit k ON k.tenant_id = c.tenant_id AND k.id = c.credit_id AND k.kind = 'indemnity'
LEFT JOIN insurance_policy y ON y.tenant_id = c.tenant_id AND y.id = c.policy_id
WHERE c.tenant_id = %(tenant)s AND c.indemnity > 0
  AND (k.amount IS DISTINCT FROM c.indemnity OR k.currency IS DISTINCT FROM y.currency)
UNION ALL
SELECT c.id, c.number, 'it has no items'
FROM insurance_claim c
WHERE c.tenant_id = %(tenant)s
  AND NOT EXISTS (SELECT 1 FROM insurance_claim_item k WHERE k.tenant_id = c.tenant_id AND k.claim_id = c.id)
UNION ALL
SELECT c.id, c.number, 'an item is of another customer'
FROM insurance_claim c
JOIN insurance_claim_item k ON k.tenant_id = c.tenant_id AND k.claim_id = c.id
JOIN open_item i ON i.tenant_id = k.tenant_id AND i.id = k.item_id
WHERE c.tenant_id = %(tenant)s AND (i.debtor_id <> c.debtor_id OR i.creditor_id <> c.creditor_id)
