-- The items that an application paid and that are still paid by it: what of its payment (minor units) went onto each.
SELECT l.item_id, i.number, i.debtor_id,
       coalesce(sum(l.credit_amount) FILTER (WHERE l.credit_id = %(credit)s::uuid), 0)::bigint AS amount
FROM allocation l JOIN open_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
WHERE l.tenant_id = %(tenant)s AND l.group_id = %(group)s::uuid AND l.reversal_of_id IS NULL
  AND (%(items)s::uuid[] IS NULL OR l.item_id = ANY(%(items)s::uuid[]))
  AND NOT EXISTS (SELECT 1 FROM allocation m WHERE m.tenant_id = l.tenant_id AND m.reversal_of_id = l.id)
GROUP BY l.item_id, i.number, i.debtor_id
ORDER BY i.number
