SELECT o.id, o.creditor_id, o.debtor_id, d.name, o.number, o.ordered_on, o.currency, o.buyer_reference, o.closed_on,
       l.lines, l.net, l.billed
FROM sales_order o
JOIN debtor d ON d.tenant_id = o.tenant_id AND d.id = o.debtor_id
JOIN LATERAL (
    SELECT count(*) AS lines, sum(quantity * price) AS net, sum(billed * price) AS billed,
           bool_and(billed >= quantity) AS done
    FROM order_line l WHERE l.tenant_id = o.tenant_id AND l.order_id = o.id
) l ON true
WHERE o.tenant_id = %(tenant)s
  AND (%(creditor)s::uuid IS NULL OR o.creditor_id = %(creditor)s::uuid)
  AND (%(id)s::uuid IS NULL OR o.id = %(id)s::uuid)
  AND (%(q)s = '' OR starts_with(o.number, %(q_number)s) OR starts_with(d.search_name, %(q)s))
  AND CASE %(state)s WHEN 'open' THEN o.closed_on IS NULL AND NOT l.done
                     WHEN 'billed' THEN l.done WHEN 'closed' THEN o.closed_on IS NOT NULL ELSE true END
  AND (%(after_id)s::uuid IS NULL OR (o.ordered_on, o.id) < (%(after)s::date, %(after_id)s::uuid))
ORDER BY o.ordered_on DESC, o.id DESC
LIMIT %(limit)s
