-- Proposals and uses of money on account with their payment; the surest first.
SELECT u.id, u.creditor_id, u.debtor_id, d.name AS debtor_name, u.credit_id, c.number, c.received_on, c.unapplied,
       u.allocations, u.amount, u.currency, u.rule, u.reason, u.confidence, u.state, u.proposed_on, u.decided_by,
       u.decided_on, u.reversed_on
FROM credit_use u
JOIN credit c ON c.tenant_id = u.tenant_id AND c.id = u.credit_id
JOIN debtor d ON d.tenant_id = u.tenant_id AND d.id = u.debtor_id
WHERE u.tenant_id = %(tenant)s
  AND (%(creditor)s::uuid IS NULL OR u.creditor_id = %(creditor)s::uuid)
  AND u.state = ANY(%(states)s::text[])
ORDER BY u.confidence DESC, u.id DESC
LIMIT %(limit)s
