-- Whether any allocation is effective after %(as_of)s: then what is open now is not what stood open on that day.
SELECT EXISTS (SELECT 1 FROM allocation WHERE tenant_id = %(tenant)s AND effective_on > %(as_of)s)
