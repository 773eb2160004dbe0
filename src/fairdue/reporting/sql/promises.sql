-- Promises of a period (pledged.sql), by currency: due, and fully met in time. What we cancelled counts nowhere.
SELECT currency, count(*)::bigint, count(*) FILTER (WHERE verdict = 'kept')::bigint, sum(amount)::bigint,
       coalesce(sum(amount) FILTER (WHERE verdict = 'kept'), 0)::bigint
FROM pledged
WHERE verdict NOT IN ('open', 'cancelled') AND promised_on BETWEEN %(from_on)s AND %(as_of)s
GROUP BY currency ORDER BY currency
