-- Since when which debtors are insolvent, as far as the holds say.
SELECT h.debtor_id, min(h.from_on)
FROM hold h
WHERE h.tenant_id = %(tenant)s AND h.creditor_id = %(creditor)s AND h.reason = 'insolvency'
  AND h.from_on <= %(day)s AND (h.released_on IS NULL OR h.released_on > %(day)s)
GROUP BY h.debtor_id
