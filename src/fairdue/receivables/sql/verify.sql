-- Each SELECT recomputes one invariant from raw rows and returns (code, row, sentence) where it breaks.
WITH taken AS (
    SELECT item_id, sum(amount) AS amount, sum(functional_item) AS functional
    FROM allocation WHERE tenant_id = %(tenant)s AND item_id IS NOT NULL GROUP BY item_id
), used AS (
    SELECT credit_id, sum(credit_amount) AS amount, sum(functional_credit) AS functional
    FROM allocation WHERE tenant_id = %(tenant)s AND credit_id IS NOT NULL GROUP BY credit_id
)
SELECT 'residual', 'open_item ' || i.id,
       format('%%s: residual %%s, but %%s of %%s allocated', i.number, i.residual, coalesce(t.amount, 0), i.amount)
FROM open_item i LEFT JOIN taken t ON t.item_id = i.id
WHERE i.tenant_id = %(tenant)s
  AND (i.residual <> i.amount - coalesce(t.amount, 0)
       OR i.functional_residual <> i.functional_amount - coalesce(t.functional, 0)
       OR i.residual < 0 OR i.residual > i.amount OR (i.residual = 0 AND i.functional_residual <> 0))
UNION ALL
SELECT 'unapplied', 'credit ' || c.id,
       format('%%s: unapplied %%s, but %%s of %%s used', c.number, c.unapplied, coalesce(u.amount, 0), c.amount)
FROM credit c LEFT JOIN used u ON u.credit_id = c.id
WHERE c.tenant_id = %(tenant)s
  AND (c.unapplied <> c.amount - coalesce(u.amount, 0)
       OR c.functional_unapplied <> c.functional_amount - coalesce(u.functional, 0)
       OR c.unapplied < 0 OR c.unapplied > c.amount OR (c.unapplied = 0 AND c.functional_unapplied <> 0))
UNION ALL
SELECT 'reversal', 'allocation ' || a.id, 'the reversal does not mirror what it undoes'
FROM allocation a LEFT JOIN allocation o ON o.tenant_id = a.tenant_id AND o.id = a.reversal_of_id
WHERE a.tenant_id = %(tenant)s AND a.reversal_of_id IS NOT NULL
  AND (o.amount, o.credit_amount, o.functional_item, o.functional_credit, o.item_id, o.credit_id)
      IS DISTINCT FROM (-a.amount, -a.credit_amount, -a.functional_item, -a.functional_credit, a.item_id, a.credit_id)
UNION ALL
SELECT 'shape', 'allocation ' || a.id, 'it has amounts of an item or a credit that it does not name'
FROM allocation a
WHERE a.tenant_id = %(tenant)s
  AND ((a.item_id IS NULL AND (a.amount <> 0 OR a.functional_item <> 0))
       OR (a.credit_id IS NULL AND (a.credit_amount <> 0 OR a.functional_credit <> 0)))
UNION ALL
SELECT 'balance', 'journal_entry ' || e.id,
       format('%%s of %%s: document %%s, functional %%s, %%s lines', e.kind, e.booked_on, sum(l.amount), sum(l.functional), count(l.id))
FROM journal_entry e LEFT JOIN journal_line l ON l.tenant_id = e.tenant_id AND l.entry_id = e.id
WHERE e.tenant_id = %(tenant)s
GROUP BY e.id, e.kind, e.booked_on
HAVING coalesce(sum(l.amount), 1) <> 0 OR coalesce(sum(l.functional), 1) <> 0 OR count(l.id) < 2
UNION ALL
SELECT 'period', 'journal_entry ' || e.id, format('booked on %%s after the period was closed', e.booked_on)
FROM journal_entry e JOIN period p ON p.tenant_id = e.tenant_id AND p.creditor_id = e.creditor_id
     AND p.month = date_trunc('month', e.booked_on)::date
WHERE e.tenant_id = %(tenant)s AND p.status = 'closed' AND e.posted_at > p.closed_at
UNION ALL
SELECT 'control_account', 'creditor ' || coalesce(g.creditor_id, s.creditor_id) || ' ' || coalesce(g.currency, s.currency),
       format('the receivables account stands at %%s (%%s), open items less credit notes at %%s (%%s)',
              coalesce(g.amount, 0), coalesce(g.functional, 0), coalesce(s.amount, 0), coalesce(s.functional, 0))
FROM (
    SELECT e.creditor_id, e.currency, sum(l.amount) AS amount, sum(l.functional) AS functional
    FROM journal_line l JOIN journal_entry e ON e.tenant_id = l.tenant_id AND e.id = l.entry_id
    JOIN account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
    WHERE l.tenant_id = %(tenant)s AND a.role = 'receivable' GROUP BY e.creditor_id, e.currency
) g FULL JOIN (
    SELECT creditor_id, currency, sum(amount) AS amount, sum(functional) AS functional FROM (
        SELECT creditor_id, currency, residual AS amount, functional_residual AS functional
        FROM open_item WHERE tenant_id = %(tenant)s
        UNION ALL
        SELECT creditor_id, currency, -unapplied, -functional_unapplied
        FROM credit WHERE tenant_id = %(tenant)s AND kind = 'credit_note'
    ) both_sides GROUP BY creditor_id, currency
) s ON s.creditor_id = g.creditor_id AND s.currency = g.currency
WHERE coalesce(g.amount, 0) <> coalesce(s.amount, 0) OR coalesce(g.functional, 0) <> coalesce(s.functional, 0)
UNION ALL
SELECT 'unapplied_account', 'creditor ' || coalesce(g.creditor_id, s.creditor_id) || ' ' || coalesce(g.currency, s.currency),
       format('the account of unapplied cash stands at %%s (%%s), the payments at %%s (%%s)',
              coalesce(g.amount, 0), coalesce(g.functional, 0), coalesce(s.amount, 0), coalesce(s.functional, 0))
FROM (
    SELECT e.creditor_id, e.currency, -sum(l.amount) AS amount, -sum(l.functional) AS functional
    FROM journal_line l JOIN journal_entry e ON e.tenant_id = l.tenant_id AND e.id = l.entry_id
    JOIN account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
    WHERE l.tenant_id = %(tenant)s AND a.role = 'unapplied_cash' GROUP BY e.creditor_id, e.currency
) g FULL JOIN (
    SELECT creditor_id, currency, sum(unapplied) AS amount, sum(functional_unapplied) AS functional
    FROM credit WHERE tenant_id = %(tenant)s AND kind <> 'credit_note' GROUP BY creditor_id, currency
) s ON s.creditor_id = g.creditor_id AND s.currency = g.currency
WHERE coalesce(g.amount, 0) <> coalesce(s.amount, 0) OR coalesce(g.functional, 0) <> coalesce(s.functional, 0)
UNION ALL
SELECT 'unposted', 'open_item ' || i.id, format('%%s has no journal entry', i.number)
FROM open_item i WHERE i.tenant_id = %(tenant)s
  AND NOT EXISTS (SELECT 1 FROM journal_entry e WHERE e.tenant_id = i.tenant_id AND e.source_id = i.id)
UNION ALL
SELECT 'unposted', 'credit ' || c.id, format('%%s has no journal entry', c.number)
FROM credit c WHERE c.tenant_id = %(tenant)s
  AND NOT EXISTS (SELECT 1 FROM journal_entry e WHERE e.tenant_id = c.tenant_id AND e.source_id = c.id)
