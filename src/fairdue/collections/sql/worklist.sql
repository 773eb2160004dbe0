-- What waits for a person, most urgent first (of a dispute the reason is its code); the figures of a customer are read for the page's rows only.
WITH work AS (
    SELECT t.id, 'task' AS source, t.kind::text, t.creditor_id, t.debtor_id, t.due_on, t.reason::text, t.owner_id
    FROM collection_task t
    WHERE t.tenant_id = %(tenant)s AND t.state = 'open' AND t.due_on <= %(today)s
    UNION ALL
    SELECT d.id, 'dispute', 'dispute', d.creditor_id, d.debtor_id, d.answer_by,
           d.reason::text, d.owner_id
    FROM dispute d
    WHERE d.tenant_id = %(tenant)s AND d.resolved_on IS NULL AND d.clock = 'ours' AND d.answer_by <= %(today)s
), debt AS (
    SELECT i.debtor_id, sum(i.functional_residual)::bigint AS overdue, min(i.due_on) AS oldest_due_on,
           CASE WHEN min(i.currency) = max(i.currency) THEN sum(i.residual)::bigint END AS owed,
           min(i.currency) AS owed_in
    FROM open_item i
    WHERE i.tenant_id = %(tenant)s AND i.residual > 0 AND i.due_on < %(today)s
      AND i.debtor_id = ANY(SELECT w.debtor_id FROM work w)
    GROUP BY i.debtor_id
), ranked AS (
    SELECT w.*, b.name AS debtor_name, c.currency, coalesce(debt.overdue, 0) AS overdue, debt.oldest_due_on,
           debt.owed, debt.owed_in,
           (CASE w.kind WHEN 'promise_broken' THEN 65 WHEN 'dispute' THEN 45 WHEN 'call' THEN 30
                        WHEN 'follow_up' THEN 25 WHEN 'letter' THEN 20 ELSE 5 END
            + least(25, 5 * length(greatest(coalesce(debt.overdue, 0) / 10000, 0)::text))
            + least(10, 2 * (%(today)s::date - w.due_on)))::int AS priority
    FROM work w
    JOIN debtor b ON b.tenant_id = %(tenant)s AND b.id = w.debtor_id
    JOIN creditor c ON c.tenant_id = %(tenant)s AND c.id = w.creditor_id
    LEFT JOIN debt ON debt.debtor_id = w.debtor_id
    WHERE (%(creditor)s::uuid IS NULL OR w.creditor_id = %(creditor)s)
      AND (%(kind)s = '' OR w.kind = %(kind)s)
      AND (%(owner)s::uuid IS NULL OR w.owner_id = %(owner)s)
      AND (%(ids)s::uuid[] IS NULL OR w.id = ANY(%(ids)s::uuid[]))
      AND (%(debtor)s::uuid IS NULL OR w.debtor_id = %(debtor)s)
      AND (%(q)s::text[] IS NULL OR b.search_text LIKE ANY (%(q)s::text[]))
), page AS (
    SELECT * FROM ranked r
    WHERE %(after_priority)s::int IS NULL
       OR (r.priority, r.overdue, r.id) < (%(after_priority)s::int, %(after_overdue)s::bigint, %(after_id)s::uuid)
    ORDER BY r.priority DESC, r.overdue DESC, r.id DESC
    LIMIT %(limit)s
)
SELECT p.id, p.source, p.kind, p.creditor_id, p.debtor_id, p.debtor_name, p.reason, p.due_on, p.currency, p.overdue,
       p.oldest_due_on, p.priority, p.owner_id,
       greatest((SELECT max(n.run_on) FROM notice n
                 WHERE n.tenant_id = %(tenant)s AND n.debtor_id = p.debtor_id AND n.state <> 'cancelled'),
                (SELECT max(l.called_on) FROM call_log l
                 WHERE l.tenant_id = %(tenant)s AND l.debtor_id = p.debtor_id AND l.withdrawn_on IS NULL)) AS last_contact_on,
       coalesce(p.owed, p.overdue), CASE WHEN p.owed IS NULL THEN p.currency ELSE p.owed_in END
FROM page p
ORDER BY p.priority DESC, p.overdue DESC, p.id DESC
