-- Value-weighted days late of what was paid in a period, by currency: the two sums.
SELECT i.currency, sum(a.amount * greatest(0, a.effective_on - i.due_on))::bigint, sum(a.amount)::bigint
FROM allocation a JOIN open_item i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
WHERE a.tenant_id = %(tenant)s AND a.kind = 'applied' AND a.effective_on BETWEEN %(from_on)s AND %(as_of)s
  AND (%(creditor)s::uuid IS NULL OR a.creditor_id = %(creditor)s::uuid)
  AND (%(debtor)s::uuid IS NULL OR a.debtor_id = %(debtor)s::uuid)
GROUP BY i.currency ORDER BY i.currency
