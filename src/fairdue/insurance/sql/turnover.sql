-- Net turnover by debtor of the invoices issued in the period.
SELECT i.debtor_id, b.name, b.kind, sum(i.net_amount)::bigint AS net, count(*)::bigint AS items
FROM open_item i
JOIN debtor b ON b.tenant_id = i.tenant_id AND b.id = i.debtor_id
WHERE i.tenant_id = %(tenant)s AND i.creditor_id = %(creditor)s AND i.currency = %(currency)s
  AND i.kind = 'invoice' AND i.issued_on BETWEEN %(starts)s AND %(ends)s
GROUP BY i.debtor_id, b.name, b.kind
ORDER BY b.name, i.debtor_id
