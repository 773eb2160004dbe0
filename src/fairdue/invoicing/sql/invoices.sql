-- One page of issued documents; {sort}, {direction}, {compare} are words of the code, never of a user.
SELECT i.id, i.creditor_id, i.debtor_id, d.name AS debtor_name, i.number, i.type, i.issued_on, i.due_on, i.currency,
       i.net, i.tax, i.gross, i.payable, coalesce(o.residual, c.unapplied, 0) AS residual, i.delivery,
       (SELECT CASE WHEN bool_or(f.state = 'invalid') THEN 'invalid' WHEN bool_and(f.state = 'valid') THEN 'valid'
                    ELSE max(f.state) END
        FROM invoice_document f WHERE f.tenant_id = i.tenant_id AND f.invoice_id = i.id) AS documents
FROM invoice i
JOIN debtor d ON d.tenant_id = i.tenant_id AND d.id = i.debtor_id
LEFT JOIN open_item o ON o.tenant_id = i.tenant_id AND o.id = i.id
LEFT JOIN credit c ON c.tenant_id = i.tenant_id AND c.id = i.id AND i.type = '381'
WHERE i.tenant_id = %(tenant)s
  AND (%(creditor)s::uuid IS NULL OR i.creditor_id = %(creditor)s::uuid)
  AND (%(debtor)s::uuid IS NULL OR i.debtor_id = %(debtor)s::uuid)
  AND (%(q)s = '' OR starts_with(i.number, %(q_number)s) OR starts_with(d.search_name, %(q)s))
  AND (%(since)s::date IS NULL OR i.issued_on >= %(since)s::date)
  AND (%(until)s::date IS NULL OR i.issued_on <= %(until)s::date)
  AND (%(kind)s = '' OR i.type = %(kind)s)
  AND (%(delivery)s = '' OR i.delivery = %(delivery)s)
  AND CASE %(state)s
        WHEN 'open' THEN i.type <> '381' AND o.residual > 0
        WHEN 'overdue' THEN i.type <> '381' AND o.residual > 0 AND i.due_on < %(today)s::date
        WHEN 'paid' THEN i.type <> '381' AND coalesce(o.residual, 0) = 0
        WHEN 'invalid' THEN EXISTS (SELECT 1 FROM invoice_document f WHERE f.tenant_id = i.tenant_id
                                    AND f.invoice_id = i.id AND f.state <> 'valid')
        ELSE true END
  AND (%(after_id)s::uuid IS NULL OR ({sort}, i.id) {compare} (%(after)s::{type}, %(after_id)s::uuid))
ORDER BY {sort} {direction}, i.id {direction}
LIMIT %(limit)s
