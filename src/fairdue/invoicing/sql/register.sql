-- Every number of a creditor in order, with its document or the reason why none carries it.
SELECT r.series_id, s.kind, r.period, r.counter, r.number, r.day, r.invoice_id, r.type, r.reason, r.by,
       coalesce(b.name, ''), r.gross, r.currency
FROM (
    SELECT series_id, period, counter, number, issued_on AS day, id AS invoice_id, type, '' AS reason, '' AS by, debtor_id, gross,
           currency
    FROM invoice WHERE tenant_id = %(tenant)s AND creditor_id = %(creditor)s
    UNION ALL
    SELECT series_id, period, counter, number, voided_on, NULL, '', reason, voided_by, NULL, NULL, NULL
    FROM number_voided WHERE tenant_id = %(tenant)s AND creditor_id = %(creditor)s
) r
JOIN number_series s ON s.tenant_id = %(tenant)s AND s.id = r.series_id
LEFT JOIN debtor b ON b.tenant_id = %(tenant)s AND b.id = r.debtor_id
WHERE (%(kind)s = '' OR s.kind = %(kind)s)
  AND (%(period)s = '' OR r.period = %(period)s)
  AND (NOT %(voided)s OR r.invoice_id IS NULL)
  AND (%(after_series)s::uuid IS NULL
       OR (r.series_id, r.period, r.counter) > (%(after_series)s::uuid, %(after_period)s::text, %(after)s::int))
ORDER BY r.series_id, r.period, r.counter
LIMIT %(limit)s
