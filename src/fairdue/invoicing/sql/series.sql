SELECT s.id, s.creditor_id, k.name, s.kind, s.pattern, s.yearly, s.year_starts, s.active, n.period, n.last,
       i.first_number, i.last_number, i.first_on, i.last_on, i.count,
       (SELECT count(*) FROM number_voided v
        WHERE v.tenant_id = s.tenant_id AND v.series_id = s.id AND v.period = n.period) AS voided
FROM number_series s
JOIN creditor k ON k.tenant_id = s.tenant_id AND k.id = s.creditor_id
LEFT JOIN number_counter n ON n.tenant_id = s.tenant_id AND n.series_id = s.id
LEFT JOIN LATERAL (
    SELECT min(number) AS first_number, max(number) AS last_number, min(issued_on) AS first_on,
           max(issued_on) AS last_on, count(*) AS count
    FROM invoice i WHERE i.tenant_id = s.tenant_id AND i.series_id = s.id AND i.period = n.period
) i ON true
WHERE s.tenant_id = %(tenant)s AND (%(creditor)s::uuid IS NULL OR s.creditor_id = %(creditor)s::uuid)
ORDER BY k.name, s.kind DESC, s.active DESC, n.period DESC NULLS FIRST, s.id
