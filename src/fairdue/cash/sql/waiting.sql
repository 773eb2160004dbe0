-- Lines that wait for a person, with what is proposed; oldest first, by keyset.
SELECT b.id, b.creditor_id, b.amount, b.currency, b.booked_on, b.payer_name, b.payer_masked, b.on_behalf_of,
       b.remittance, b.bank_reference, b.return_code, b.state, p.id AS proposal_id, p.confidence, p.source, p.step,
       p.reason, p.debtor_id, d.name AS debtor_name, coalesce(jsonb_array_length(p.allocations), 0) AS items
FROM bank_line b
LEFT JOIN cash_proposal p ON p.tenant_id = b.tenant_id AND p.line_id = b.id AND p.state = 'open'
LEFT JOIN debtor d ON d.tenant_id = p.tenant_id AND d.id = p.debtor_id
WHERE b.tenant_id = %(tenant)s AND b.state IN ('received', 'proposed')
  AND (%(creditor)s::uuid IS NULL OR b.creditor_id = %(creditor)s::uuid)
  AND (%(q)s = '' OR strpos(lower(b.payer_name || ' ' || b.remittance || ' ' || b.bank_reference), lower(%(q)s)) > 0)
  AND (%(least)s::int IS NULL OR p.confidence >= %(least)s::int)
  AND (%(most)s::int IS NULL OR coalesce(p.confidence, 0) < %(most)s::int)
  AND (%(after_on)s::date IS NULL OR (b.booked_on, b.id) > (%(after_on)s::date, %(after_id)s::uuid))
ORDER BY b.booked_on, b.id
LIMIT %(limit)s
