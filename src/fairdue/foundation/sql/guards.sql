-- What the database itself refuses, whoever asks: changing what is only ever appended.
CREATE TABLE periodic_run (
    name text NOT NULL,
    slot timestamptz NOT NULL,
    PRIMARY KEY (name, slot)
);

CREATE FUNCTION fairdue_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_ARGV[0], TG_OP USING ERRCODE = 'FD003';
END $$;

CREATE TRIGGER fact_append_only BEFORE UPDATE OR DELETE ON fact
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('fact');
CREATE TRIGGER fact_not_truncated BEFORE TRUNCATE ON fact
    FOR EACH STATEMENT EXECUTE FUNCTION fairdue_append_only('fact');
CREATE TRIGGER fact_block_append_only BEFORE UPDATE OR DELETE ON fact_block
    FOR EACH ROW EXECUTE FUNCTION fairdue_append_only('fact_block');
CREATE TRIGGER fact_block_not_truncated BEFORE TRUNCATE ON fact_block
    FOR EACH STATEMENT EXECUTE FUNCTION fairdue_append_only('fact_block');
