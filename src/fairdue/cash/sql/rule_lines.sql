-- Past lines that a rule may fit, newest first, with what became of each: the words of its texts one by one, and the
-- other conditions exactly; the core decides.
SELECT b.id, b.amount, b.currency, b.booked_on, b.remittance, b.payer_name, b.payer_blind, b.transaction_code, b.state,
       a.how, a.items, d.name AS debtor_name
FROM bank_line b
LEFT JOIN cash_application a ON a.tenant_id = b.tenant_id AND a.line_id = b.id AND a.reversed_on IS NULL
LEFT JOIN debtor d ON d.tenant_id = a.tenant_id AND d.id = a.debtor_id
WHERE b.tenant_id = %(tenant)s AND b.creditor_id = %(creditor)s AND b.amount > 0 AND b.state <> 'held_back'
  AND b.booked_on >= %(since)s
  AND (%(blind)s = '' OR b.payer_blind = %(blind)s)
  AND (%(code)s = '' OR starts_with(b.transaction_code, %(code)s))
  AND (%(currency)s = '' OR b.currency = %(currency)s)
  AND (%(least)s::bigint IS NULL OR b.amount >= %(least)s::bigint)
  AND (%(most)s::bigint IS NULL OR b.amount <= %(most)s::bigint)
  AND NOT EXISTS (SELECT 1 FROM unnest(%(words)s::text[]) AS w(word) WHERE strpos(lower(b.remittance), w.word) = 0)
  AND NOT EXISTS (SELECT 1 FROM unnest(%(names)s::text[]) AS w(word) WHERE strpos(lower(b.payer_name), w.word) = 0)
ORDER BY b.booked_on DESC, b.id DESC
LIMIT %(limit)s
