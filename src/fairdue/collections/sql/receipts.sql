-- What reached the items of promises, by the day it came: money, discounts and credit notes. What was taken off
-- again counts against the day on which it had come, as if it had never arrived.
SELECT p.promise_id, coalesce(o.effective_on, a.effective_on) AS came_on, sum(a.amount)
FROM promise_item p
JOIN allocation a ON a.tenant_id = p.tenant_id AND a.item_id = p.item_id
LEFT JOIN allocation o ON o.tenant_id = a.tenant_id AND o.id = a.reversal_of_id
WHERE p.tenant_id = %(tenant)s AND p.promise_id = ANY(%(promises)s) AND a.kind IN ('applied', 'discount')
GROUP BY p.promise_id, came_on
