-- Pairs of debtors of one creditor that share a key which not too many share; the rule decides on each.
WITH narrow AS (
    SELECT creditor_id, key FROM debtor_key
    WHERE tenant_id = %(tenant)s AND (%(creditor)s::uuid IS NULL OR creditor_id = %(creditor)s::uuid)
    GROUP BY creditor_id, key HAVING count(*) BETWEEN 2 AND %(limit)s
)
SELECT DISTINCT l.debtor_id, r.debtor_id
FROM narrow n
JOIN debtor_key l ON l.tenant_id = %(tenant)s AND l.creditor_id = n.creditor_id AND l.key = n.key
JOIN debtor_key r ON r.tenant_id = %(tenant)s AND r.creditor_id = n.creditor_id AND r.key = n.key
                 AND l.debtor_id < r.debtor_id
LEFT JOIN not_duplicate x ON x.tenant_id = %(tenant)s AND x.left_id = l.debtor_id AND x.right_id = r.debtor_id
WHERE x.id IS NULL AND (%(debtor)s::uuid IS NULL OR %(debtor)s::uuid IN (l.debtor_id, r.debtor_id))
