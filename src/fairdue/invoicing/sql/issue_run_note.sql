UPDATE issue_run_draft d SET state = o.state, invoice_id = o.invoice, findings = o.findings::jsonb
FROM unnest(%(drafts)s::uuid[], %(states)s::text[], %(invoices)s::uuid[], %(findings)s::text[])
     AS o(draft, state, invoice, findings)
WHERE d.tenant_id = %(tenant)s AND d.run_id = %(run)s AND d.draft_id = o.draft
