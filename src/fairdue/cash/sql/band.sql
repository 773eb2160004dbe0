-- The band over the workbench: what came in since a day, what the machine matched, what waits, what is unapplied.
-- By currency, because money of two currencies does not add up.
SELECT b.currency,
       count(*) FILTER (WHERE b.booked_on >= %(since)s AND b.credit_id IS NOT NULL)::int AS received_count,
       coalesce(sum(b.amount) FILTER (WHERE b.booked_on >= %(since)s AND b.credit_id IS NOT NULL), 0)::bigint AS received,
       count(*) FILTER (WHERE b.booked_on >= %(since)s AND a.how = 'automatic')::int AS automatic_count,
       coalesce(sum(b.amount) FILTER (WHERE b.booked_on >= %(since)s AND a.how = 'automatic'), 0)::bigint AS automatic,
       count(*) FILTER (WHERE b.state IN ('received', 'proposed'))::int AS waiting_count,
       coalesce(sum(b.amount) FILTER (WHERE b.state IN ('received', 'proposed')), 0)::bigint AS waiting,
       coalesce(sum(c.unapplied), 0)::bigint AS unapplied,
       count(*) FILTER (WHERE c.unapplied > 0)::int AS unapplied_count
FROM bank_line b
LEFT JOIN credit c ON c.tenant_id = b.tenant_id AND c.id = b.credit_id
LEFT JOIN cash_application a ON a.tenant_id = b.tenant_id AND a.line_id = b.id AND a.reversed_on IS NULL
WHERE b.tenant_id = %(tenant)s AND (%(creditor)s::uuid IS NULL OR b.creditor_id = %(creditor)s::uuid)
  AND (b.booked_on >= %(since)s OR b.state IN ('received', 'proposed') OR c.unapplied > 0)
GROUP BY b.currency ORDER BY 3 DESC, 1
