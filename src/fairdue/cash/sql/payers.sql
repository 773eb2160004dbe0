-- Who a set of payments may come from: debtors with the same folded name or first word of it, and what is
-- remembered or known of the accounts. kind 'name': debtor and name; kind 'account': debtor, blind, times.
SELECT 'name' AS kind, d.id AS debtor_id, d.name AS value, 0 AS times
FROM (SELECT DISTINCT w.word FROM unnest(%(words)s::text[]) AS w(word)) w
JOIN LATERAL (
    SELECT d.id, d.name FROM debtor d
    WHERE d.tenant_id = %(tenant)s AND d.creditor_id = %(creditor)s
      AND d.search_name >= w.word AND d.search_name < w.word || chr(1114109)
    LIMIT 200
) d ON true
UNION ALL
SELECT 'account', p.debtor_id, p.blind, p.times FROM payer_account p
WHERE p.tenant_id = %(tenant)s AND p.creditor_id = %(creditor)s AND p.blind = ANY(%(blinds)s::text[]) AND p.times > 0
UNION ALL
SELECT 'account', a.debtor_id, a.blind, 1 FROM debtor_account a
WHERE a.tenant_id = %(tenant)s AND a.creditor_id = %(creditor)s AND a.blind = ANY(%(blinds)s::text[])
  AND a.state IN ('known', 'approved')
