-- Postings of premium whose entry books another amount on the premium account.
SELECT p.id, y.number, 'the entry books ' || coalesce(sum(l.amount), 0) || ', the posting says ' || (p.premium + p.tax)
FROM insurance_premium p
JOIN insurance_policy y ON y.tenant_id = p.tenant_id AND y.id = p.policy_id
LEFT JOIN journal_line l ON l.tenant_id = p.tenant_id AND l.entry_id = p.entry_id
    AND l.account_id IN (SELECT a.id FROM account a WHERE a.tenant_id = p.tenant_id AND a.role = 'premium')
WHERE p.tenant_id = %(tenant)s
GROUP BY p.id, y.number, p.premium, p.tax
HAVING coalesce(sum(l.amount), 0) <> p.premium + p.tax
UNION ALL
SELECT p.id, y.number, 'the entry is in ' || e.currency || ', the policy in ' || y.currency
FROM insurance_premium p
JOIN insurance_policy y ON y.tenant_id = p.tenant_id AND y.id = p.policy_id
JOIN journal_entry e ON e.tenant_id = p.tenant_id AND e.id = p.entry_id
WHERE p.tenant_id = %(tenant)s AND e.currency <> y.currency
