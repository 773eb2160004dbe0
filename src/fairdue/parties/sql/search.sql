-- Customers by what a person typed, those that begin with it first; merged ones are left out. One question, three steps:
-- each is asked only where the one before found nothing.
--   words: a word of the name, or the customer number, begins with the longest word that was typed; the other words are
--          anywhere. Beginnings are ranges: they are leakproof, so the indexes are used under row-level security.
--   parts: what was typed stands anywhere. Reads all words of the tenant: LIKE is not leakproof.
--   near:  a word begins with the longest word with one letter more, less, another, or two of them the other way round.
WITH words AS MATERIALIZED (
    SELECT found.id
    FROM unnest(%(heads)s::text[]) AS h(head)
    CROSS JOIN LATERAL (
        (SELECT d.id FROM debtor d
         WHERE d.tenant_id = %(tenant)s AND d.word1 >= h.head AND d.word1 < h.head || %(end)s AND d.merged_into_id IS NULL
           AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s) AND d.search_text ~ ALL (%(others)s::text[])
         ORDER BY d.word1 LIMIT %(most)s)
        UNION ALL
        (SELECT d.id FROM debtor d
         WHERE d.tenant_id = %(tenant)s AND d.word2 >= h.head AND d.word2 < h.head || %(end)s AND d.merged_into_id IS NULL
           AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s) AND d.search_text ~ ALL (%(others)s::text[])
           AND d.word2 <> '' ORDER BY d.word2 LIMIT %(most)s)
        UNION ALL
        (SELECT d.id FROM debtor d
         WHERE d.tenant_id = %(tenant)s AND d.word3 >= h.head AND d.word3 < h.head || %(end)s AND d.merged_into_id IS NULL
           AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s) AND d.search_text ~ ALL (%(others)s::text[])
           AND d.word3 <> '' ORDER BY d.word3 LIMIT %(most)s)
        UNION ALL
        (SELECT d.id FROM debtor d
         WHERE d.tenant_id = %(tenant)s AND d.word4 >= h.head AND d.word4 < h.head || %(end)s AND d.merged_into_id IS NULL
           AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s) AND d.search_text ~ ALL (%(others)s::text[])
           AND d.word4 <> '' ORDER BY d.word4 LIMIT %(most)s)
    ) found
    UNION ALL
    (SELECT d.id FROM debtor d
     WHERE d.tenant_id = %(tenant)s AND d.search_number >= %(number)s AND d.search_number < %(number)s || %(end)s
       AND d.merged_into_id IS NULL AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s)
     ORDER BY d.search_number LIMIT %(most)s)
), parts AS MATERIALIZED (
    -- The inner question needs nothing but the index `debtor_search_text`.
    SELECT d.id FROM debtor d
    WHERE d.tenant_id = %(tenant)s AND d.merged_into_id IS NULL
      AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s) AND NOT EXISTS (SELECT FROM words)
      AND d.id IN (SELECT s.id FROM debtor s
                   WHERE s.tenant_id = %(tenant)s AND s.search_text LIKE ANY (%(patterns)s::text[]))
    ORDER BY d.search_name LIMIT %(most)s
), near AS (
    SELECT found.id
    FROM unnest(%(near)s::text[]) AS h(head)
    CROSS JOIN LATERAL (
        (SELECT d.id FROM debtor d
         WHERE d.tenant_id = %(tenant)s AND d.word1 >= h.head AND d.word1 < h.head || %(end)s AND d.merged_into_id IS NULL
           AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s) AND d.search_text ~ ALL (%(others)s::text[])
         ORDER BY d.word1 LIMIT %(most)s)
        UNION ALL
        (SELECT d.id FROM debtor d
         WHERE d.tenant_id = %(tenant)s AND d.word2 >= h.head AND d.word2 < h.head || %(end)s AND d.merged_into_id IS NULL
           AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s) AND d.search_text ~ ALL (%(others)s::text[])
           AND d.word2 <> '' ORDER BY d.word2 LIMIT %(most)s)
        UNION ALL
        (SELECT d.id FROM debtor d
         WHERE d.tenant_id = %(tenant)s AND d.word3 >= h.head AND d.word3 < h.head || %(end)s AND d.merged_into_id IS NULL
           AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s) AND d.search_text ~ ALL (%(others)s::text[])
           AND d.word3 <> '' ORDER BY d.word3 LIMIT %(most)s)
    ) found
    WHERE NOT EXISTS (SELECT FROM words) AND NOT EXISTS (SELECT FROM parts)
), found AS (
    SELECT id FROM words UNION SELECT id FROM parts UNION SELECT id FROM near
)
SELECT d.*
FROM debtor d
WHERE d.tenant_id = %(tenant)s AND d.merged_into_id IS NULL
  AND (%(creditor)s::uuid IS NULL OR d.creditor_id = %(creditor)s)
  AND d.id = ANY (ARRAY(SELECT id FROM found))
ORDER BY NOT (starts_with(d.search_name, %(name)s) OR starts_with(d.search_number, %(number)s)), d.search_name, d.id
LIMIT %(limit)s
