-- Open items and credit notes that no key leads to yet.
SELECT i.id, 'item' FROM open_item i
WHERE i.tenant_id = %(tenant)s AND i.creditor_id = %(creditor)s AND i.residual > 0
  AND NOT EXISTS (SELECT 1 FROM open_item_key k WHERE k.tenant_id = i.tenant_id AND k.item_id = i.id)
UNION ALL
SELECT c.id, 'note' FROM credit c
WHERE c.tenant_id = %(tenant)s AND c.creditor_id = %(creditor)s AND c.kind = 'credit_note' AND c.unapplied > 0
  AND c.debtor_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM open_item_key k WHERE k.tenant_id = c.tenant_id AND k.item_id = c.id)
