INSERT INTO number_counter (tenant_id, id, creditor_id, series_id, period, last)
VALUES (%(tenant)s, %(id)s, %(creditor)s, %(series)s, %(period)s, %(count)s)
ON CONFLICT (tenant_id, series_id, period) DO UPDATE SET last = number_counter.last + EXCLUDED.last
RETURNING last
