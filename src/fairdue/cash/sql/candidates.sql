-- Which items a set of payments may mean: by key, by the end of a number with the exact amount, and by payer.
-- One look into the index for each key, whatever it may be the key of (OFFSET 0 keeps it so): joined freely, a database
-- that has no statistics of a fresh tenant yet compares every key of the tenant with every key that is asked for.
WITH asked AS (
    SELECT a.key, array_agg(DISTINCT a.kind) AS kinds
    FROM unnest(%(kinds)s::text[], %(keys)s::text[]) AS a(kind, key) GROUP BY a.key
), tails AS (
    SELECT DISTINCT t.key, t.amount FROM unnest(%(tails)s::text[], %(amounts)s::bigint[]) AS t(key, amount)
)
SELECT f.kind, a.key, f.item_id::text, f.debtor_id FROM asked a
JOIN LATERAL (
    SELECT k.kind, k.item_id, k.debtor_id FROM open_item_key k
    WHERE k.tenant_id = %(tenant)s AND k.creditor_id = %(creditor)s AND k.key = a.key AND k.kind = ANY(a.kinds)
    OFFSET 0
) f ON true
UNION ALL
SELECT 'tail', t.key, f.item_id::text, f.debtor_id FROM tails t
JOIN LATERAL (
    SELECT k.item_id, k.debtor_id FROM open_item_key k
    WHERE k.tenant_id = %(tenant)s AND k.creditor_id = %(creditor)s AND k.kind = 'tail' AND k.key = t.key
      AND (SELECT i.residual FROM open_item i WHERE i.tenant_id = k.tenant_id AND i.id = k.item_id) = t.amount
    OFFSET 0
) f ON true
