-- How much waits by kind, and what a team did today.
SELECT kind::text, count(*) FROM collection_task
WHERE tenant_id = %(tenant)s AND state = 'open' AND due_on <= %(today)s GROUP BY kind
UNION ALL
SELECT 'dispute', count(*) FROM dispute
WHERE tenant_id = %(tenant)s AND resolved_on IS NULL AND clock = 'ours' AND answer_by <= %(today)s
UNION ALL
SELECT 'calls_today', count(*) FROM call_log WHERE tenant_id = %(tenant)s AND called_on = %(today)s AND withdrawn_on IS NULL
UNION ALL
SELECT 'done_today', count(*) FROM collection_task
WHERE tenant_id = %(tenant)s AND state = 'done' AND done_on = %(today)s
UNION ALL
SELECT 'promises_today', count(*) FROM promise
WHERE tenant_id = %(tenant)s AND verdict = 'open' AND promised_on = %(today)s
