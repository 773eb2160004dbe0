UPDATE issue_run r SET ended_at = now()
WHERE r.tenant_id = %(tenant)s AND r.id = %(run)s AND r.ended_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM issue_run_draft d
                  WHERE d.tenant_id = r.tenant_id AND d.run_id = r.id AND d.state = 'waiting')
