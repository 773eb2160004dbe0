-- How often each rule with its grade was right here. Right: accepted by a person and still standing, or posted by the
-- machine and standing for `settled` days. Wrong: refused, changed to something else, or taken back.
SELECT p.source || '.' || p.step || '/' || p.grade AS signature,
       count(*) FILTER (WHERE p.state = 'accepted' AND a.reversed_on IS NULL)::int AS was_right,
       count(*)::int AS judged
FROM cash_proposal p
LEFT JOIN cash_application a ON a.tenant_id = p.tenant_id AND a.proposal_id = p.id
WHERE p.tenant_id = %(tenant)s AND p.creditor_id = %(creditor)s AND p.state IN ('accepted', 'refused', 'changed')
  AND (a.how IS DISTINCT FROM 'automatic' OR a.reversed_on IS NOT NULL OR a.applied_on <= %(settled)s)
GROUP BY 1
