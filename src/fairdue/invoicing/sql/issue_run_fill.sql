INSERT INTO issue_run_draft (tenant_id, id, run_id, creditor_id, draft_id, chunk, state, findings)
SELECT d.tenant_id, gen_random_uuid(), %(run)s, d.creditor_id, d.id,
       ((row_number() OVER (ORDER BY d.creditor_id, d.id) - 1) / %(size)s)::int, 'waiting', '[]'::jsonb
FROM invoice_draft d
WHERE d.tenant_id = %(tenant)s AND d.state = 'open'
  AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s::uuid)
  AND (%(drafts)s::uuid[] IS NULL OR d.id = ANY(%(drafts)s::uuid[]))
  AND NOT EXISTS (SELECT 1 FROM issue_run_draft w
                  WHERE w.tenant_id = d.tenant_id AND w.draft_id = d.id AND w.state = 'waiting')
ON CONFLICT (tenant_id, draft_id) WHERE state = 'waiting' DO NOTHING
