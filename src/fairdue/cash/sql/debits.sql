-- Collections: those of a run in the order of its file, or without a run those that are planned, the next first.
SELECT d.id, d.debtor_id, p.name AS debtor_name, d.item_id, i.number, d.amount, d.currency, d.collect_on, d.sequence,
       d.attempt, d.state, d.code, d.end_to_end_id
FROM direct_debit d
JOIN debtor p ON p.tenant_id = d.tenant_id AND p.id = d.debtor_id
JOIN open_item i ON i.tenant_id = d.tenant_id AND i.id = d.item_id
WHERE d.tenant_id = %(tenant)s
  AND CASE WHEN %(run)s::uuid IS NULL THEN d.state = 'planned' ELSE d.run_id = %(run)s::uuid END
  AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s::uuid)
ORDER BY d.end_to_end_id, d.collect_on, d.id
LIMIT %(limit)s
