-- Items open on %(as_of)s, as known at %(recorded)s, the oldest due first, from a key on.
WITH undone AS (
    SELECT a.item_id, sum(a.amount)::bigint AS amount
    FROM allocation a
    WHERE a.tenant_id = %(tenant)s AND a.item_id IS NOT NULL
      AND (a.effective_on > %(as_of)s OR a.recorded_at > %(recorded)s::timestamptz)
      AND (%(creditor)s::uuid IS NULL OR a.creditor_id = %(creditor)s::uuid)
      AND (%(debtor)s::uuid IS NULL OR a.item_id = ANY (ARRAY(
          SELECT m.id FROM open_item m WHERE m.tenant_id = %(tenant)s AND m.debtor_id = %(debtor)s::uuid)))
    GROUP BY a.item_id
), still AS (
    -- In the order of the index of open items: a page reads as many rows as it shows.
    SELECT i.id, i.number, i.kind, i.creditor_id, i.debtor_id, i.issued_on, i.due_on, i.currency, i.amount,
           i.residual + coalesce(u.amount, 0) AS open
    FROM open_item i LEFT JOIN undone u ON u.item_id = i.id
    WHERE i.tenant_id = %(tenant)s AND i.residual > 0 AND i.residual + coalesce(u.amount, 0) <> 0
      AND i.issued_on <= %(as_of)s AND i.due_on >= %(due_from)s AND i.due_on <= %(due_to)s
      AND i.due_on >= %(after_due)s AND (i.due_on, i.id) > (%(after_due)s, %(after_id)s::uuid)
      AND (%(recorded)s::timestamptz IS NULL OR i.recorded_at <= %(recorded)s::timestamptz)
      AND (%(creditor)s::uuid IS NULL OR i.creditor_id = %(creditor)s::uuid)
      AND (%(debtor)s::uuid IS NULL OR i.debtor_id = %(debtor)s::uuid)
      AND (%(currency)s::text IS NULL OR i.currency = %(currency)s)
    ORDER BY i.due_on, i.id
    LIMIT %(limit)s
), settled AS (
    SELECT i.id, i.number, i.kind, i.creditor_id, i.debtor_id, i.issued_on, i.due_on, i.currency, i.amount, u.amount AS open
    FROM undone u JOIN open_item i ON i.tenant_id = %(tenant)s AND i.id = u.item_id
    WHERE i.residual = 0 AND u.amount <> 0
      AND i.issued_on <= %(as_of)s AND i.due_on >= %(due_from)s AND i.due_on <= %(due_to)s
      AND (i.due_on, i.id) > (%(after_due)s, %(after_id)s::uuid)
      AND (%(recorded)s::timestamptz IS NULL OR i.recorded_at <= %(recorded)s::timestamptz)
      AND (%(creditor)s::uuid IS NULL OR i.creditor_id = %(creditor)s::uuid)
      AND (%(debtor)s::uuid IS NULL OR i.debtor_id = %(debtor)s::uuid)
      AND (%(currency)s::text IS NULL OR i.currency = %(currency)s)
    ORDER BY i.due_on, i.id
    LIMIT %(limit)s
), page AS (
    SELECT * FROM still UNION ALL SELECT * FROM settled
    ORDER BY due_on, id
    LIMIT %(limit)s
)
SELECT p.id, p.number, p.kind, p.creditor_id, c.name, p.debtor_id, d.name, p.issued_on, p.due_on, p.currency, p.amount,
       p.open
FROM page p
JOIN creditor c ON c.tenant_id = %(tenant)s AND c.id = p.creditor_id
JOIN debtor d ON d.tenant_id = %(tenant)s AND d.id = p.debtor_id
ORDER BY p.due_on, p.id
