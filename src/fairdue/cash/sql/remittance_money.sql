-- Money without an advice that waiting advices may belong to: over an advised amount, or under a reference of theirs.
SELECT b.id, b.amount, b.currency, b.booked_on, b.end_to_end_id, b.bank_reference, b.remittance, b.payer_name,
       b.on_behalf_of, b.payer_blind, b.state
FROM bank_line b
WHERE b.tenant_id = %(tenant)s AND b.creditor_id = %(creditor)s AND b.amount > 0
  AND b.state IN ('received', 'proposed', 'applied', 'on_account')
  AND b.booked_on BETWEEN %(since)s AND %(until)s
  AND (b.amount = ANY(%(amounts)s::bigint[])
       OR b.end_to_end_id = ANY(%(references)s::text[]) OR b.bank_reference = ANY(%(references)s::text[]))
  AND NOT EXISTS (SELECT 1 FROM remittance r WHERE r.tenant_id = b.tenant_id AND r.line_id = b.id)
