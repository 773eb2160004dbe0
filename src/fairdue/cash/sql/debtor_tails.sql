-- Items of a set of debtors by the ends of their numbers, whatever their amount: what a payer may name of his own.
SELECT f.item_id::text, f.debtor_id FROM unnest(%(tails)s::text[]) AS t(key)
JOIN LATERAL (
    SELECT k.item_id, k.debtor_id FROM open_item_key k
    WHERE k.tenant_id = %(tenant)s AND k.creditor_id = %(creditor)s AND k.kind = 'tail' AND k.key = t.key
      AND k.debtor_id = ANY(%(debtors)s::uuid[])
    OFFSET 0
) f ON true
