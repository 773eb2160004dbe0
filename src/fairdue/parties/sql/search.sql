-- Customers in whose words a text is found, those that begin with it first; merged ones are left out.
-- The inner question needs nothing but the index `debtor_search_text`, and reads the table where that is not vacuumed yet.
SELECT d.*
FROM debtor d
WHERE d.tenant_id = %(tenant)s AND d.merged_into_id IS NULL
  AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s)
  AND d.id IN (SELECT s.id FROM debtor s
               WHERE s.tenant_id = %(tenant)s AND s.search_text LIKE ANY (%(patterns)s::text[]))
ORDER BY NOT (starts_with(d.search_name, %(name)s) OR starts_with(d.external_id, %(number)s)), d.search_name, d.id
LIMIT %(limit)s
