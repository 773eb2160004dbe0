-- Currencies in which something is open or was opened, the one with most items first.
SELECT currency FROM open_item
WHERE tenant_id = %(tenant)s AND (%(creditor)s::uuid IS NULL OR creditor_id = %(creditor)s::uuid)
  AND (%(debtor)s::uuid IS NULL OR debtor_id = %(debtor)s::uuid)
GROUP BY currency ORDER BY count(*) DESC, currency
