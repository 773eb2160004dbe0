-- The rules of people with what they did: applications that stand, those that were taken back, lines that wait.
SELECT r.id, r.creditor_id, r.name, r.text, r.payer, r.masked, r.code, r.least, r.most, r.currency, r.action, r.nature,
       r.debtor_id, d.name AS debtor_name, r.priority, r.posts, r.active, r.made_by, r.made_at, r.changed_by,
       r.changed_at, coalesce(u.used, 0)::int AS used, coalesce(u.undone, 0)::int AS undone, u.last_on,
       coalesce(u.waiting, 0)::int AS waiting,
       coalesce((SELECT c.mode = 'manual' FROM cash_rule c WHERE c.tenant_id = r.tenant_id
                   AND c.creditor_id = r.creditor_id AND c.signature LIKE 'rule.%%/' || r.id::text LIMIT 1), false) AS stopped
FROM bank_rule r
LEFT JOIN debtor d ON d.tenant_id = r.tenant_id AND d.id = r.debtor_id
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE a.id IS NOT NULL AND a.reversed_on IS NULL) AS used,
           count(*) FILTER (WHERE a.reversed_on IS NOT NULL) AS undone,
           max(a.applied_on) FILTER (WHERE a.reversed_on IS NULL) AS last_on,
           count(*) FILTER (WHERE p.state = 'open') AS waiting
    FROM cash_proposal p
    LEFT JOIN cash_application a ON a.tenant_id = p.tenant_id AND a.proposal_id = p.id
    WHERE p.tenant_id = r.tenant_id AND p.rule_id = r.id
) u ON true
WHERE r.tenant_id = %(tenant)s AND r.removed_on IS NULL
  AND (%(creditor)s::uuid IS NULL OR r.creditor_id = %(creditor)s::uuid)
  AND (%(rule)s::uuid IS NULL OR r.id = %(rule)s::uuid)
ORDER BY r.active DESC, r.priority, r.name, r.id
