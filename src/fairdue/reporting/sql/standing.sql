-- The sums of each currency, without a debtor, and the lines of the %(most)s debtors of each currency with the most overdue,
-- with what is unapplied (unapplied.sql) as bucket -1: the items that stood open are read once, by debtor (aging.sql), and
-- everything else is summed from these lines.
WITH line AS MATERIALIZED (
    SELECT creditor_id, debtor_id, currency, bucket, open, items, oldest_due_on FROM aging
    UNION ALL
    SELECT creditor_id, debtor_id, currency, -1, amount, 0, NULL FROM unapplied
), owed AS (
    SELECT creditor_id, debtor_id, currency, sum(open) AS overdue
    FROM line WHERE bucket > 0
    GROUP BY creditor_id, debtor_id, currency HAVING sum(open) > 0
), placed AS (
    SELECT creditor_id, debtor_id, currency,
           row_number() OVER (PARTITION BY currency ORDER BY overdue DESC, creditor_id DESC, debtor_id DESC) AS place
    FROM owed
)
SELECT NULL::uuid AS creditor_id, NULL::uuid AS debtor_id, currency, bucket, sum(open)::bigint AS open,
       sum(items)::bigint AS items, min(oldest_due_on) AS oldest_due_on, NULL::bigint AS place
FROM line
GROUP BY currency, bucket
UNION ALL
SELECT l.creditor_id, l.debtor_id, l.currency, l.bucket, l.open, l.items, l.oldest_due_on, p.place
FROM placed p
JOIN line l ON l.creditor_id = p.creditor_id AND l.debtor_id = p.debtor_id AND l.currency = p.currency
WHERE p.place <= %(most)s
  -- Their lines are found by their customers first: sorting every line for the join costs more than all of this.
  AND l.debtor_id = ANY (ARRAY(SELECT t.debtor_id FROM placed t WHERE t.place <= %(most)s))
