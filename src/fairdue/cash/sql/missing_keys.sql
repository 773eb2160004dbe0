-- Items, credit notes and debtors that no key leads to yet. Without `everything` only those that are newer than the
-- newest key (ids rise with time; ten minutes of overlap are kept by the caller), because facts bring the others.
SELECT i.id, 'item' FROM open_item i
WHERE i.tenant_id = %(tenant)s AND i.creditor_id = %(creditor)s AND (%(everything)s OR i.id > %(since)s::uuid)
  AND NOT EXISTS (SELECT 1 FROM open_item_key k WHERE k.tenant_id = i.tenant_id AND k.item_id = i.id)
UNION ALL
SELECT c.id, 'note' FROM credit c
WHERE c.tenant_id = %(tenant)s AND c.creditor_id = %(creditor)s AND c.kind = 'credit_note'
  AND c.debtor_id IS NOT NULL AND (%(everything)s OR c.id > %(since)s::uuid)
  AND NOT EXISTS (SELECT 1 FROM open_item_key k WHERE k.tenant_id = c.tenant_id AND k.item_id = c.id)
UNION ALL
SELECT d.id, 'debtor' FROM debtor d
WHERE d.tenant_id = %(tenant)s AND d.creditor_id = %(creditor)s AND (%(everything)s OR d.id > %(since)s::uuid)
  AND NOT EXISTS (SELECT 1 FROM open_item_key k WHERE k.tenant_id = d.tenant_id AND k.item_id = d.id)
