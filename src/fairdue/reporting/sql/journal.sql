-- Journal lines of a creditor's books in a period, in the order of booking.
SELECT e.id, e.booked_on, e.kind, e.text, e.currency, a.code, a.name, l.amount, l.functional, d.name, e.posted_at
FROM journal_entry e
JOIN journal_line l ON l.tenant_id = e.tenant_id AND l.entry_id = e.id
JOIN account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
LEFT JOIN debtor d ON d.tenant_id = l.tenant_id AND d.id = l.debtor_id
WHERE e.tenant_id = %(tenant)s AND e.creditor_id = %(creditor)s AND e.booked_on BETWEEN %(from_on)s AND %(as_of)s
  AND (%(recorded)s::timestamptz IS NULL OR e.posted_at <= %(recorded)s::timestamptz)
  AND (e.booked_on, e.id) > (%(after_on)s, %(after_id)s::uuid)
ORDER BY e.booked_on, e.id, l.amount DESC, l.functional DESC, l.id
LIMIT %(limit)s
