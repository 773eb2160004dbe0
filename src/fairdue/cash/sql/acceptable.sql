-- How many lines wait, by rule and currency: with a proposal at or above a confidence, below it, or with nothing found.
SELECT coalesce(p.source, 'none') AS source, coalesce(p.step, 'unknown') AS step, b.currency,
       coalesce(p.step <> 'unknown' AND p.confidence >= %(least)s, false) AS above, count(*)::int AS lines,
       sum(b.amount)::bigint AS amount
FROM bank_line b
LEFT JOIN cash_proposal p ON p.tenant_id = b.tenant_id AND p.line_id = b.id AND p.state = 'open'
WHERE b.tenant_id = %(tenant)s AND b.state IN ('received', 'proposed') AND b.amount > 0
  AND (%(creditor)s::uuid IS NULL OR b.creditor_id = %(creditor)s::uuid)
GROUP BY 1, 2, 3, 4
ORDER BY lines DESC, 1, 2, 3
