-- A page of the aging by debtor (aging.sql) with what is unapplied (unapplied.sql) as bucket -1: the sums of each currency,
-- without a debtor, and the lines in places %(skip)s + 1 to %(skip)s + %(limit)s; the largest overdue of a currency first.
-- %(limit)s of null is every line. The last column is how many lines there are.
WITH line AS (
    SELECT creditor_id, debtor_id, currency, bucket, open, items, oldest_due_on FROM aging
    UNION ALL
    SELECT creditor_id, debtor_id, currency, -1, amount, 0, NULL FROM unapplied
), owed AS (
    SELECT creditor_id, debtor_id, currency, sum(open) FILTER (WHERE bucket > 0) AS overdue,
           sum(open) FILTER (WHERE bucket >= 0) AS total
    FROM line GROUP BY creditor_id, debtor_id, currency
), placed AS (
    SELECT creditor_id, debtor_id, currency,
           row_number() OVER (
               ORDER BY currency, coalesce(overdue, 0) DESC, coalesce(total, 0) DESC, creditor_id, debtor_id
           ) AS place,
           count(*) OVER () AS lines
    FROM owed
)
SELECT NULL::uuid AS creditor_id, NULL::uuid AS debtor_id, currency, bucket, sum(open)::bigint AS open, sum(items)::bigint AS items,
       min(oldest_due_on) AS oldest_due_on, NULL::bigint AS place, NULL::bigint AS lines
FROM line
GROUP BY currency, bucket
UNION ALL
SELECT l.creditor_id, l.debtor_id, l.currency, l.bucket, l.open, l.items, l.oldest_due_on, p.place, p.lines
FROM line l
JOIN placed p ON p.creditor_id = l.creditor_id AND p.debtor_id IS NOT DISTINCT FROM l.debtor_id AND p.currency = l.currency
WHERE p.place > %(skip)s AND (%(limit)s::bigint IS NULL OR p.place <= %(skip)s + %(limit)s::bigint)
