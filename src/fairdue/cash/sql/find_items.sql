-- Open items and credit notes for "find and match": those of a debtor, or those whose number or customer begins
-- with the words, nearest amount first.
WITH found AS (
    SELECT i.id, i.debtor_id, i.number, i.kind, i.currency, i.residual, i.due_on
    FROM open_item i
    WHERE i.tenant_id = %(tenant)s AND i.creditor_id = %(creditor)s AND i.residual > 0
      AND i.currency = %(currency)s
    UNION ALL
    SELECT c.id, c.debtor_id, c.number, 'credit note', c.currency, -c.unapplied, c.received_on
    FROM credit c
    WHERE c.tenant_id = %(tenant)s AND c.creditor_id = %(creditor)s AND c.kind = 'credit_note' AND c.unapplied > 0
      AND c.currency = %(currency)s AND c.debtor_id IS NOT NULL
)
SELECT f.id, f.debtor_id, d.name AS debtor_name, f.number, f.kind, f.currency, f.residual, f.due_on
FROM found f JOIN debtor d ON d.tenant_id = %(tenant)s AND d.id = f.debtor_id
WHERE CASE WHEN %(q)s = '' THEN f.debtor_id = ANY(%(debtors)s::uuid[])
           ELSE strpos(lower(f.number), lower(%(q)s)) > 0
                OR (d.search_name >= lower(%(q)s) AND d.search_name < lower(%(q)s) || chr(1114109)) END
ORDER BY abs(f.residual - %(amount)s), f.due_on, f.number
LIMIT %(limit)s
