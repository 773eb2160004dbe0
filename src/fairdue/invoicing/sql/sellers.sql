SELECT id, code, name, country, currency, language, street, postcode, city, email, phone, vat_id, register_id, iban,
       bic, legal, settings
FROM creditor WHERE tenant_id = %(tenant)s AND id = ANY(%(ids)s::uuid[])
