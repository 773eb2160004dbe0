-- Payments that returns may undo: an amount that comes back with nothing but a fee beside it, on the same account and
-- before the return; with what was done with them and the numbers of the items that they paid.
WITH asked AS (
    SELECT DISTINCT a.account_id, a.amount, a.booked_on
    FROM unnest(%(accounts)s::uuid[], %(amounts)s::bigint[], %(days)s::date[]) AS a(account_id, amount, booked_on)
)
SELECT DISTINCT b.id, b.account_id, b.amount, b.currency, b.booked_on, b.end_to_end_id, b.mandate_id, b.bank_reference,
       b.payer_blind, b.payer_name, b.state,
       coalesce((SELECT array_agg(DISTINCT i.number)
                 FROM cash_application p
                 JOIN allocation l ON l.tenant_id = p.tenant_id AND l.group_id = p.group_id
                 JOIN open_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
                 WHERE p.tenant_id = b.tenant_id AND p.line_id = b.id AND p.reversed_on IS NULL), '{}') AS numbers
FROM asked a
JOIN bank_line b ON b.account_id = a.account_id AND b.amount = a.amount
                AND b.booked_on BETWEEN a.booked_on - 430 AND a.booked_on
WHERE b.tenant_id = %(tenant)s AND b.credit_id IS NOT NULL
  AND b.state IN ('received', 'proposed', 'applied', 'on_account')
ORDER BY b.booked_on DESC, b.id
