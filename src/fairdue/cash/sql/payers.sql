-- Who a set of payments may come from. kind 'name': debtors of the same name, and up to 80 for each word of a name;
-- 'account': what is remembered or known of the accounts; 'alias': names that paid before. `value` is the name, the
-- blind or the alias; a debtor of all zeros is no customer.
WITH printed AS (
    SELECT DISTINCT f.item_id FROM unnest(%(prints)s::text[]) AS p(key)
    JOIN LATERAL (
        SELECT k.item_id FROM open_item_key k
        WHERE k.tenant_id = %(tenant)s AND k.creditor_id = %(creditor)s AND k.kind = 'print' AND k.key = p.key
        OFFSET 0
    ) f ON true
), worded AS (
    SELECT DISTINCT f.item_id FROM unnest(%(words)s::text[]) AS w(key)
    JOIN LATERAL (
        SELECT k.item_id FROM open_item_key k
        WHERE k.tenant_id = %(tenant)s AND k.creditor_id = %(creditor)s AND k.kind = 'word' AND k.key = w.key
        LIMIT 80
    ) f ON true
), named AS (
    SELECT item_id FROM printed UNION SELECT item_id FROM worded
)
SELECT 'name' AS kind, d.id AS debtor_id, d.name AS value, 0 AS times, d.parent_id
FROM named n
JOIN LATERAL (
    SELECT o.id, o.name, o.parent_id FROM debtor o
    WHERE o.tenant_id = %(tenant)s AND o.id = n.item_id AND o.merged_into_id IS NULL
    OFFSET 0
) d ON true
UNION ALL
SELECT 'account', p.debtor_id, p.blind, p.times, d.parent_id
FROM payer_account p JOIN debtor d ON d.tenant_id = p.tenant_id AND d.id = p.debtor_id
WHERE p.tenant_id = %(tenant)s AND p.creditor_id = %(creditor)s AND p.blind = ANY(%(blinds)s::text[]) AND p.times > 0
UNION ALL
SELECT 'account', a.debtor_id, a.blind, 1, d.parent_id
FROM debtor_account a JOIN debtor d ON d.tenant_id = a.tenant_id AND d.id = a.debtor_id
WHERE a.tenant_id = %(tenant)s AND a.creditor_id = %(creditor)s AND a.blind = ANY(%(blinds)s::text[])
  AND a.state IN ('known', 'approved')
UNION ALL
SELECT CASE m.kind WHEN 'name' THEN 'alias' ELSE 'account' END, m.debtor_id, m.key, m.times, d.parent_id
FROM payer_memory m LEFT JOIN debtor d ON d.tenant_id = m.tenant_id AND d.id = m.debtor_id
WHERE m.tenant_id = %(tenant)s AND m.creditor_id = %(creditor)s AND m.times > 0
  AND ((m.kind = 'name' AND m.key = ANY(%(aliases)s::text[])) OR (m.kind = 'account' AND m.key = ANY(%(blinds)s::text[])))
