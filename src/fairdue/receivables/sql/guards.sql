-- The heart defends itself: balanced entries, open periods, residuals that only allocations move.
-- Plans must not depend on statistics (a bulk load starts on empty tables and its plans are kept), so functions forbid
-- sequential scans and name the rows they touch by id = ANY(array): always the primary key's index. A tenant that the
-- statistics do not know looks empty, so they forbid nested loops too; fairdue_post plans its foreign keys for any tenant.

-- One statement posts any number of entries with their lines. Nothing else may write the journal.
CREATE OR REPLACE FUNCTION fairdue_post(
    p_tenant bigint, p_entry uuid[], p_creditor uuid[], p_booked date[], p_kind text[], p_text text[],
    p_currency text[], p_source uuid[], p_reversal uuid[],
    p_line uuid[], p_line_entry uuid[], p_account uuid[], p_amount bigint[], p_functional bigint[], p_debtor uuid[]
) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    INSERT INTO journal_entry (tenant_id, id, creditor_id, booked_on, kind, text, currency, source_id, reversal_of_id)
    SELECT p_tenant, e.* FROM unnest(p_entry, p_creditor, p_booked, p_kind, p_text, p_currency, p_source, p_reversal) AS e;
    INSERT INTO journal_line (tenant_id, id, creditor_id, entry_id, account_id, amount, functional, debtor_id)
    SELECT p_tenant, l.id, e.creditor, l.entry, l.account, l.amount, l.functional, l.debtor
    FROM unnest(p_line, p_line_entry, p_account, p_amount, p_functional, p_debtor)
             AS l(id, entry, account, amount, functional, debtor)
    JOIN unnest(p_entry, p_creditor) AS e(id, creditor) ON e.id = l.entry;
    IF (SELECT count(DISTINCT e) FROM unnest(p_entry) AS e) <> (SELECT count(DISTINCT l) FROM unnest(p_line_entry) AS l)
       OR EXISTS (SELECT unnest(p_line_entry) EXCEPT SELECT unnest(p_entry)) THEN
        RAISE EXCEPTION 'every entry needs its lines, every line its entry' USING ERRCODE = 'FD001';
    END IF;
END $$;

-- The guards look rows up by (tenant, id = ANY(array)): with the tenant as a value the primary key serves, as a join
-- column it would not, and each statement would read the whole table. So a statement is of one tenant.
CREATE OR REPLACE FUNCTION fairdue_one_tenant(tenants bigint[]) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF cardinality(tenants) > 1 THEN
        RAISE EXCEPTION 'one statement writes the rows of one tenant' USING ERRCODE = 'FD007';
    END IF;
    RETURN tenants[1];
END $$;

CREATE OR REPLACE FUNCTION fairdue_check_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET enable_seqscan = off SET enable_nestloop = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    bad uuid;
    tenant bigint := fairdue_one_tenant(ARRAY(SELECT DISTINCT tenant_id FROM fresh));
    entries uuid[] := ARRAY(SELECT DISTINCT entry_id FROM fresh);
    accounts uuid[] := ARRAY(SELECT DISTINCT account_id FROM fresh);
BEGIN
    SELECT entry_id INTO bad FROM fresh GROUP BY tenant_id, entry_id
    HAVING sum(amount) <> 0 OR sum(functional) <> 0 OR count(*) < 2 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal entry % does not balance', bad USING ERRCODE = 'FD001';
    END IF;
    SELECT f.entry_id INTO bad FROM fresh f
    JOIN account a ON a.tenant_id = tenant AND a.id = f.account_id AND a.id = ANY(accounts)
    JOIN journal_entry e ON e.tenant_id = tenant AND e.id = f.entry_id AND e.id = ANY(entries)
    WHERE a.creditor_id <> f.creditor_id OR e.creditor_id <> f.creditor_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal entry % mixes the books of two creditors', bad USING ERRCODE = 'FD001';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER journal_line_balanced AFTER INSERT ON journal_line REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION fairdue_check_lines();

