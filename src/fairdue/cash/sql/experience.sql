-- How often each rule was right here: applied and still standing, of all that were accepted, refused, changed or
-- taken back.
SELECT p.source || '.' || p.step AS rule,
       count(*) FILTER (WHERE p.state = 'accepted' AND a.reversed_on IS NULL)::int AS was_right,
       count(*)::int AS judged
FROM cash_proposal p
LEFT JOIN cash_application a ON a.tenant_id = p.tenant_id AND a.proposal_id = p.id
WHERE p.tenant_id = %(tenant)s AND p.creditor_id = %(creditor)s AND p.state IN ('accepted', 'refused', 'changed')
GROUP BY 1
