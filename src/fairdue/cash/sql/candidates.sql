-- Which items a set of payments may mean: by key, by the end of a number with the exact amount, and by payer.
WITH asked AS (
    SELECT DISTINCT a.kind, a.key FROM unnest(%(kinds)s::text[], %(keys)s::text[]) AS a(kind, key)
), tails AS (
    SELECT DISTINCT t.key, t.amount FROM unnest(%(tails)s::text[], %(amounts)s::bigint[]) AS t(key, amount)
)
SELECT k.item_id, k.debtor_id FROM open_item_key k JOIN asked a ON a.kind = k.kind AND a.key = k.key
WHERE k.tenant_id = %(tenant)s AND k.creditor_id = %(creditor)s
UNION
SELECT k.item_id, k.debtor_id FROM open_item_key k JOIN tails t ON t.key = k.key
JOIN open_item i ON i.tenant_id = k.tenant_id AND i.id = k.item_id AND i.residual = t.amount
WHERE k.tenant_id = %(tenant)s AND k.creditor_id = %(creditor)s AND k.kind = 'tail'
