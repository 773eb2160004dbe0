-- Lines that wait for a person, with what is proposed; oldest first, by keyset. Names are read for the page only.
WITH page AS (
    SELECT b.id, b.creditor_id, b.amount, b.currency, b.booked_on, b.payer_name, b.payer_masked, b.on_behalf_of,
           b.remittance, b.bank_reference, b.return_code, b.state, b.tenant_id, p.id AS proposal_id, p.confidence,
           p.source, p.step, p.reason, p.debtor_id, p.allocations
    FROM bank_line b
    LEFT JOIN cash_proposal p ON p.tenant_id = b.tenant_id AND p.line_id = b.id AND p.state = 'open'
    WHERE b.tenant_id = %(tenant)s AND b.state IN ('received', 'proposed')
      AND (%(creditor)s::uuid IS NULL OR b.creditor_id = %(creditor)s::uuid)
      AND (%(q)s = '' OR strpos(lower(b.payer_name || ' ' || b.remittance || ' ' || b.bank_reference), lower(%(q)s)) > 0)
      AND (%(least)s::int IS NULL OR p.confidence >= %(least)s::int)
      AND (%(most)s::int IS NULL OR coalesce(p.confidence, 0) < %(most)s::int)
      AND (%(after_on)s::date IS NULL OR (b.booked_on, b.id) > (%(after_on)s::date, %(after_id)s::uuid))
    ORDER BY b.booked_on, b.id
    LIMIT %(limit)s
)
SELECT w.id, w.creditor_id, w.amount, w.currency, w.booked_on, w.payer_name, w.payer_masked, w.on_behalf_of,
       w.remittance, w.bank_reference, w.return_code, w.state, w.proposal_id, w.confidence, w.source, w.step,
       w.reason, w.debtor_id, d.name AS debtor_name, coalesce(jsonb_array_length(w.allocations), 0) AS items
FROM page w
LEFT JOIN debtor d ON d.tenant_id = w.tenant_id AND d.id = w.debtor_id
ORDER BY w.booked_on, w.id
