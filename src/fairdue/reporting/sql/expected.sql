-- What is expected (awaited.sql) in which week from %(as_of)s (0 is the first), later (-1), or doubtful (-2).
-- Summed by day in one pass, what is held beside what is not: a hundred thousand items are never written down.
SELECT d.currency, part.week, sum(part.amount)::bigint AS amount
FROM (SELECT currency, day, sum(open - held) AS free, sum(held) AS held FROM awaited GROUP BY currency, day) d
CROSS JOIN LATERAL (VALUES
    (d.free, CASE WHEN %(as_of)s - d.day > %(doubtful)s THEN -2
                  WHEN (greatest(d.day, %(as_of)s + 1) - %(as_of)s - 1) / 7 < %(weeks)s
                  THEN (greatest(d.day, %(as_of)s + 1) - %(as_of)s - 1) / 7 ELSE -1 END),
    (d.held, -2)
) AS part (amount, week)
GROUP BY d.currency, part.week HAVING sum(part.amount) <> 0
