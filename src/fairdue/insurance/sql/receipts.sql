-- The money of a debtor up to any day: each payment with the item that it was applied to, and what is on account.
SELECT c.received_on, sum(a.amount)::bigint AS amount, i.number
FROM allocation a
JOIN credit c ON c.tenant_id = a.tenant_id AND c.id = a.credit_id AND c.kind = 'payment'
JOIN open_item i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
WHERE a.tenant_id = %(tenant)s AND a.debtor_id = %(debtor)s AND a.kind = 'applied' AND i.id = ANY (%(items)s)
  AND c.received_on <= %(day)s
GROUP BY c.id, c.received_on, i.number
HAVING sum(a.amount) > 0
UNION ALL
SELECT c.received_on, c.unapplied, NULL
FROM credit c
WHERE c.tenant_id = %(tenant)s AND c.creditor_id = %(creditor)s AND c.debtor_id = %(debtor)s AND c.kind = 'payment'
  AND c.currency = %(currency)s AND c.unapplied > 0 AND c.received_on <= %(day)s
ORDER BY 1, 3
