-- The open items of debtors with the steps that each has taken, oldest due first.
SELECT i.creditor_id, i.debtor_id, i.id, i.kind, i.number, i.currency, i.amount, i.residual, i.issued_on, i.due_on,
       s.offsets, s.days, s.passed_over, s.version_id
FROM open_item i
LEFT JOIN (
    SELECT t.item_id, array_agg(t.offset_days) AS offsets, array_agg(t.taken_on) AS days,
           array_agg(array_to_string(t.passed_over, ' ')) AS passed_over,
           (array_agg(t.version_id ORDER BY t.taken_on DESC, t.offset_days DESC))[1] AS version_id
    FROM step_taken t
    WHERE t.tenant_id = %(tenant)s AND t.debtor_id = ANY(%(debtors)s) AND t.state <> 'cancelled'
    GROUP BY t.item_id
) s ON s.item_id = i.id
WHERE i.tenant_id = %(tenant)s AND i.debtor_id = ANY(%(debtors)s) AND i.residual > 0
  AND i.due_on <= %(today)s::date + %(ahead)s
ORDER BY i.creditor_id, i.debtor_id, i.due_on, i.id
