-- Imported statements, newest first, with what they brought.
SELECT s.id, s.creditor_id, s.format, s.statement_id, s.sequence, s.opening, s.closing, s.closing_on, s.entries,
       s.booked, s.complete, s.findings, s.imported_by, s.imported_at, a.name AS account, a.number, a.currency,
       coalesce(f.name, '') AS file_name,
       (SELECT count(*) FROM bank_line b WHERE b.tenant_id = s.tenant_id AND b.statement_id = s.id)::int AS new_lines
FROM bank_statement s
JOIN bank_account a ON a.tenant_id = s.tenant_id AND a.id = s.account_id
LEFT JOIN stored_file f ON f.tenant_id = s.tenant_id AND f.id = s.file_id
WHERE s.tenant_id = %(tenant)s AND (%(creditor)s::uuid IS NULL OR s.creditor_id = %(creditor)s::uuid)
  AND (%(ids)s::uuid[] IS NULL OR s.id = ANY(%(ids)s::uuid[]))
ORDER BY s.imported_at DESC, s.id DESC
LIMIT %(limit)s
