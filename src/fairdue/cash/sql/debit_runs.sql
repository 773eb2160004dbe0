-- Runs of direct debits, newest first, with how many of their collections have come or failed.
SELECT r.id, r.creditor_id, r.reference, r.scheme, r.collect_on, r.count, r.amount, r.currency, r.file_id, r.made_on,
       r.made_by, r.made_at, r.cancelled_on, s.collected::int, s.failed::int
FROM debit_run r
JOIN LATERAL (SELECT count(*) FILTER (WHERE d.state = 'collected') AS collected,
                     count(*) FILTER (WHERE d.state IN ('rejected', 'returned')) AS failed
              FROM direct_debit d WHERE d.tenant_id = r.tenant_id AND d.run_id = r.id) s ON true
WHERE r.tenant_id = %(tenant)s
  AND (%(creditor)s::uuid IS NULL OR r.creditor_id = %(creditor)s::uuid)
  AND (%(run)s::uuid IS NULL OR r.id = %(run)s::uuid)
ORDER BY r.made_at DESC, r.id DESC
LIMIT %(limit)s
