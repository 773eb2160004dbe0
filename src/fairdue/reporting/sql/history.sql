-- Receivables and credit sales of the windows of a month that end with %(as_of)s: window 0 is the newest.
-- A window is a calendar month when %(as_of)s is the last day of one. For each currency and window: what was open
-- at its end (less unapplied), what of it was not yet due, the sales in it, its days.
WITH ends AS (
    SELECT k, ((%(as_of)s::date + 1) - make_interval(months => k))::date AS after
    FROM generate_series(0, %(windows)s) AS k
), bounds AS (
    SELECT array_agg(after ORDER BY after) AS days FROM ends
), items AS (
    SELECT i.id, i.currency, i.amount, i.issued_on, i.due_on, i.kind
    FROM open_item i
    WHERE i.tenant_id = %(tenant)s AND i.issued_on <= %(as_of)s
      AND (%(creditor)s::uuid IS NULL OR i.creditor_id = %(creditor)s::uuid)
      AND (%(debtor)s::uuid IS NULL OR i.debtor_id = %(debtor)s::uuid)
), credits AS (
    SELECT c.id, c.currency, c.amount, c.received_on, c.kind
    FROM credit c
    WHERE c.tenant_id = %(tenant)s AND c.received_on <= %(as_of)s
      AND (%(creditor)s::uuid IS NULL OR c.creditor_id = %(creditor)s::uuid)
      AND (%(debtor)s::uuid IS NULL OR c.debtor_id = %(debtor)s::uuid)
), moves AS (
    SELECT currency, issued_on AS day, amount FROM items
    UNION ALL
    SELECT currency, received_on, -amount FROM credits
    UNION ALL
    SELECT i.currency, a.effective_on, -a.amount FROM allocation a JOIN items i ON i.id = a.item_id
    WHERE a.tenant_id = %(tenant)s AND a.effective_on <= %(as_of)s
    UNION ALL
    SELECT c.currency, a.effective_on, a.credit_amount FROM allocation a JOIN credits c ON c.id = a.credit_id
    WHERE a.tenant_id = %(tenant)s AND a.effective_on <= %(as_of)s
), moved AS (
    SELECT m.currency, width_bucket(m.day, b.days) AS place, sum(m.amount) AS amount
    FROM moves m CROSS JOIN bounds b GROUP BY m.currency, place
), balances AS (
    SELECT e.k, m.currency, sum(m.amount)::bigint AS total
    FROM ends e JOIN moved m ON m.place <= %(windows)s - e.k GROUP BY e.k, m.currency
), not_due AS (
    SELECT e.k, x.currency, sum(x.amount)::bigint AS amount
    FROM (
        SELECT i.currency, i.issued_on AS day, i.issued_on, i.due_on, i.amount FROM items i
        UNION ALL
        SELECT i.currency, a.effective_on, i.issued_on, i.due_on, -a.amount
        FROM allocation a JOIN items i ON i.id = a.item_id
        WHERE a.tenant_id = %(tenant)s AND a.effective_on <= %(as_of)s
    ) x
    JOIN ends e ON x.day < e.after AND x.issued_on < e.after AND x.due_on >= e.after - 1
    GROUP BY e.k, x.currency
), sold AS (
    SELECT s.currency, width_bucket(s.day, b.days) AS place, sum(s.amount)::bigint AS amount
    FROM (
        SELECT currency, issued_on AS day, amount FROM items WHERE kind = 'invoice'
        UNION ALL
        SELECT currency, received_on, -amount FROM credits WHERE kind = 'credit_note'
    ) s CROSS JOIN bounds b GROUP BY s.currency, place
)
SELECT c.currency, e.k, e.after - 1 AS ends_on,
       (e.after - ((%(as_of)s::date + 1) - make_interval(months => e.k + 1))::date)::int AS days,
       coalesce(t.total, 0)::bigint, coalesce(n.amount, 0)::bigint,
       coalesce(s.amount, 0)::bigint
FROM ends e
CROSS JOIN (SELECT DISTINCT currency FROM moved) c
LEFT JOIN balances t ON t.k = e.k AND t.currency = c.currency
LEFT JOIN not_due n ON n.k = e.k AND n.currency = c.currency
LEFT JOIN sold s ON s.place = %(windows)s - e.k AND s.currency = c.currency AND s.place > 0
ORDER BY c.currency, e.k
