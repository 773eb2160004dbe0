-- What was done with lines, newest first.
SELECT a.id, a.line_id, a.creditor_id, a.debtor_id, d.name AS debtor_name, a.how, a.amount, a.on_account, a.items,
       a.applied_on, a.applied_by, a.recorded_at, a.reversed_on, a.reversed_by, a.reversal_reason, b.currency,
       b.payer_name, b.remittance, b.booked_on, a.batch_id,
       coalesce(p.automatic AND NOT p.shadow AND a.how IN ('automatic', 'not_receivable'), a.how = 'automatic') AS machine,
       p.reason, p.confidence, p.source, p.step,
       (SELECT string_agg(n.number, ', ') FROM (
           SELECT DISTINCT i.number FROM allocation l
           JOIN open_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
           WHERE l.tenant_id = a.tenant_id AND l.group_id = a.group_id ORDER BY i.number LIMIT 3) n) AS numbers
FROM cash_application a
JOIN bank_line b ON b.tenant_id = a.tenant_id AND b.id = a.line_id
LEFT JOIN debtor d ON d.tenant_id = a.tenant_id AND d.id = a.debtor_id
LEFT JOIN cash_proposal p ON p.tenant_id = a.tenant_id AND p.id = a.proposal_id
WHERE a.tenant_id = %(tenant)s AND (%(creditor)s::uuid IS NULL OR a.creditor_id = %(creditor)s::uuid)
  AND (%(line)s::uuid IS NULL OR a.line_id = %(line)s::uuid)
  AND (%(how)s = '' OR a.how = %(how)s)
  AND (%(batch)s::uuid IS NULL OR a.batch_id = %(batch)s::uuid)
  AND (%(since)s::date IS NULL OR a.applied_on >= %(since)s::date)
  AND (%(until)s::date IS NULL OR a.applied_on <= %(until)s::date)
  AND (%(ids)s::uuid[] IS NULL OR a.id = ANY(%(ids)s::uuid[]))
  AND (%(q)s = '' OR strpos(lower(b.payer_name || ' ' || b.remittance || ' ' || coalesce(d.name, '')), lower(%(q)s)) > 0)
  AND (%(before)s::timestamptz IS NULL OR a.recorded_at < %(before)s::timestamptz)
ORDER BY a.recorded_at DESC, a.id DESC
LIMIT %(limit)s
