-- The lines of one account, newest first, up to a day; keyset by day and line.
SELECT l.id, e.id, e.booked_on, e.kind, e.text, e.currency, l.amount, l.functional, l.debtor_id, d.name, e.source_id,
       e.reversal_of_id, r.id, e.posted_at
FROM journal_line l
JOIN journal_entry e ON e.tenant_id = l.tenant_id AND e.id = l.entry_id
LEFT JOIN debtor d ON d.tenant_id = l.tenant_id AND d.id = l.debtor_id
LEFT JOIN journal_entry r ON r.tenant_id = e.tenant_id AND r.reversal_of_id = e.id
WHERE l.tenant_id = %(tenant)s AND l.account_id = %(account)s AND e.booked_on <= %(as_of)s
  AND (%(after_day)s::date IS NULL OR (e.booked_on, l.id) < (%(after_day)s::date, %(after_id)s::uuid))
ORDER BY e.booked_on DESC, l.id DESC
LIMIT %(limit)s
