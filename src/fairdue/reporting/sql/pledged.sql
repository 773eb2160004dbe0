-- Promises and plans as they were known at %(recorded)s, with what had become of them by then. Known now, that stands in
-- their row; at another instant it is what the last fact about them said.
SELECT p.id, p.creditor_id, p.debtor_id, p.currency, p.amount, p.made_on, p.promised_on,
       CASE WHEN %(recorded)s::timestamptz IS NULL THEN p.verdict ELSE coalesce(f.verdict, 'open') END AS verdict,
       CASE WHEN %(recorded)s::timestamptz IS NULL THEN p.verdict_on ELSE f.happened_on END AS verdict_on
FROM promise p
LEFT JOIN LATERAL (
    SELECT CASE WHEN t.type IN ('promise.kept', 'plan.completed') THEN 'kept'
                WHEN t.type = 'promise.cancelled' THEN 'cancelled'
                WHEN t.type = 'promise.reopened' THEN 'open' ELSE 'broken' END AS verdict, t.happened_on
    FROM fact t
    WHERE %(recorded)s::timestamptz IS NOT NULL AND t.tenant_id = %(tenant)s AND t.subject_id = p.id
      AND t.recorded_at <= %(recorded)s::timestamptz
      AND t.type IN ('promise.kept', 'promise.partly_kept', 'promise.broken', 'promise.cancelled', 'promise.reopened',
                     'plan.broken', 'plan.completed')
    ORDER BY t.recorded_at DESC, t.id DESC
    LIMIT 1
) f ON true
WHERE p.tenant_id = %(tenant)s
  AND (%(recorded)s::timestamptz IS NULL OR p.recorded_at <= %(recorded)s::timestamptz)
  AND (%(creditor)s::uuid IS NULL OR p.creditor_id = %(creditor)s::uuid)
  AND (%(debtor)s::uuid IS NULL OR p.debtor_id = %(debtor)s::uuid)
