SELECT r.id, r.creditor_id, r.asked->>'drafts', r.issue_on, r.started_by, r.started_at, r.ended_at,
       r.cancelled_at, r.cancelled_by, c.waiting, c.issued, c.refused, c.gone, c.cancelled
FROM issue_run r
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE d.state = 'waiting') AS waiting, count(*) FILTER (WHERE d.state = 'issued') AS issued,
           count(*) FILTER (WHERE d.state = 'refused') AS refused, count(*) FILTER (WHERE d.state = 'gone') AS gone,
           count(*) FILTER (WHERE d.state = 'cancelled') AS cancelled
    FROM issue_run_draft d WHERE d.tenant_id = r.tenant_id AND d.run_id = r.id
) c
WHERE r.tenant_id = %(tenant)s AND (%(run)s::uuid IS NULL OR r.id = %(run)s::uuid)
  AND (%(creditor)s::uuid IS NULL OR r.creditor_id = %(creditor)s::uuid OR r.creditor_id IS NULL)
  AND (%(after)s::timestamptz IS NULL OR (r.started_at, r.id) < (%(after)s::timestamptz, %(after_id)s::uuid))
ORDER BY r.started_at DESC, r.id DESC
LIMIT %(limit)s
