-- Whose documents advices name: names and accounts of the customers, and of the heads that they belong to.
WITH owner AS (
    SELECT DISTINCT n.remittance, unnest(ARRAY[d.id, d.parent_id]) AS debtor_id
    FROM unnest(%(remittances)s::uuid[], %(keys)s::text[]) AS n(remittance, key)
    JOIN open_item_key k ON k.tenant_id = %(tenant)s AND k.creditor_id = %(creditor)s AND k.kind = 'number'
        AND k.key = n.key
    JOIN debtor d ON d.tenant_id = k.tenant_id AND d.id = k.debtor_id
)
SELECT o.remittance, 'name' AS kind, d.name AS value
FROM owner o JOIN debtor d ON d.tenant_id = %(tenant)s AND d.id = o.debtor_id
UNION
SELECT o.remittance, 'account', p.blind
FROM owner o JOIN payer_account p ON p.tenant_id = %(tenant)s AND p.creditor_id = %(creditor)s
    AND p.debtor_id = o.debtor_id AND p.times > 0
UNION
SELECT o.remittance, 'account', a.blind
FROM owner o JOIN debtor_account a ON a.tenant_id = %(tenant)s AND a.creditor_id = %(creditor)s
    AND a.debtor_id = o.debtor_id AND a.state IN ('known', 'approved')
