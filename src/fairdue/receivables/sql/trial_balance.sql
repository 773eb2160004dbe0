SELECT a.id, a.code, a.name, a.kind,
       coalesce(sum(l.functional) FILTER (WHERE l.functional > 0), 0)::bigint,
       coalesce(-sum(l.functional) FILTER (WHERE l.functional < 0), 0)::bigint
FROM account a
LEFT JOIN (
    SELECT l.account_id, l.functional FROM journal_line l
    JOIN journal_entry e ON e.tenant_id = l.tenant_id AND e.id = l.entry_id
    WHERE l.tenant_id = %(tenant)s AND l.creditor_id = %(creditor)s AND e.booked_on <= %(as_of)s
      AND (%(recorded)s::timestamptz IS NULL OR e.posted_at <= %(recorded)s::timestamptz)
) l ON l.account_id = a.id
WHERE a.tenant_id = %(tenant)s AND a.creditor_id = %(creditor)s
GROUP BY a.id, a.code, a.name, a.kind
ORDER BY a.code
