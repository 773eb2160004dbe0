-- The newest item that a key leads to.
SELECT k.item_id FROM open_item_key k WHERE k.tenant_id = %(tenant)s ORDER BY k.item_id DESC LIMIT 1
