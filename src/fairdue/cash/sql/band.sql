-- The band over the workbench: what came in since a day, what the machine matched, what waits, what is unapplied.
-- What came in and what a bank took back wait apart: money to apply is not less because other money went back.
-- By currency, because money of two currencies does not add up. Each part walks an index of its own.
WITH came AS (
    SELECT b.currency, count(*) AS lines, sum(b.amount) AS amount,
           count(*) FILTER (WHERE a.how = 'automatic') AS automatic_lines,
           coalesce(sum(b.amount) FILTER (WHERE a.how = 'automatic'), 0) AS automatic
    FROM bank_line b
    LEFT JOIN cash_application a ON a.tenant_id = b.tenant_id AND a.line_id = b.id AND a.reversed_on IS NULL
    WHERE b.tenant_id = %(tenant)s AND b.booked_on >= %(since)s AND b.credit_id IS NOT NULL
      AND (%(creditor)s::uuid IS NULL OR b.creditor_id = %(creditor)s::uuid)
    GROUP BY b.currency
), waits AS (
    SELECT b.currency, count(*) FILTER (WHERE b.amount >= 0) AS lines,
           coalesce(sum(b.amount) FILTER (WHERE b.amount >= 0), 0) AS amount,
           count(*) FILTER (WHERE b.amount < 0) AS returned_lines,
           coalesce(-sum(b.amount) FILTER (WHERE b.amount < 0), 0) AS returned FROM bank_line b
    WHERE b.tenant_id = %(tenant)s AND b.state IN ('received', 'proposed')
      AND (%(creditor)s::uuid IS NULL OR b.creditor_id = %(creditor)s::uuid)
    GROUP BY b.currency
), free AS (
    SELECT c.currency, count(*) AS lines, sum(c.unapplied) AS amount FROM credit c
    WHERE c.tenant_id = %(tenant)s AND c.unapplied > 0 AND c.kind = 'payment'
      AND (%(creditor)s::uuid IS NULL OR c.creditor_id = %(creditor)s::uuid)
    GROUP BY c.currency
)
SELECT currency, coalesce(came.lines, 0)::int AS received_count, coalesce(came.amount, 0)::bigint AS received,
       coalesce(came.automatic_lines, 0)::int AS automatic_count, coalesce(came.automatic, 0)::bigint AS automatic,
       coalesce(waits.lines, 0)::int AS waiting_count, coalesce(waits.amount, 0)::bigint AS waiting,
       coalesce(waits.returned_lines, 0)::int AS returned_count, coalesce(waits.returned, 0)::bigint AS returned,
       coalesce(free.amount, 0)::bigint AS unapplied, coalesce(free.lines, 0)::int AS unapplied_count
FROM came FULL JOIN waits USING (currency) FULL JOIN free USING (currency)
ORDER BY received DESC, currency
