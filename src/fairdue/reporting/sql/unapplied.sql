-- Money and credit notes that no item had taken on %(as_of)s, as known at %(recorded)s.
WITH undone AS (
    SELECT a.credit_id, sum(a.credit_amount)::bigint AS amount
    FROM allocation a
    WHERE a.tenant_id = %(tenant)s AND a.credit_id IS NOT NULL
      AND (a.effective_on > %(as_of)s OR a.recorded_at > %(recorded)s::timestamptz)
    GROUP BY a.credit_id
)
SELECT c.creditor_id, CASE WHEN %(by_debtor)s THEN c.debtor_id END AS debtor_id, c.currency,
       sum(c.unapplied + coalesce(u.amount, 0))::bigint AS amount
FROM credit c LEFT JOIN undone u ON u.credit_id = c.id
WHERE c.tenant_id = %(tenant)s AND (c.unapplied > 0 OR u.credit_id IS NOT NULL)
  AND c.received_on <= %(as_of)s
  AND (%(recorded)s::timestamptz IS NULL OR c.recorded_at <= %(recorded)s::timestamptz)
  AND (%(creditor)s::uuid IS NULL OR c.creditor_id = %(creditor)s::uuid)
  AND (%(debtor)s::uuid IS NULL OR c.debtor_id = %(debtor)s::uuid)
  AND (%(debtors)s::uuid[] IS NULL OR c.debtor_id = ANY (%(debtors)s::uuid[]))
GROUP BY 1, 2, 3
HAVING sum(c.unapplied + coalesce(u.amount, 0)) <> 0
