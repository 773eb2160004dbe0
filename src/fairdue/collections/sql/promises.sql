-- Promises and plans with what reached their items so far, by promised date.
SELECT p.id, p.creditor_id, p.debtor_id, b.name, p.kind, p.currency, p.amount, p.made_on, p.promised_on, p.verdict,
       p.verdict_on, p.taken_by, p.contact, p.grace_bank_days,
       coalesce(r.received, 0)::bigint AS received,
       (SELECT string_agg(i.number, ', ' ORDER BY i.number) FROM promise_item x
        JOIN open_item i ON i.tenant_id = x.tenant_id AND i.id = x.item_id
        WHERE x.tenant_id = p.tenant_id AND x.promise_id = p.id) AS numbers
FROM promise p
JOIN debtor b ON b.tenant_id = p.tenant_id AND b.id = p.debtor_id
LEFT JOIN LATERAL (
    SELECT sum(a.amount) AS received FROM promise_item x
    JOIN allocation a ON a.tenant_id = x.tenant_id AND a.item_id = x.item_id
    LEFT JOIN allocation o ON o.tenant_id = a.tenant_id AND o.id = a.reversal_of_id
    WHERE x.tenant_id = p.tenant_id AND x.promise_id = p.id AND a.kind IN ('applied', 'discount')
      AND coalesce(o.effective_on, a.effective_on) >= p.made_on
) r ON true
WHERE p.tenant_id = %(tenant)s
  AND (%(creditor)s::uuid IS NULL OR p.creditor_id = %(creditor)s)
  AND (%(debtor)s::uuid IS NULL OR p.debtor_id = %(debtor)s)
  AND (%(state)s = '' OR p.verdict = %(state)s)
  AND (%(q)s::text[] IS NULL OR b.search_text LIKE ANY (%(q)s::text[]))
  AND (%(after_day)s::date IS NULL OR (p.promised_on, p.id) > (%(after_day)s::date, %(after_id)s::uuid))
ORDER BY p.promised_on, p.id
LIMIT %(limit)s
