-- The invoices of debtors as an insurer sees them at the end of %(day)s: what is open, what reduced them
-- (credit notes and discounts), when they were paid, what is disputed. Paid items come along as long as they
-- were unpaid when an open item of the debtor was delivered: they may have stopped that delivery.
WITH scope AS (
    SELECT i.id, i.debtor_id, i.number, i.amount, i.net_amount, i.issued_on, i.due_on,
           coalesce(i.delivered_on, i.issued_on) AS delivered_on
    FROM open_item i
    WHERE i.tenant_id = %(tenant)s AND i.creditor_id = %(creditor)s AND i.currency = %(currency)s
      AND i.kind = 'invoice' AND i.issued_on <= %(day)s
      AND (%(debtors)s::uuid[] IS NULL OR i.debtor_id = ANY (%(debtors)s))
), moved AS (
    SELECT a.item_id, sum(a.amount)::bigint AS gone, max(a.effective_on) AS last_on,
           coalesce(sum(a.amount) FILTER (WHERE a.kind = 'discount' OR c.kind = 'credit_note'), 0)::bigint AS reduced
    FROM allocation a
    JOIN scope s ON s.id = a.item_id
    LEFT JOIN credit c ON c.tenant_id = a.tenant_id AND c.id = a.credit_id
    WHERE a.tenant_id = %(tenant)s AND a.effective_on <= %(day)s
    GROUP BY a.item_id
), disputed AS (
    SELECT h.item_id, sum(coalesce(h.amount, s.amount))::bigint AS amount
    FROM hold h JOIN scope s ON s.id = h.item_id
    WHERE h.tenant_id = %(tenant)s AND h.reason = 'dispute' AND h.from_on <= %(day)s
      AND (h.until_on IS NULL OR h.until_on > %(day)s) AND (h.released_on IS NULL OR h.released_on > %(day)s)
    GROUP BY h.item_id
), stood AS (
    SELECT s.*, s.amount - coalesce(m.gone, 0) AS open, coalesce(m.reduced, 0) AS reduced,
           CASE WHEN m.gone = s.amount THEN m.last_on END AS paid_on, coalesce(d.amount, 0) AS disputed
    FROM scope s LEFT JOIN moved m ON m.item_id = s.id LEFT JOIN disputed d ON d.item_id = s.id
), oldest AS (
    SELECT debtor_id, min(delivered_on) AS since FROM stood WHERE open > 0 GROUP BY debtor_id
)
SELECT s.id, s.debtor_id, b.name, b.kind, s.number, s.amount, s.net_amount, s.issued_on, s.due_on, s.delivered_on,
       s.open, s.reduced, s.paid_on, s.disputed
FROM stood s
JOIN oldest o USING (debtor_id)
JOIN debtor b ON b.tenant_id = %(tenant)s AND b.id = s.debtor_id
WHERE s.open > 0 OR s.paid_on >= o.since
ORDER BY b.search_name, b.id, s.due_on, s.number
