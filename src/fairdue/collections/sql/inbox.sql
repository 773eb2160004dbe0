-- Facts of the last weeks that ask this person, newest first; what is marked as done is left out.
WITH asked AS (
    -- A promise that this person took (or that nobody on the team took) was not kept.
    SELECT f.id, 'promise' AS kind FROM fact f
    JOIN promise p ON p.tenant_id = f.tenant_id AND p.id = f.subject_id
    WHERE f.tenant_id = %(tenant)s AND f.recorded_at > %(since)s AND %(may_act)s
      AND f.type IN ('promise.broken', 'promise.partly_kept', 'promise.reopened', 'plan.broken')
      AND (p.taken_by = %(actor)s OR p.taken_by NOT LIKE 'user:%%')
    UNION ALL
    -- A dispute of this person's (or of nobody's) waits for our answer, or the customer opened one.
    SELECT f.id, 'dispute' FROM fact f
    JOIN dispute d ON d.tenant_id = f.tenant_id AND d.id = f.subject_id
    WHERE f.tenant_id = %(tenant)s AND f.recorded_at > %(since)s AND %(may_act)s AND d.resolved_on IS NULL
      AND (f.type = 'dispute.moved' AND d.clock = 'ours' AND f.actor <> %(actor)s
           OR f.type = 'dispute.opened' AND f.actor NOT LIKE 'user:%%')
      AND (d.owner_id IS NULL OR d.owner_id = %(owner)s)
    UNION ALL
    -- Somebody else's proposal waits for a second person who may decide it.
    SELECT f.id, 'approval' FROM fact f
    JOIN approval a ON a.tenant_id = f.tenant_id AND a.id = (f.payload ->> 'approval')::uuid
    WHERE f.tenant_id = %(tenant)s AND f.recorded_at > %(since)s AND f.type = 'approval.proposed'
      AND a.state = 'pending' AND a.proposed_by <> %(actor)s AND a.kind = ANY(%(decides)s)
    UNION ALL
    -- A message came back.
    SELECT f.id, 'bounce' FROM fact f
    WHERE f.tenant_id = %(tenant)s AND f.recorded_at > %(since)s AND f.type = 'mail.failed'
      AND f.debtor_id IS NOT NULL AND %(may_act)s
    UNION ALL
    -- Money arrived on an item of a customer whom this person called within the month before.
    SELECT f.id, 'payment' FROM fact f
    WHERE f.tenant_id = %(tenant)s AND f.recorded_at > %(since)s AND f.type = 'item.settled'
      AND EXISTS (SELECT 1 FROM call_log c
                  WHERE c.tenant_id = f.tenant_id AND c.debtor_id = f.debtor_id AND c.called_by = %(actor)s AND c.withdrawn_on IS NULL
                    AND c.called_on BETWEEN f.happened_on - 30 AND f.happened_on)
)
SELECT f.id, a.kind, f.type, f.payload::text, f.subject_id, f.creditor_id, f.debtor_id, coalesce(d.name, ''), f.actor,
       f.happened_on, f.recorded_at
FROM asked a
JOIN fact f ON f.tenant_id = %(tenant)s AND f.id = a.id
LEFT JOIN debtor d ON d.tenant_id = f.tenant_id AND d.id = f.debtor_id
WHERE NOT EXISTS (SELECT 1 FROM inbox_mark m
                  WHERE m.tenant_id = %(tenant)s AND m.owner_id = %(owner)s AND m.fact_id = f.id)
  AND (%(creditor)s::uuid IS NULL OR f.creditor_id = %(creditor)s)
  AND (%(kind)s = '' OR a.kind = %(kind)s)
ORDER BY f.recorded_at DESC, f.id DESC
LIMIT %(limit)s
