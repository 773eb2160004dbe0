-- Every payment that was booked in a period with what became of it. An automatic posting that a person took back counts
-- as that, whatever was done later; money that the bank took back does not blame the match.
WITH done AS (
    SELECT a.line_id, a.id, a.how, a.debtor_id, a.reversed_on, a.reversed_by, a.reversal_reason,
           a.applied_on, a.recorded_at, p.state AS said, p.source, p.step, p.grade, p.confidence,
           coalesce(p.automatic AND NOT p.shadow AND a.how IN ('automatic', 'not_receivable'), false) AS machine,
           EXISTS (SELECT 1 FROM cash_return r WHERE r.tenant_id = a.tenant_id AND r.application_id = a.id
                     AND r.undone_on IS NULL) AS went_back
    FROM cash_application a
    JOIN bank_line l ON l.tenant_id = a.tenant_id AND l.id = a.line_id AND l.booked_on BETWEEN %(since)s AND %(until)s
    LEFT JOIN cash_proposal p ON p.tenant_id = a.tenant_id AND p.id = a.proposal_id
    WHERE a.tenant_id = %(tenant)s AND (%(creditor)s::uuid IS NULL OR a.creditor_id = %(creditor)s::uuid)
), first AS (
    SELECT DISTINCT ON (d.line_id) d.* FROM done d
    ORDER BY d.line_id, (d.machine AND d.reversed_on IS NOT NULL AND NOT d.went_back) DESC,
             (d.reversed_on IS NULL) DESC, d.recorded_at DESC, d.id DESC
), decided AS (
    SELECT b.id, b.creditor_id, b.amount, b.currency, b.booked_on, b.payer_name, b.remittance, x.id AS application_id,
           x.source, x.step, x.grade, x.confidence, x.reversal_reason, x.debtor_id,
           CASE WHEN x.machine AND x.reversed_on IS NOT NULL AND NOT x.went_back THEN 'wrong'
                WHEN b.state = 'returned' THEN 'returned'
                WHEN x.id IS NULL OR x.reversed_on IS NOT NULL THEN
                    CASE WHEN b.state = 'not_receivable' THEN 'aside' ELSE 'waiting' END
                WHEN x.machine THEN 'automatic'
                WHEN x.how = 'imported' THEN 'imported'
                WHEN x.how = 'accepted' OR (x.how = 'not_receivable' AND x.said = 'accepted') THEN 'accepted'
                ELSE 'by_hand' END AS became
    FROM bank_line b
    LEFT JOIN first x ON x.line_id = b.id
    WHERE b.tenant_id = %(tenant)s AND b.amount > 0 AND b.state <> 'held_back'
      AND b.booked_on BETWEEN %(since)s AND %(until)s
      AND (%(creditor)s::uuid IS NULL OR b.creditor_id = %(creditor)s::uuid)
)
