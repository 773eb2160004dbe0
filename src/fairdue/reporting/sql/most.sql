-- The %(most)s debtors of each currency with the most overdue, over the items that stood open (stood.sql).
SELECT creditor_id, debtor_id, currency
FROM (
    SELECT o.*, row_number() OVER (
               PARTITION BY o.currency ORDER BY o.overdue DESC, o.creditor_id DESC, o.debtor_id DESC
           ) AS place
    FROM (
        SELECT creditor_id, debtor_id, currency, sum(open) AS overdue
        FROM stood WHERE due_on < %(as_of)s
        GROUP BY creditor_id, debtor_id, currency HAVING sum(open) > 0
    ) o
) most
WHERE place <= %(most)s
