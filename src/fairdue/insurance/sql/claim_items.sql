-- The items of a claim, oldest due first.
SELECT i.id, i.number, i.issued_on, i.due_on, i.amount, i.residual, k.insured
FROM insurance_claim_item k
JOIN open_item i ON i.tenant_id = k.tenant_id AND i.id = k.item_id
WHERE k.tenant_id = %(tenant)s AND k.claim_id = %(claim)s
ORDER BY i.due_on, i.number