CREATE OR REPLACE FUNCTION fairdue_check_period() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET enable_seqscan = off SET enable_nestloop = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE bad date;
BEGIN
    INSERT INTO period (tenant_id, id, creditor_id, month)
    SELECT DISTINCT ON (tenant_id, creditor_id, date_trunc('month', booked_on))
           tenant_id, gen_random_uuid(), creditor_id, date_trunc('month', booked_on)::date
    FROM fresh ON CONFLICT (tenant_id, creditor_id, month) DO NOTHING;
    PERFORM 1 FROM period p
    WHERE (p.tenant_id, p.creditor_id, p.month) IN
          (SELECT tenant_id, creditor_id, date_trunc('month', booked_on)::date FROM fresh)
    ORDER BY p.id FOR SHARE;
    SELECT p.month INTO bad FROM period p
    WHERE p.status = 'closed' AND (p.tenant_id, p.creditor_id, p.month) IN
          (SELECT tenant_id, creditor_id, date_trunc('month', booked_on)::date FROM fresh) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the period % is closed', to_char(bad, 'YYYY-MM') USING ERRCODE = 'FD002';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER journal_entry_period AFTER INSERT ON journal_entry REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION fairdue_check_period();

-- Allocations move residuals: locks in id order, then relative updates that the CHECKs bound.
CREATE OR REPLACE FUNCTION fairdue_apply_allocations() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp SET enable_seqscan = off SET enable_nestloop = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    moved bigint;
    items uuid[] := ARRAY(SELECT DISTINCT item_id FROM fresh WHERE item_id IS NOT NULL);
    credits uuid[] := ARRAY(SELECT DISTINCT credit_id FROM fresh WHERE credit_id IS NOT NULL);
    undone uuid[] := ARRAY(SELECT reversal_of_id FROM fresh WHERE reversal_of_id IS NOT NULL);
    tenant bigint := fairdue_one_tenant(ARRAY(SELECT DISTINCT tenant_id FROM fresh));
BEGIN
    IF EXISTS (
        SELECT 1 FROM fresh f
        LEFT JOIN allocation o ON o.tenant_id = tenant AND o.id = f.reversal_of_id AND o.id = ANY(undone)
        WHERE f.reversal_of_id IS NOT NULL AND (
            o.reversal_of_id IS NOT NULL OR f.effective_on < o.effective_on
            OR (f.kind, f.item_id, f.credit_id, f.amount, f.credit_amount, f.functional_item, f.functional_credit)
               IS DISTINCT FROM
               (o.kind, o.item_id, o.credit_id, -o.amount, -o.credit_amount, -o.functional_item, -o.functional_credit))
    ) THEN
        RAISE EXCEPTION 'a reversal must mirror the allocation it undoes' USING ERRCODE = 'FD005';
    END IF;
    IF EXISTS (
        SELECT 1 FROM fresh f
        LEFT JOIN open_item i ON i.tenant_id = tenant AND i.id = f.item_id AND i.id = ANY(items)
        LEFT JOIN credit c ON c.tenant_id = tenant AND c.id = f.credit_id AND c.id = ANY(credits)
        WHERE coalesce(i.creditor_id, f.creditor_id) <> f.creditor_id
           OR coalesce(c.creditor_id, f.creditor_id) <> f.creditor_id
           OR (i.currency = c.currency AND f.amount <> f.credit_amount)
           OR (f.reversal_of_id IS NULL AND least(f.functional_item, f.functional_credit) < 0)
           OR f.effective_on < greatest(i.issued_on, c.received_on)
    ) THEN
        RAISE EXCEPTION 'an allocation mixes creditors, differs in one currency, or comes before what it allocates'
            USING ERRCODE = 'FD005';
    END IF;
    PERFORM 1 FROM open_item i WHERE i.tenant_id = tenant AND i.id = ANY(items) ORDER BY i.id FOR UPDATE;
    PERFORM 1 FROM credit c WHERE c.tenant_id = tenant AND c.id = ANY(credits) ORDER BY c.id FOR UPDATE;
    UPDATE open_item i
    SET residual = i.residual - a.amount, functional_residual = i.functional_residual - a.functional
    FROM (SELECT tenant_id, item_id, sum(amount)::bigint AS amount, sum(functional_item)::bigint AS functional
          FROM fresh WHERE item_id IS NOT NULL GROUP BY tenant_id, item_id) a
    WHERE i.tenant_id = tenant AND i.id = a.item_id AND i.id = ANY(items);
    GET DIAGNOSTICS moved = ROW_COUNT;
    -- Without the tenant's context (a loader) the rows would not be seen and the residuals would stay.
    IF moved <> (SELECT count(DISTINCT item_id) FROM fresh) THEN
        RAISE EXCEPTION 'allocations are inserted in the context of their tenant only' USING ERRCODE = 'FD005';
    END IF;
    UPDATE credit c
    SET unapplied = c.unapplied - a.amount, functional_unapplied = c.functional_unapplied - a.functional
    FROM (SELECT tenant_id, credit_id, sum(credit_amount)::bigint AS amount, sum(functional_credit)::bigint AS functional
          FROM fresh WHERE credit_id IS NOT NULL GROUP BY tenant_id, credit_id) a
    WHERE c.tenant_id = tenant AND c.id = a.credit_id AND c.id = ANY(credits);
    GET DIAGNOSTICS moved = ROW_COUNT;
    IF moved <> (SELECT count(DISTINCT credit_id) FROM fresh) THEN
        RAISE EXCEPTION 'allocations are inserted in the context of their tenant only' USING ERRCODE = 'FD005';
    END IF;
    IF EXISTS (SELECT 1 FROM open_item i WHERE i.tenant_id = tenant AND i.id = ANY(items)
               AND i.residual = 0 AND i.functional_residual <> 0)
       OR EXISTS (SELECT 1 FROM credit c WHERE c.tenant_id = tenant AND c.id = ANY(credits)
                  AND c.unapplied = 0 AND c.functional_unapplied <> 0) THEN
        RAISE EXCEPTION 'the last allocation takes the whole carrying amount with it' USING ERRCODE = 'FD005';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER allocation_applied AFTER INSERT ON allocation REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION fairdue_apply_allocations();

