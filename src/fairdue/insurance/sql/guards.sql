-- What is recorded about insurance stands: corrections are further rows.
CREATE TRIGGER insurance_terms_append_only BEFORE UPDATE OR DELETE ON insurance_terms
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('insurance_terms');
CREATE TRIGGER insurance_limit_append_only BEFORE UPDATE OR DELETE ON insurance_limit
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('insurance_limit');
CREATE TRIGGER insurance_declaration_append_only BEFORE UPDATE OR DELETE ON insurance_declaration
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('insurance_declaration');
CREATE TRIGGER insurance_duty_kept_append_only BEFORE UPDATE OR DELETE ON insurance_duty_kept
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('insurance_duty_kept');
CREATE TRIGGER insurance_claim_item_append_only BEFORE UPDATE OR DELETE ON insurance_claim_item
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('insurance_claim_item');
CREATE TRIGGER insurance_recovery_append_only BEFORE UPDATE OR DELETE ON insurance_recovery
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('insurance_recovery');
CREATE TRIGGER insurance_payout_append_only BEFORE UPDATE OR DELETE ON insurance_payout
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('insurance_payout');

-- An indemnified claim is a voucher: its calculation never changes again.
CREATE FUNCTION fairdue_claim_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.indemnified_on IS NOT NULL THEN
        RAISE EXCEPTION 'claim % is indemnified; its calculation stands', OLD.id USING ERRCODE = 'FD004';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER insurance_claim_frozen BEFORE UPDATE ON insurance_claim
    FOR EACH ROW EXECUTE FUNCTION fairdue_claim_frozen();
CREATE TRIGGER insurance_claim_not_deleted BEFORE DELETE ON insurance_claim
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('insurance_claim');
