-- Every invariant of the room from raw rows: (code, path, message) for each row at which one breaks.
SELECT 'numbers', 'number_counter/' || c.id,
       'the counter stands at ' || c.last || ' but ' || count(i.id) || ' documents and explained voids carry its numbers'
FROM number_counter c
LEFT JOIN (
    SELECT tenant_id, series_id, period, counter, id FROM invoice WHERE tenant_id = %(tenant)s
    UNION ALL SELECT tenant_id, series_id, period, counter, id FROM number_voided WHERE tenant_id = %(tenant)s
) i ON i.tenant_id = c.tenant_id AND i.series_id = c.series_id AND i.period = c.period
WHERE c.tenant_id = %(tenant)s
GROUP BY c.tenant_id, c.id, c.last
HAVING count(DISTINCT i.counter) <> c.last OR count(i.id) <> c.last OR min(i.counter) <> 1 OR max(i.counter) <> c.last
UNION ALL
SELECT 'open_item', 'invoice/' || i.id, 'invoice ' || i.number || ' has no open item of its amount'
FROM invoice i LEFT JOIN open_item o ON o.tenant_id = i.tenant_id AND o.id = i.id
WHERE i.tenant_id = %(tenant)s AND i.type <> '381'
  AND i.gross > coalesce((SELECT sum(s.gross) FROM invoice_settlement s
                          WHERE s.tenant_id = i.tenant_id AND s.final_id = i.id), 0)
  AND (o.id IS NULL OR o.number <> i.number OR o.debtor_id IS NULL)
UNION ALL
SELECT 'credit', 'invoice/' || i.id, 'credit note ' || i.number || ' is not recorded as a credit of its amount'
FROM invoice i LEFT JOIN credit c ON c.tenant_id = i.tenant_id AND c.id = i.id
WHERE i.tenant_id = %(tenant)s AND i.type = '381' AND i.gross > 0
  AND (c.id IS NULL OR c.amount <> i.payable OR c.currency <> i.currency)
UNION ALL
SELECT 'over_credited', 'invoice/' || o.id, 'the credit notes on ' || o.number || ' exceed it'
FROM invoice o JOIN invoice c ON c.tenant_id = o.tenant_id AND c.preceding_id = o.id AND c.type = '381'
WHERE o.tenant_id = %(tenant)s
GROUP BY o.id, o.number, o.gross HAVING sum(c.gross) > o.gross
UNION ALL
SELECT 'billed', 'order_line/' || l.id, 'the billed quantity is not what drafts and invoices took'
FROM order_line l
LEFT JOIN (
    SELECT d.tenant_id, (b.part->>0)::uuid AS line, sum((b.part->>1)::numeric) AS quantity
    FROM invoice_draft d CROSS JOIN LATERAL jsonb_array_elements(d.billed) AS b(part)
    WHERE d.tenant_id = %(tenant)s AND d.state NOT IN ('discarded', 'cancelled') GROUP BY 1, 2
) taken ON taken.tenant_id = l.tenant_id AND taken.line = l.id
WHERE l.tenant_id = %(tenant)s AND l.billed <> coalesce(taken.quantity, 0)
UNION ALL
SELECT 'file', 'invoice_document/' || d.id, 'the file row is gone or has another hash'
FROM invoice_document d LEFT JOIN stored_file f ON f.tenant_id = d.tenant_id AND f.id = d.file_id
WHERE d.tenant_id = %(tenant)s AND f.sha256 IS DISTINCT FROM d.sha256
UNION ALL
SELECT 'settlement', 'invoice/' || f.id, 'the final invoice ' || f.number || ' deducts more than it bills'
FROM invoice f JOIN invoice_settlement s ON s.tenant_id = f.tenant_id AND s.final_id = f.id
WHERE f.tenant_id = %(tenant)s GROUP BY f.id, f.number, f.gross HAVING sum(s.gross) > f.gross
