-- A page of expected_parts.sql by the day on which each part is expected, with names.
SELECT p.item_id, i.number, p.creditor_id, c.name AS creditor, p.debtor_id, d.name AS debtor, i.issued_on, p.due_on, p.day,
       p.week, p.why, p.currency, p.amount
FROM (
    SELECT * FROM expected_parts e
    WHERE (%(chosen)s::int[] IS NULL OR e.week = ANY (%(chosen)s::int[]))
      AND (%(currency)s::text IS NULL OR e.currency = %(currency)s)
      AND (e.day, e.item_id, e.week) > (%(after_day)s::date, %(after_id)s::uuid, %(after_week)s::int)
    ORDER BY e.day, e.item_id, e.week
    LIMIT %(limit)s
) p
JOIN open_item i ON i.tenant_id = %(tenant)s AND i.id = p.item_id
JOIN creditor c ON c.tenant_id = %(tenant)s AND c.id = p.creditor_id
JOIN debtor d ON d.tenant_id = %(tenant)s AND d.id = p.debtor_id
ORDER BY p.day, p.item_id, p.week
