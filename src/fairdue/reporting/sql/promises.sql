-- Promises of a period, by currency: due, and fully met in time. What we cancelled counts nowhere.
SELECT currency, count(*)::bigint, count(*) FILTER (WHERE verdict = 'kept')::bigint, sum(amount)::bigint,
       coalesce(sum(amount) FILTER (WHERE verdict = 'kept'), 0)::bigint
FROM promise
WHERE tenant_id = %(tenant)s AND cancelled_on IS NULL AND verdict <> 'open'
  AND promised_on BETWEEN %(from_on)s AND %(as_of)s
  AND (%(creditor)s::uuid IS NULL OR creditor_id = %(creditor)s::uuid)
  AND (%(debtor)s::uuid IS NULL OR debtor_id = %(debtor)s::uuid)
GROUP BY currency ORDER BY currency
