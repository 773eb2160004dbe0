-- Every proposal that was decided (one that nothing was found is none) about a payment of a period, with whether it was kept. `judged`: a person decided, it
-- was taken back, or the machine's posting is older than `settled`.
WITH outcomes AS (
    SELECT b.id, b.creditor_id, b.amount, b.currency, b.booked_on, b.payer_name, b.remittance, a.id AS application_id,
           p.source, p.step, p.grade, p.confidence, a.reversal_reason, p.debtor_id, p.shadow,
           p.automatic AS sure,
           (p.automatic AND NOT p.shadow AND a.how IN ('automatic', 'not_receivable')) AS machine,
           (p.state = 'accepted' AND NOT t.back) AS kept,
           (NOT coalesce(p.automatic AND NOT p.shadow AND a.how IN ('automatic', 'not_receivable'), false) OR t.back
            OR a.applied_on <= %(settled)s) AS judged,
           CASE WHEN t.back THEN 'taken back' ELSE p.state END AS became
    FROM cash_proposal p
    JOIN bank_line b ON b.tenant_id = p.tenant_id AND b.id = p.line_id
    LEFT JOIN cash_application a ON a.tenant_id = p.tenant_id AND a.proposal_id = p.id
    CROSS JOIN LATERAL (SELECT a.reversed_on IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM cash_return r WHERE r.tenant_id = a.tenant_id AND r.application_id = a.id AND r.undone_on IS NULL
    ) AS back) t
    WHERE p.tenant_id = %(tenant)s AND p.state IN ('accepted', 'refused', 'changed') AND b.amount > 0
      AND p.step <> 'unknown'
      AND b.booked_on BETWEEN %(since)s AND %(until)s
      AND (%(creditor)s::uuid IS NULL OR p.creditor_id = %(creditor)s::uuid)
)
