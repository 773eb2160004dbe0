-- What a run over all open drafts would take: sound ones by currency, and those that have errors today.
SELECT d.currency, count(*) FILTER (WHERE d.errors = 0), coalesce(sum(d.gross) FILTER (WHERE d.errors = 0), 0)::bigint,
       count(*) FILTER (WHERE d.errors > 0)
FROM invoice_draft d
WHERE d.tenant_id = %(tenant)s AND d.state = 'open'
  AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s::uuid)
  AND NOT EXISTS (SELECT 1 FROM issue_run_draft w
                  WHERE w.tenant_id = d.tenant_id AND w.draft_id = d.id AND w.state = 'waiting')
GROUP BY d.currency ORDER BY d.currency
