-- The items of stood.sql by bucket of days past due. %(starts)s are the first days past due of the second bucket and on.
SELECT CASE WHEN %(by_creditor)s THEN creditor_id END AS creditor_id,
       CASE WHEN %(by_debtor)s THEN debtor_id END AS debtor_id, currency,
       width_bucket(%(as_of)s - due_on, %(starts)s::int[]) AS bucket, sum(open)::bigint AS open, count(*)::bigint AS items,
       min(due_on) AS oldest_due_on
FROM stood
GROUP BY 1, 2, 3, 4
