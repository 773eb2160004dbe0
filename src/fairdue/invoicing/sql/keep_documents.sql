-- One file a format of an invoice: a second one is dropped. What was kept comes back by its id.
INSERT INTO invoice_document
    (tenant_id, id, creditor_id, invoice_id, format, file_id, sha256, state, record, checked_at)
SELECT %(tenant)s, f.id, i.creditor_id, f.invoice, f.format, f.file, f.sha256, f.state, f.record::jsonb, f.checked_at
FROM unnest(%(ids)s::uuid[], %(invoices)s::uuid[], %(formats)s::text[], %(files)s::uuid[], %(hashes)s::text[],
            %(states)s::text[], %(records)s::text[], %(moments)s::timestamptz[])
     AS f(id, invoice, format, file, sha256, state, record, checked_at)
JOIN invoice i ON i.tenant_id = %(tenant)s AND i.id = f.invoice
ON CONFLICT (tenant_id, invoice_id, format) DO NOTHING
RETURNING id
