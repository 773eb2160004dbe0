-- Every account of a creditor at the end of %(as_of)s, as known at %(recorded)s: all its lines, and off them what was
-- booked later or not known then. So the books of today are one sum, and only the few entries after a day are looked up.
SELECT a.id, a.code, a.name, a.kind, coalesce(sum(l.debit), 0)::bigint, coalesce(sum(l.credit), 0)::bigint
FROM account a
LEFT JOIN (
    SELECT l.account_id, sum(greatest(l.functional, 0)) AS debit, -sum(least(l.functional, 0)) AS credit
    FROM journal_line l
    WHERE l.tenant_id = %(tenant)s AND l.creditor_id = %(creditor)s
    GROUP BY l.account_id
    UNION ALL
    SELECT l.account_id, -sum(greatest(l.functional, 0)), sum(least(l.functional, 0))
    FROM journal_entry e JOIN journal_line l ON l.tenant_id = e.tenant_id AND l.entry_id = e.id
    WHERE e.tenant_id = %(tenant)s AND e.creditor_id = %(creditor)s
      AND (e.booked_on > %(as_of)s OR e.posted_at > %(recorded)s::timestamptz)
    GROUP BY l.account_id
) l ON l.account_id = a.id
WHERE a.tenant_id = %(tenant)s AND a.creditor_id = %(creditor)s
GROUP BY a.id, a.code, a.name, a.kind
ORDER BY a.code
