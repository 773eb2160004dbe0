-- Customers with what is open of each, in the currency of the books; one row a customer, merged ones left out.
-- Ordered by name, the page is taken before anything is summed; ordered by a sum, or narrowed by one, it cannot be.
WITH chosen AS (
    SELECT d.id, d.tenant_id, d.creditor_id, d.name, d.external_id, d.country, d.city, d.credit_limit, d.currency,
           d.search_name
    FROM debtor d
    WHERE d.tenant_id = %(tenant)s AND d.merged_into_id IS NULL
      AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s::uuid)
      AND (%(q)s::text[] IS NULL OR d.id IN (
            SELECT f.id FROM debtor f WHERE f.tenant_id = %(tenant)s AND f.search_text LIKE ANY (%(q)s::text[])))
      AND (%(kind)s = '' OR d.kind = %(kind)s)
      AND (%(country)s = '' OR d.country = %(country)s)
      {page}
), sums AS (
    SELECT debtor_id, sum(functional_residual)::bigint AS open,
           coalesce(sum(functional_residual) FILTER (WHERE due_on < %(today)s), 0)::bigint AS overdue,
           min(due_on) AS oldest, count(*)::int AS items,
           CASE WHEN min(currency) = max(currency) THEN min(currency) END AS owed_in,
           sum(residual)::bigint AS owed,
           coalesce(sum(residual) FILTER (WHERE due_on < %(today)s), 0)::bigint AS owed_late
    FROM open_item
    WHERE tenant_id = %(tenant)s AND residual > 0 AND (%(creditor)s::uuid IS NULL OR creditor_id = %(creditor)s::uuid)
      {whose}
    GROUP BY debtor_id
)
SELECT d.id, d.creditor_id, c.name, d.name, d.external_id, d.country, d.city, c.currency, coalesce(s.open, 0),
       coalesce(s.overdue, 0), s.oldest, coalesce(s.items, 0), d.credit_limit, d.currency, d.search_name,
       CASE WHEN s.owed_in IS NULL THEN coalesce(s.open, 0) ELSE s.owed END,
       CASE WHEN s.owed_in IS NULL THEN coalesce(s.overdue, 0) ELSE s.owed_late END, coalesce(s.owed_in, c.currency)
FROM chosen d
JOIN creditor c ON c.tenant_id = d.tenant_id AND c.id = d.creditor_id
LEFT JOIN sums s ON s.debtor_id = d.id
WHERE CASE %(state)s WHEN 'open' THEN s.open > 0 WHEN 'overdue' THEN s.overdue > 0 WHEN 'clear' THEN s.open IS NULL
      WHEN 'over_limit' THEN d.credit_limit IS NOT NULL AND d.currency = c.currency AND s.open > d.credit_limit
      ELSE true END
  AND (%(after_id)s::uuid IS NULL OR ({sort}, d.id) {compare} (%(after)s::{type}, %(after_id)s::uuid))
ORDER BY {sort} {direction}, d.id {direction}
LIMIT %(limit)s
