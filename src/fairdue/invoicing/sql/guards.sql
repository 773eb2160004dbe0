-- An issued invoice is frozen: only its way to the buyer may still be written. Counters only count on.

CREATE FUNCTION fairdue_invoice_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - '{delivery,delivered_at}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{delivery,delivered_at}'::text[] THEN
        RAISE EXCEPTION 'invoice % is issued; correct it by a credit note', OLD.number USING ERRCODE = 'FD004';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoice_frozen BEFORE UPDATE ON invoice FOR EACH ROW EXECUTE FUNCTION fairdue_invoice_frozen();
CREATE TRIGGER invoice_not_deleted BEFORE DELETE ON invoice
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('invoice');
CREATE TRIGGER invoice_not_truncated BEFORE TRUNCATE ON invoice
    FOR EACH STATEMENT EXECUTE FUNCTION fairdue_append_only('invoice');

CREATE FUNCTION fairdue_document_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - '{state,record,checked_at}'::text[]
       IS DISTINCT FROM to_jsonb(OLD) - '{state,record,checked_at}'::text[] THEN
        RAISE EXCEPTION 'the file of document % is written', OLD.id USING ERRCODE = 'FD004';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoice_document_frozen BEFORE UPDATE ON invoice_document
    FOR EACH ROW EXECUTE FUNCTION fairdue_document_frozen();
CREATE TRIGGER invoice_document_not_deleted BEFORE DELETE ON invoice_document
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('invoice_document');

CREATE FUNCTION fairdue_counter_rises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.last <= OLD.last THEN
        RAISE EXCEPTION 'a number is drawn once; the counter cannot go back' USING ERRCODE = 'FD004';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER number_counter_rises BEFORE UPDATE ON number_counter
    FOR EACH ROW EXECUTE FUNCTION fairdue_counter_rises();
CREATE TRIGGER number_counter_not_deleted BEFORE DELETE ON number_counter
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('number_counter');

-- A draft that was issued or discarded stays as it is.
CREATE FUNCTION fairdue_draft_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'draft % is % and cannot be changed', OLD.id, OLD.state USING ERRCODE = 'FD004';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER invoice_draft_frozen BEFORE UPDATE ON invoice_draft FOR EACH ROW EXECUTE FUNCTION fairdue_draft_frozen();
