-- The payments on an account that pay an item and still stand, with what of each went onto it.
SELECT b.id AS line_id, sum(l.credit_amount)::bigint AS amount
FROM allocation l
JOIN bank_line b ON b.tenant_id = l.tenant_id AND b.credit_id = l.credit_id
WHERE l.tenant_id = %(tenant)s AND l.item_id = %(item)s::uuid AND l.reversal_of_id IS NULL
  AND b.account_id = %(account)s::uuid
  AND NOT EXISTS (SELECT 1 FROM allocation m WHERE m.tenant_id = l.tenant_id AND m.reversal_of_id = l.id)
GROUP BY b.id
