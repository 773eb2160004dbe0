-- Debtors that may have to be claimed on %(day)s: something overdue and unpaid that is in no claim of the policy,
-- or insolvent with anything unpaid. A superset: the pure rule decides.
SELECT DISTINCT i.debtor_id
FROM open_item i
LEFT JOIN insurance_claim_item k ON k.tenant_id = i.tenant_id AND k.policy_id = %(policy)s AND k.item_id = i.id
WHERE i.tenant_id = %(tenant)s AND i.creditor_id = %(creditor)s AND i.currency = %(currency)s
  AND i.kind = 'invoice' AND i.residual > 0 AND k.id IS NULL
  AND (i.due_on < %(day)s OR EXISTS (
      SELECT 1 FROM hold h WHERE h.tenant_id = i.tenant_id AND h.debtor_id = i.debtor_id
        AND h.reason = 'insolvency' AND h.from_on <= %(day)s AND (h.released_on IS NULL OR h.released_on > %(day)s)))
ORDER BY i.debtor_id
