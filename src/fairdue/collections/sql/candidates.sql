-- Debtors of whom an item may take a step today: a superset, decided by the pure rule afterwards.
-- An item is a candidate when something is open and its due date is not further away than the earliest
-- reminder; debtors whose last contact is younger than the shortest pause cannot be contacted at all.
SELECT DISTINCT i.creditor_id, i.debtor_id
FROM open_item i
WHERE i.tenant_id = %(tenant)s
  AND i.residual > 0
  AND i.due_on <= %(today)s::date + %(ahead)s
  AND (%(creditor)s::uuid IS NULL OR i.creditor_id = %(creditor)s)
  AND (%(debtors)s::uuid[] IS NULL OR i.debtor_id = ANY(%(debtors)s))
  AND NOT EXISTS (
        SELECT 1 FROM hold h
        WHERE h.tenant_id = i.tenant_id AND h.debtor_id = i.debtor_id AND h.released_on IS NULL
          AND h.item_id IS NULL AND h.from_on <= %(today)s AND (h.until_on IS NULL OR h.until_on > %(today)s))
  AND NOT EXISTS (
        SELECT 1 FROM notice n
        WHERE n.tenant_id = i.tenant_id AND n.debtor_id = i.debtor_id AND n.state <> 'cancelled'
          AND n.run_on > %(today)s::date - %(pause)s)
  AND NOT EXISTS (
        SELECT 1 FROM call_log c
        WHERE c.tenant_id = i.tenant_id AND c.debtor_id = i.debtor_id AND c.withdrawn_on IS NULL
          AND c.called_on > %(today)s::date - %(pause)s)
ORDER BY i.creditor_id, i.debtor_id
