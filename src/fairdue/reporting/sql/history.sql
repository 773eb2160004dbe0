-- Receivables and credit sales of the windows of a month that end with %(as_of)s: window 0 is the newest.
-- As known at %(recorded)s, over what was taken off the items (taken.sql).
-- A window is a calendar month when %(as_of)s is the last day of one. For each currency and window: what was open
-- at its end (less unapplied), what of it was not yet due, the sales in it, its days.
WITH ends AS (
    SELECT k, ((%(as_of)s::date + 1) - make_interval(months => k))::date AS after
    FROM generate_series(0, %(windows)s) AS k
), bounds AS (
    SELECT array_agg(after ORDER BY after) AS days FROM ends
), items AS (
    -- What decides when an item moves which sum: hundreds of thousands of items are some thousands of these.
    SELECT i.currency, i.kind = 'invoice' AS sold, i.issued_on, i.due_on, sum(i.amount) AS amount
    FROM open_item i
    WHERE i.tenant_id = %(tenant)s AND i.issued_on <= %(as_of)s
      AND (%(recorded)s::timestamptz IS NULL OR i.recorded_at <= %(recorded)s::timestamptz)
      AND (%(creditor)s::uuid IS NULL OR i.creditor_id = %(creditor)s::uuid)
      AND (%(debtor)s::uuid IS NULL OR i.debtor_id = %(debtor)s::uuid)
    GROUP BY 1, 2, 3, 4
), applied AS (
    SELECT currency, effective_on, greatest(effective_on, issued_on) AS from_on, due_on, sum(amount) AS amount
    FROM taken
    GROUP BY 1, 2, 3, 4
), credits AS (
    SELECT c.id, c.currency, c.amount, c.received_on, c.kind
    FROM credit c
    WHERE c.tenant_id = %(tenant)s AND c.received_on <= %(as_of)s
      AND (%(recorded)s::timestamptz IS NULL OR c.recorded_at <= %(recorded)s::timestamptz)
      AND (%(creditor)s::uuid IS NULL OR c.creditor_id = %(creditor)s::uuid)
      AND (%(debtor)s::uuid IS NULL OR c.debtor_id = %(debtor)s::uuid)
), moves AS (
    -- What moves the balance, what is not yet due, and the sales, by day. An item is not yet due from its issue to its
    -- due date; an allocation takes its part away for what is left of that time.
    SELECT currency, issued_on AS day, amount AS balance, amount AS not_due,
           CASE WHEN sold THEN amount ELSE 0 END AS sales
    FROM items
    UNION ALL
    SELECT currency, greatest(issued_on, due_on + 1), 0, -amount, 0 FROM items
    UNION ALL
    SELECT currency, effective_on, -amount, 0, 0 FROM applied
    UNION ALL
    SELECT currency, from_on, 0, -amount, 0 FROM applied
    UNION ALL
    SELECT currency, greatest(from_on, due_on + 1), 0, amount, 0 FROM applied
    UNION ALL
    SELECT currency, received_on, -sum(amount), 0, -coalesce(sum(amount) FILTER (WHERE kind = 'credit_note'), 0)
    FROM credits GROUP BY 1, 2
    UNION ALL
    SELECT c.currency, a.effective_on, sum(a.credit_amount), 0, 0
    FROM allocation a JOIN credits c ON c.id = a.credit_id
    WHERE a.tenant_id = %(tenant)s AND a.effective_on <= %(as_of)s
      AND (%(recorded)s::timestamptz IS NULL OR a.recorded_at <= %(recorded)s::timestamptz)
    GROUP BY 1, 2
), moved AS (
    SELECT m.currency, width_bucket(m.day, b.days) AS place, sum(m.balance) AS balance, sum(m.not_due) AS not_due,
           sum(m.sales) AS sales
    FROM moves m CROSS JOIN bounds b GROUP BY m.currency, place
), balances AS (
    SELECT e.k, m.currency, sum(m.balance)::bigint AS total, sum(m.not_due)::bigint AS not_due,
           coalesce(sum(m.sales) FILTER (WHERE m.place = %(windows)s - e.k AND m.place > 0), 0)::bigint AS sold
    FROM ends e JOIN moved m ON m.place <= %(windows)s - e.k GROUP BY e.k, m.currency
)
SELECT c.currency, e.k, e.after - 1 AS ends_on,
       (e.after - ((%(as_of)s::date + 1) - make_interval(months => e.k + 1))::date)::int AS days,
       coalesce(t.total, 0)::bigint AS total, coalesce(t.not_due, 0)::bigint AS not_due, coalesce(t.sold, 0)::bigint AS sold
FROM ends e
CROSS JOIN (SELECT DISTINCT currency FROM moved) c
LEFT JOIN balances t ON t.k = e.k AND t.currency = c.currency
ORDER BY c.currency, e.k
