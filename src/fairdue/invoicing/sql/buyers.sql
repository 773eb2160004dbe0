SELECT id, creditor_id, external_id, name, kind, country, street, postcode, city, region, language, currency, email,
       vat_id, payment_terms_days, discount_percent, discount_days,
       address_state, email_state, delivery,
       (SELECT min(i.value) FROM debtor_identifier i
        WHERE i.tenant_id = d.tenant_id AND i.debtor_id = d.id AND i.scheme = 'register') AS register,
       (SELECT min(i.value) FROM debtor_identifier i
        WHERE i.tenant_id = d.tenant_id AND i.debtor_id = d.id AND i.scheme = 'peppol') AS peppol,
       (SELECT min(i.value) FROM debtor_identifier i
        WHERE i.tenant_id = d.tenant_id AND i.debtor_id = d.id AND i.scheme = 'routing') AS routing,
       (SELECT min(i.value) FROM debtor_identifier i
        WHERE i.tenant_id = d.tenant_id AND i.debtor_id = d.id AND i.scheme = 'pec') AS pec,
       (SELECT min(i.value) FROM debtor_identifier i
        WHERE i.tenant_id = d.tenant_id AND i.debtor_id = d.id AND i.scheme = 'tax') AS tax,
       (SELECT i.state FROM debtor_identifier i
        WHERE i.tenant_id = d.tenant_id AND i.debtor_id = d.id AND i.scheme = 'peppol' ORDER BY i.value LIMIT 1) AS peppol_state
FROM debtor d WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s::uuid[])
