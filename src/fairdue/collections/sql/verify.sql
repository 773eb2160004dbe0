-- One row for each broken invariant: code, table, id, sentence.
SELECT 'dispute_unheld', 'dispute', d.id::text, 'an open dispute has no hold'
FROM dispute d
WHERE d.tenant_id = %(tenant)s AND d.resolved_on IS NULL
  AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.tenant_id = d.tenant_id AND h.source_id = d.id AND h.released_on IS NULL)
UNION ALL
SELECT 'promise_unheld', 'promise', p.id::text, 'an open promise has no hold'
FROM promise p
WHERE p.tenant_id = %(tenant)s AND p.verdict = 'open'
  AND NOT EXISTS (SELECT 1 FROM hold h WHERE h.tenant_id = p.tenant_id AND h.source_id = p.id AND h.released_on IS NULL)
UNION ALL
SELECT 'notice_mail', 'notice', n.id::text, 'a sent message has no mail that was sent'
FROM notice n
JOIN outgoing_mail m ON m.tenant_id = n.tenant_id AND m.dedup_key = 'notice:' || n.id
WHERE n.tenant_id = %(tenant)s AND n.state = 'sent' AND m.state <> 'sent'
UNION ALL
SELECT 'notice_early', 'notice', n.id::text, 'a late-payment notice was sent before an item of it was late'
FROM notice n
JOIN step_taken s ON s.tenant_id = n.tenant_id AND s.source_id = n.id AND s.state = 'taken'
WHERE n.tenant_id = %(tenant)s AND n.state = 'sent' AND s.template IN ('notice', 'firm_notice', 'formal_notice')
  AND s.taken_on <= s.due_on
UNION ALL
SELECT 'dispute_part', 'dispute', d.id::text, 'the hold of an open dispute is on another part than is contested'
FROM dispute d JOIN hold h ON h.tenant_id = d.tenant_id AND h.source_id = d.id AND h.released_on IS NULL
WHERE d.tenant_id = %(tenant)s AND d.resolved_on IS NULL AND h.amount IS DISTINCT FROM d.amount
UNION ALL
SELECT 'instalments', 'promise', p.id::text, 'the instalments make up ' || coalesce(sum(i.amount), 0) || ', the plan is ' || p.amount
FROM promise p LEFT JOIN instalment i ON i.tenant_id = p.tenant_id AND i.promise_id = p.id
WHERE p.tenant_id = %(tenant)s AND p.kind = 'plan'
GROUP BY p.id, p.amount HAVING coalesce(sum(i.amount), 0) <> p.amount
