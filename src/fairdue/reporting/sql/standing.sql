-- Over the lines of the aging by debtor (aging.sql): the sums of each currency, without a debtor, and the lines of
-- those %(most)s debtors of each currency with the most overdue.
SELECT NULL::uuid, NULL::uuid, currency, bucket, sum(open)::bigint, sum(items)::bigint, min(oldest_due_on)
FROM line
GROUP BY currency, bucket
UNION ALL
SELECT l.creditor_id, l.debtor_id, l.currency, l.bucket, l.open, l.items, l.oldest_due_on
FROM line l
JOIN (
    SELECT o.*, row_number() OVER (
               PARTITION BY o.currency ORDER BY o.overdue DESC, o.creditor_id DESC, o.debtor_id DESC
           ) AS place
    FROM (
        SELECT creditor_id, debtor_id, currency, sum(open) AS overdue
        FROM line WHERE bucket > 0 GROUP BY creditor_id, debtor_id, currency HAVING sum(open) > 0
    ) o
) most ON most.creditor_id = l.creditor_id AND most.debtor_id = l.debtor_id AND most.currency = l.currency
WHERE most.place <= %(most)s
