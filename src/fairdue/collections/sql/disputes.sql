-- Disputes, those to be answered first on top.
SELECT d.id, d.creditor_id, d.debtor_id, b.name, d.item_id, i.number, d.currency,
       coalesce(least(d.amount, i.residual), i.residual) AS amount, i.residual, d.reason, d.note, d.clock, d.clock_since,
       d.answer_by, d.opened_on, d.opened_by, d.owner_id, d.resolved_on, d.outcome, d.resolution, d.amount IS NULL
FROM dispute d
JOIN debtor b ON b.tenant_id = d.tenant_id AND b.id = d.debtor_id
JOIN open_item i ON i.tenant_id = d.tenant_id AND i.id = d.item_id
WHERE d.tenant_id = %(tenant)s
  AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s)
  AND (%(debtor)s::uuid IS NULL OR d.debtor_id = %(debtor)s)
  AND (%(id)s::uuid IS NULL OR d.id = %(id)s)
  AND (%(state)s = '' OR (%(state)s = 'open' AND d.resolved_on IS NULL)
       OR (%(state)s = 'resolved' AND d.resolved_on IS NOT NULL)
       OR (%(state)s IN ('ours', 'theirs') AND d.resolved_on IS NULL AND d.clock = %(state)s))
  AND (%(reason)s = '' OR d.reason = %(reason)s)
  AND (%(q)s::text[] IS NULL OR b.search_text LIKE ANY (%(q)s::text[]))
  AND (%(after_day)s::date IS NULL OR (d.answer_by, d.id) > (%(after_day)s::date, %(after_id)s::uuid))
ORDER BY d.answer_by, d.id
LIMIT %(limit)s
