-- Months behind (history.sql) and weeks ahead (expected.sql) side by side: both rest on what was taken off the items, which
-- is read once. `place` is the window or the week.
SELECT 'month' AS part, currency, k AS place, ends_on, days, total, not_due, sold FROM history
UNION ALL
SELECT 'week', currency, week, NULL, NULL, amount, NULL, NULL FROM expected
