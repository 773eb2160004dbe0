-- What was taken off the items of the scope by %(as_of)s, as known at %(recorded)s: each allocation with the dates of its
-- item, from %(since)s on (null is from the beginning). An item belongs to the customer that it stands under now: after a
-- merge the allocations keep the record that they were posted with.
SELECT i.debtor_id, i.currency, i.issued_on, i.due_on, a.kind, a.effective_on, a.amount
FROM allocation a JOIN open_item i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
WHERE a.tenant_id = %(tenant)s AND a.effective_on <= %(as_of)s AND i.issued_on <= %(as_of)s
  AND (%(since)s::date IS NULL OR a.effective_on >= %(since)s::date)
  AND (%(recorded)s::timestamptz IS NULL OR a.recorded_at <= %(recorded)s::timestamptz)
  AND (%(creditor)s::uuid IS NULL OR i.creditor_id = %(creditor)s::uuid)
  AND (%(debtor)s::uuid IS NULL OR i.debtor_id = %(debtor)s::uuid)