-- An item or credit is born whole; afterwards its amounts stand and only allocations move what is left.
CREATE OR REPLACE FUNCTION fairdue_born_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_ARGV[0] = 'open_item' THEN
        IF NEW.residual <> NEW.amount OR NEW.functional_residual <> NEW.functional_amount THEN
            RAISE EXCEPTION 'an open item starts with its whole amount' USING ERRCODE = 'FD004';
        END IF;
    ELSIF NEW.unapplied <> NEW.amount OR NEW.functional_unapplied <> NEW.functional_amount THEN
        RAISE EXCEPTION 'a credit starts with its whole amount' USING ERRCODE = 'FD004';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER open_item_born BEFORE INSERT ON open_item FOR EACH ROW EXECUTE FUNCTION fairdue_born_whole('open_item');
CREATE OR REPLACE TRIGGER credit_born BEFORE INSERT ON credit FOR EACH ROW EXECUTE FUNCTION fairdue_born_whole('credit');

CREATE OR REPLACE FUNCTION fairdue_item_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.tenant_id, NEW.id, NEW.creditor_id, NEW.kind, NEW.number, NEW.currency, NEW.amount, NEW.functional_amount,
        NEW.net_amount, NEW.issued_on, NEW.recorded_at)
       IS DISTINCT FROM
       (OLD.tenant_id, OLD.id, OLD.creditor_id, OLD.kind, OLD.number, OLD.currency, OLD.amount, OLD.functional_amount,
        OLD.net_amount, OLD.issued_on, OLD.recorded_at) THEN
        RAISE EXCEPTION 'open item % is recorded; reverse it instead', OLD.id USING ERRCODE = 'FD004';
    END IF;
    IF (NEW.residual, NEW.functional_residual) IS DISTINCT FROM (OLD.residual, OLD.functional_residual)
       AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'the residual of % moves by allocations only', OLD.id USING ERRCODE = 'FD004';
    END IF;
    IF NEW.debtor_id IS DISTINCT FROM OLD.debtor_id AND NEW.debtor_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM debtor d
        WHERE d.tenant_id = NEW.tenant_id AND d.id = NEW.debtor_id AND d.creditor_id = NEW.creditor_id) THEN
        RAISE EXCEPTION '% % names a debtor of another creditor', TG_TABLE_NAME, OLD.id USING ERRCODE = 'FD006';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER open_item_frozen BEFORE UPDATE ON open_item FOR EACH ROW EXECUTE FUNCTION fairdue_item_frozen();

