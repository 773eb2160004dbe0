SELECT a.id, a.kind, a.item_id, i.number, a.credit_id, c.number, c.kind, coalesce(i.currency, c.currency),
       CASE WHEN a.kind = 'withdrawal' THEN a.credit_amount ELSE a.amount END, a.effective_on, a.recorded_at, a.group_id,
       a.reason,
       EXISTS (SELECT 1 FROM allocation m WHERE m.tenant_id = a.tenant_id AND m.reversal_of_id = a.id),
       a.reversal_of_id IS NOT NULL
FROM allocation a
LEFT JOIN open_item i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
LEFT JOIN credit c ON c.tenant_id = a.tenant_id AND c.id = a.credit_id
WHERE a.tenant_id = %(tenant)s
  AND (%(item)s::uuid IS NULL OR a.item_id = %(item)s::uuid)
  AND (%(credit)s::uuid IS NULL OR a.credit_id = %(credit)s::uuid)
  AND (%(debtor)s::uuid IS NULL OR a.debtor_id = %(debtor)s::uuid)
  AND (%(after_at)s::timestamptz IS NULL
       OR (a.recorded_at, a.id) < (%(after_at)s::timestamptz, %(after_id)s::uuid))
ORDER BY a.recorded_at DESC, a.id DESC
LIMIT %(limit)s
