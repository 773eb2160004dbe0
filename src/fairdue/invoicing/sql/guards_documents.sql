-- A draft that was issued may only become cancelled, and only together with the credit note that takes it back.
CREATE OR REPLACE FUNCTION fairdue_draft_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'issued' AND NEW.state = 'cancelled'
       AND to_jsonb(NEW) - 'state' IS NOT DISTINCT FROM to_jsonb(OLD) - 'state' THEN
        RETURN NEW;
    END IF;
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'draft % is % and cannot be changed', OLD.id, OLD.state USING ERRCODE = 'FD004';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER number_voided_kept BEFORE UPDATE OR DELETE ON number_voided
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('number_voided');
CREATE TRIGGER invoice_settlement_kept BEFORE UPDATE OR DELETE ON invoice_settlement
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('invoice_settlement');
CREATE TRIGGER invoice_plan_run_kept BEFORE UPDATE OR DELETE ON invoice_plan_run
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('invoice_plan_run');