CREATE OR REPLACE FUNCTION fairdue_credit_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.tenant_id, NEW.id, NEW.creditor_id, NEW.kind, NEW.number, NEW.currency, NEW.amount, NEW.functional_amount,
        NEW.received_on, NEW.source_id, NEW.recorded_at)
       IS DISTINCT FROM
       (OLD.tenant_id, OLD.id, OLD.creditor_id, OLD.kind, OLD.number, OLD.currency, OLD.amount, OLD.functional_amount,
        OLD.received_on, OLD.source_id, OLD.recorded_at) THEN
        RAISE EXCEPTION 'credit % is recorded; reverse it instead', OLD.id USING ERRCODE = 'FD004';
    END IF;
    IF (NEW.unapplied, NEW.functional_unapplied) IS DISTINCT FROM (OLD.unapplied, OLD.functional_unapplied)
       AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'credit % moves by allocations only', OLD.id USING ERRCODE = 'FD004';
    END IF;
    IF NEW.debtor_id IS DISTINCT FROM OLD.debtor_id AND NEW.debtor_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM debtor d
        WHERE d.tenant_id = NEW.tenant_id AND d.id = NEW.debtor_id AND d.creditor_id = NEW.creditor_id) THEN
        RAISE EXCEPTION '% % names a debtor of another creditor', TG_TABLE_NAME, OLD.id USING ERRCODE = 'FD006';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER credit_frozen BEFORE UPDATE ON credit FOR EACH ROW EXECUTE FUNCTION fairdue_credit_frozen();

CREATE OR REPLACE TRIGGER allocation_append_only BEFORE UPDATE OR DELETE ON allocation
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('allocation');
CREATE OR REPLACE TRIGGER allocation_not_truncated BEFORE TRUNCATE ON allocation
    FOR EACH STATEMENT EXECUTE FUNCTION fairdue_append_only('allocation');
CREATE OR REPLACE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('journal_entry');
CREATE OR REPLACE TRIGGER journal_entry_not_truncated BEFORE TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION fairdue_append_only('journal_entry');
CREATE OR REPLACE TRIGGER journal_line_append_only BEFORE UPDATE OR DELETE ON journal_line
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('journal_line');
CREATE OR REPLACE TRIGGER journal_line_not_truncated BEFORE TRUNCATE ON journal_line
    FOR EACH STATEMENT EXECUTE FUNCTION fairdue_append_only('journal_line');
CREATE OR REPLACE TRIGGER open_item_not_deleted BEFORE DELETE ON open_item
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('open_item');
CREATE OR REPLACE TRIGGER credit_not_deleted BEFORE DELETE ON credit
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('credit');
CREATE OR REPLACE TRIGGER exchange_rate_append_only BEFORE UPDATE OR DELETE ON exchange_rate
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('exchange_rate');

-- What belongs to a debtor stands in the books of the debtor's creditor: clients of one agency never mix.
CREATE OR REPLACE FUNCTION fairdue_same_books() RETURNS trigger LANGUAGE plpgsql
    SET enable_nestloop = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    bad uuid;
    tenant bigint := fairdue_one_tenant(ARRAY(SELECT DISTINCT tenant_id FROM fresh));
    debtors uuid[] := ARRAY(SELECT DISTINCT debtor_id FROM fresh WHERE debtor_id IS NOT NULL);
BEGIN
    SELECT f.id INTO bad FROM fresh f
    JOIN debtor d ON d.tenant_id = tenant AND d.id = f.debtor_id AND d.id = ANY(debtors)
    WHERE d.creditor_id <> f.creditor_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '% % names a debtor of another creditor', TG_TABLE_NAME, bad USING ERRCODE = 'FD006';
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER open_item_books AFTER INSERT ON open_item REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION fairdue_same_books();
CREATE OR REPLACE TRIGGER credit_books AFTER INSERT ON credit REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION fairdue_same_books();
CREATE OR REPLACE TRIGGER hold_books AFTER INSERT ON hold REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION fairdue_same_books();

-- Whoever may attach one of these to a table of his own moves residuals as the owner: nobody else may.
REVOKE ALL ON FUNCTION
    fairdue_post, fairdue_check_lines, fairdue_check_period, fairdue_apply_allocations FROM PUBLIC;
