SELECT id, creditor_id, external_id, name, kind, country, street, postcode, city, region, language, currency, email,
       vat_id, payment_terms_days, discount_percent, discount_days
FROM debtor WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s::uuid[])
