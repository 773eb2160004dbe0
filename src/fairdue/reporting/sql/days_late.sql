-- Value-weighted days late of what was paid (taken.sql) in a period, by currency: the two sums.
SELECT currency, sum(amount * greatest(0, effective_on - due_on))::bigint, sum(amount)::bigint
FROM taken
WHERE kind = 'applied'
GROUP BY currency ORDER BY currency
