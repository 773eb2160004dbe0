-- The refused drafts of a run by rule and place, those that speak of most drafts first.
SELECT f->>'code', regexp_replace(f->>'path', '[0-9]', '', 'g') AS place, min(f->>'message'), min(f->>'source'),
       count(DISTINCT r.draft_id), count(DISTINCT r.draft_id) FILTER (WHERE d.state = 'open'),
       (array_agg(DISTINCT jsonb_build_array(r.draft_id, b.name, d.state)))[1:%(named)s]
FROM issue_run_draft r
JOIN invoice_draft d ON d.tenant_id = r.tenant_id AND d.id = r.draft_id
JOIN debtor b ON b.tenant_id = d.tenant_id AND b.id = d.debtor_id
CROSS JOIN jsonb_array_elements(r.findings) f
WHERE r.tenant_id = %(tenant)s AND r.run_id = %(run)s AND r.state = 'refused'
GROUP BY f->>'code', place
ORDER BY 5 DESC, 1, 2
