-- What reached the items of promises: money and credit notes with their reversals, by day.
SELECT p.promise_id, a.effective_on, sum(a.amount)
FROM promise_item p
JOIN allocation a ON a.tenant_id = p.tenant_id AND a.item_id = p.item_id
WHERE p.tenant_id = %(tenant)s AND p.promise_id = ANY(%(promises)s) AND a.kind IN ('applied', 'discount')
GROUP BY p.promise_id, a.effective_on
