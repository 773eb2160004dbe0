-- Returns, newest first, with the payment that each undid; by keyset.
SELECT r.id, r.creditor_id, r.debtor_id, d.name AS debtor_name, r.line_id, r.original_id, r.code, r.step, r.amount,
       r.fee, r.fee_item_id, r.evidence, r.returned_on, r.recorded_by, r.recorded_at, r.undone_on, r.undo_reason,
       b.currency, o.payer_name,
       coalesce((SELECT string_agg(i.number, ', ' ORDER BY i.number) FROM open_item i
                 WHERE i.tenant_id = r.tenant_id AND i.id IN (
                     SELECT x::uuid FROM jsonb_array_elements_text(r.items) AS x)), '') AS numbers
FROM cash_return r
JOIN bank_line b ON b.tenant_id = r.tenant_id AND b.id = r.line_id
JOIN bank_line o ON o.tenant_id = r.tenant_id AND o.id = r.original_id
LEFT JOIN debtor d ON d.tenant_id = r.tenant_id AND d.id = r.debtor_id
WHERE r.tenant_id = %(tenant)s
  AND (%(creditor)s::uuid IS NULL OR r.creditor_id = %(creditor)s::uuid)
  AND (%(line)s::uuid IS NULL OR r.line_id = %(line)s::uuid OR r.original_id = %(line)s::uuid)
  AND (%(before)s::timestamptz IS NULL OR r.recorded_at < %(before)s::timestamptz)
ORDER BY r.recorded_at DESC, r.id DESC
LIMIT %(limit)s
