-- What became of the invoices of a run: issued by creditor, files by verdict, formats that are given up, delivery.
WITH mine AS (
    SELECT d.creditor_id, d.invoice_id FROM issue_run_draft d
    WHERE d.tenant_id = %(tenant)s AND d.run_id = %(run)s AND d.state = 'issued'
)
SELECT 'issued', m.creditor_id::text, count(*) FROM mine m GROUP BY m.creditor_id
UNION ALL
SELECT 'file', f.state, count(*) FROM mine m
JOIN invoice_document f ON f.tenant_id = %(tenant)s AND f.invoice_id = m.invoice_id GROUP BY f.state
UNION ALL
SELECT 'unwritten', '', count(*) FROM (
    SELECT DISTINCT ON (t.subject_id, t.payload->>'format') t.subject_id, t.payload->>'format' AS format, t.type
    FROM mine m
    JOIN fact t ON t.tenant_id = %(tenant)s AND t.subject_id = m.invoice_id
        AND t.type IN ('document.refused', 'document.failed', 'document.retried')
    ORDER BY 1, 2, t.recorded_at DESC, t.id DESC
) last
WHERE last.type <> 'document.retried' AND NOT EXISTS (
    SELECT FROM invoice_document f
    WHERE f.tenant_id = %(tenant)s AND f.invoice_id = last.subject_id AND f.format = last.format
)
UNION ALL
SELECT 'delivery', i.delivery, count(*) FROM mine m
JOIN invoice i ON i.tenant_id = %(tenant)s AND i.id = m.invoice_id GROUP BY i.delivery
