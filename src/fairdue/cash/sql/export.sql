-- Every line with what became of it, or what is proposed: one row for each target. Allocations by standing
-- application from the heart; proposals from their parts.
WITH shown AS (
    SELECT b.*, a.id AS application_id, a.group_id, a.on_account AS rest, a.debtor_id AS owner,
           coalesce(a.proposal_id, p.id) AS proposal
    FROM bank_line b
    LEFT JOIN cash_application a ON a.tenant_id = b.tenant_id AND a.line_id = b.id AND a.reversed_on IS NULL
    LEFT JOIN cash_proposal p ON p.tenant_id = b.tenant_id AND p.line_id = b.id AND p.state = 'open'
    WHERE b.tenant_id = %(tenant)s AND (%(creditor)s::uuid IS NULL OR b.creditor_id = %(creditor)s::uuid)
      AND b.state <> 'held_back'
), parts AS (
    SELECT s.id, i.number AS target, l.credit_amount AS amount, 0::bigint AS adjustment, '' AS adjustment_kind,
           l.item_id, 1 AS place
    FROM shown s JOIN allocation l ON l.tenant_id = s.tenant_id AND l.group_id = s.group_id
        AND l.reversal_of_id IS NULL AND l.kind = 'applied' AND l.credit_id = s.credit_id
    JOIN open_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
    UNION ALL
    SELECT s.id, c.number, -l.credit_amount, 0, '', l.item_id, 2
    FROM shown s JOIN allocation l ON l.tenant_id = s.tenant_id AND l.group_id = s.group_id
        AND l.reversal_of_id IS NULL AND l.kind = 'applied' AND l.credit_id <> s.credit_id
    JOIN credit c ON c.tenant_id = l.tenant_id AND c.id = l.credit_id
    UNION ALL
    SELECT s.id, i.number, l.credit_amount, 0, '', l.item_id, 1
    FROM shown s JOIN allocation l ON l.tenant_id = s.tenant_id AND l.group_id = s.group_id
        AND l.reversal_of_id IS NULL AND l.kind = 'applied' AND l.credit_id <> s.credit_id
    JOIN open_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
    UNION ALL
    SELECT s.id, i.number, 0, l.amount,
           CASE l.account_role WHEN 'bank_fee' THEN 'bank_charge' WHEN 'small_difference' THEN 'small_difference'
                               WHEN 'withheld_tax' THEN 'withholding_tax'
                               ELSE l.kind END, l.item_id, 1
    FROM shown s JOIN allocation l ON l.tenant_id = s.tenant_id AND l.group_id = s.group_id
        AND l.reversal_of_id IS NULL AND l.kind IN ('discount', 'write_off')
    JOIN open_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
    UNION ALL
    SELECT s.id, coalesce(i.number, c.number), (e.part ->> 'amount')::bigint, (e.part ->> 'adjustment')::bigint,
           e.part ->> 'adjustment_kind', (e.part ->> 'item')::uuid, 1
    FROM shown s JOIN cash_proposal p ON p.tenant_id = s.tenant_id AND p.id = s.proposal
    CROSS JOIN LATERAL jsonb_array_elements(p.allocations) AS e(part)
    LEFT JOIN open_item i ON i.tenant_id = s.tenant_id AND i.id = (e.part ->> 'item')::uuid
    LEFT JOIN credit c ON c.tenant_id = s.tenant_id AND c.id = (e.part ->> 'item')::uuid
    WHERE s.application_id IS NULL
    UNION ALL
    SELECT s.id, 'ON_ACCOUNT:' || coalesce(d.external_id, ''),
           coalesce(s.rest, p.on_account), 0, '', NULL, 3
    FROM shown s LEFT JOIN cash_proposal p ON p.tenant_id = s.tenant_id AND p.id = s.proposal
    LEFT JOIN debtor d ON d.tenant_id = s.tenant_id AND d.id = coalesce(s.owner, p.debtor_id)
    WHERE coalesce(s.rest, p.on_account, s.amount) <> 0 AND s.state <> 'not_receivable'
      AND coalesce(p.step, '') <> 'not_receivable' AND (d.id IS NOT NULL)
    UNION ALL
    SELECT s.id, 'NOT_AR', s.amount, 0, '', NULL, 3
    FROM shown s LEFT JOIN cash_proposal p ON p.tenant_id = s.tenant_id AND p.id = s.proposal
    WHERE s.state = 'not_receivable' OR p.step = 'not_receivable'
    UNION ALL
    SELECT s.id, '', s.amount, 0, '', NULL, 3
    FROM shown s LEFT JOIN cash_proposal p ON p.tenant_id = s.tenant_id AND p.id = s.proposal
    WHERE s.state IN ('received', 'proposed') AND p.debtor_id IS NULL
      AND coalesce(jsonb_array_length(p.allocations), 0) = 0 AND coalesce(p.step, '') <> 'not_receivable'
)
SELECT CASE WHEN s.bank_reference = '' THEN s.key ELSE s.bank_reference END AS payment_ref, t.target,
       sum(t.amount)::bigint AS amount, sum(t.adjustment)::bigint AS adjustment,
       max(t.adjustment_kind) AS adjustment_kind, s.currency,
       CASE WHEN s.amount <= 0 AND p.id IS NULL THEN 9999 ELSE p.confidence END AS confidence,
       CASE WHEN s.amount <= 0 AND p.id IS NULL THEN 'none' ELSE p.source END AS source,
       CASE WHEN s.amount <= 0 AND p.id IS NULL THEN 'not_receivable' ELSE p.step END AS step,
       CASE WHEN s.amount <= 0 AND p.id IS NULL THEN 'Money went out.' ELSE p.reason END AS reason, s.state
FROM shown s JOIN parts t ON t.id = s.id
LEFT JOIN cash_proposal p ON p.tenant_id = s.tenant_id AND p.id = s.proposal
GROUP BY s.id, s.booked_on, s.entry, s.detail, s.bank_reference, s.key, t.target, t.place, s.currency, s.amount, p.id,
         p.confidence, p.source, p.step, p.reason, s.state
ORDER BY s.booked_on, s.entry, s.detail, s.id, t.place, t.target
