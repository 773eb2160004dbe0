-- What a letter needs to know about debtors and their creditors, with last contact and money not applied.
SELECT d.id, d.name, d.kind, d.country, d.language, d.street, d.postcode, d.city,
       -- A mailbox for accounts payable is asked before the customer's general one.
       coalesce((SELECT k.email FROM debtor_contact k
                 WHERE k.tenant_id = d.tenant_id AND k.debtor_id = d.id AND k.role = 'accounts_payable'
                   AND k.email <> '' AND k.state <> 'returned' ORDER BY k.id LIMIT 1),
                CASE WHEN d.email_state = 'returned' THEN '' ELSE d.email END),
       c.id, c.name, c.country, c.street, c.postcode, c.city, c.email, c.vat_id, c.register_id, c.iban, c.bic,
       (SELECT max(n.run_on) FROM notice n
        WHERE n.tenant_id = d.tenant_id AND n.debtor_id = d.id AND n.state <> 'cancelled') AS last_notice_on,
       (SELECT max(l.called_on) FROM call_log l
        WHERE l.tenant_id = d.tenant_id AND l.debtor_id = d.id AND l.withdrawn_on IS NULL) AS last_call_on,
       (SELECT coalesce(jsonb_object_agg(u.currency, u.unapplied), '{}')
        FROM (SELECT r.currency, sum(r.unapplied) AS unapplied FROM credit r
              WHERE r.tenant_id = d.tenant_id AND r.debtor_id = d.id AND r.unapplied > 0
              GROUP BY r.currency) u)::text AS unapplied
FROM debtor d JOIN creditor c ON c.tenant_id = d.tenant_id AND c.id = d.creditor_id
WHERE d.tenant_id = %(tenant)s AND d.id = ANY(%(debtors)s)
