-- What reduced items and when, without what was taken back: the principal of interest falls with it.
SELECT a.item_id, a.effective_on, sum(a.amount)
FROM allocation a
WHERE a.tenant_id = %(tenant)s AND a.item_id = ANY(%(items)s) AND a.reversal_of_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM allocation r WHERE r.tenant_id = a.tenant_id AND r.reversal_of_id = a.id)
GROUP BY a.item_id, a.effective_on
ORDER BY a.item_id, a.effective_on
