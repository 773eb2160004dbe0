-- Files of a run that are not there, in the formats of each creditor, with the last that was told of each.
SELECT m.invoice_id, i.number, b.name, w.format, coalesce(t.type, ''), coalesce(t.payload->>'reason', '')
FROM issue_run_draft m
JOIN unnest(%(creditors)s::uuid[], %(formats)s::text[]) w(creditor_id, format) ON w.creditor_id = m.creditor_id
JOIN invoice i ON i.tenant_id = %(tenant)s AND i.id = m.invoice_id
JOIN debtor b ON b.tenant_id = %(tenant)s AND b.id = i.debtor_id
LEFT JOIN LATERAL (
    SELECT f.type, f.payload FROM fact f
    WHERE f.tenant_id = %(tenant)s AND f.subject_id = m.invoice_id AND f.payload->>'format' = w.format
      AND f.type IN ('document.refused', 'document.failed', 'document.retried')
    ORDER BY f.recorded_at DESC, f.id DESC LIMIT 1
) t ON true
WHERE m.tenant_id = %(tenant)s AND m.run_id = %(run)s AND m.state = 'issued'
  AND NOT EXISTS (
      SELECT FROM invoice_document f
      WHERE f.tenant_id = %(tenant)s AND f.invoice_id = m.invoice_id AND f.format = w.format
  )
ORDER BY i.number, w.format
LIMIT %(limit)s
