-- What is open and overdue of issued invoices, and what was paid on them since %(since)s, by currency.
SELECT currency, sum(open_count)::bigint, sum(open)::bigint, sum(overdue_count)::bigint, sum(overdue)::bigint,
       sum(paid_count)::bigint, sum(paid)::bigint
FROM (
    SELECT i.currency, count(*) AS open_count, sum(o.residual) AS open,
           count(*) FILTER (WHERE o.due_on < %(today)s::date) AS overdue_count,
           coalesce(sum(o.residual) FILTER (WHERE o.due_on < %(today)s::date), 0) AS overdue,
           0 AS paid_count, 0 AS paid
    FROM open_item o JOIN invoice i ON i.tenant_id = o.tenant_id AND i.id = o.id
    WHERE o.tenant_id = %(tenant)s AND o.residual > 0
      AND (%(creditor)s::uuid IS NULL OR o.creditor_id = %(creditor)s::uuid)
    GROUP BY i.currency
    UNION ALL
    SELECT p.currency, 0, 0, 0, 0, count(*), sum(p.paid)
    FROM (
        SELECT i.id, i.currency, sum(a.amount) AS paid
        FROM allocation a
        JOIN credit c ON c.tenant_id = a.tenant_id AND c.id = a.credit_id AND c.kind <> 'credit_note'
        JOIN invoice i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
        WHERE a.tenant_id = %(tenant)s AND a.kind = 'applied'
          AND a.effective_on BETWEEN %(since)s::date AND %(today)s::date
          AND (%(creditor)s::uuid IS NULL OR a.creditor_id = %(creditor)s::uuid)
        GROUP BY i.id, i.currency HAVING sum(a.amount) <> 0
    ) p
    GROUP BY p.currency
) both_sides
GROUP BY currency
ORDER BY sum(open) DESC, sum(paid) DESC, currency
