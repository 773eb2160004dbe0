-- What is expected (awaited.sql) item by item: what is free on its day, what is held as doubtful (-2); %(as_of)s begins
-- the first week (0), later is -1.
SELECT a.item_id, a.creditor_id, a.debtor_id, a.currency, a.due_on, part.day, part.week, part.why, part.amount
FROM awaited a
CROSS JOIN LATERAL (VALUES
    (greatest(a.day, CASE WHEN %(as_of)s - a.day > %(doubtful)s THEN a.day ELSE %(as_of)s + 1 END),
     CASE WHEN %(as_of)s - a.day > %(doubtful)s THEN -2
          WHEN (greatest(a.day, %(as_of)s + 1) - %(as_of)s - 1) / 7 < %(weeks)s
          THEN (greatest(a.day, %(as_of)s + 1) - %(as_of)s - 1) / 7 ELSE -1 END,
     CASE WHEN %(as_of)s - a.day > %(doubtful)s THEN 'doubtful' ELSE a.why END, a.open - a.held),
    (a.day, -2, 'held', a.held)
) AS part (day, week, why, amount)
WHERE part.amount <> 0
