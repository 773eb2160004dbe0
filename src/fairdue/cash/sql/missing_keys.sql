-- Items, credit notes and debtors that no key leads to yet: of `ids`, or of everything.
-- One look into the index for each of them: as an anti-join, a database that has no statistics of a fresh tenant yet
-- reads all keys for every item.
SELECT i.id, 'item' FROM open_item i
LEFT JOIN LATERAL (
    SELECT true AS there FROM open_item_key k WHERE k.tenant_id = i.tenant_id AND k.item_id = i.id LIMIT 1
) known ON true
WHERE i.tenant_id = %(tenant)s AND i.creditor_id = %(creditor)s AND (%(everything)s OR i.id = ANY(%(ids)s::uuid[]))
  AND known.there IS NULL
UNION ALL
SELECT c.id, 'note' FROM credit c
LEFT JOIN LATERAL (
    SELECT true AS there FROM open_item_key k WHERE k.tenant_id = c.tenant_id AND k.item_id = c.id LIMIT 1
) known ON true
WHERE c.tenant_id = %(tenant)s AND c.creditor_id = %(creditor)s AND c.kind = 'credit_note'
  AND c.debtor_id IS NOT NULL AND (%(everything)s OR c.id = ANY(%(ids)s::uuid[])) AND known.there IS NULL
UNION ALL
SELECT d.id, 'debtor' FROM debtor d
LEFT JOIN LATERAL (
    SELECT true AS there FROM open_item_key k WHERE k.tenant_id = d.tenant_id AND k.item_id = d.id LIMIT 1
) known ON true
WHERE d.tenant_id = %(tenant)s AND d.creditor_id = %(creditor)s AND (%(everything)s OR d.id = ANY(%(ids)s::uuid[]))
  AND known.there IS NULL
