-- A foreign key is checked by a plan that each connection keeps. Made while the table it points to was never analyzed,
-- that plan costs every index the same and PostgreSQL takes the youngest, which finds no more than the tenant: each
-- check then reads all its rows, and a first import takes a time that grows with its square. So the statement that
-- brings the first few pages also counts them, which makes the kept plans anew. From then on autovacuum keeps count.
CREATE OR REPLACE FUNCTION fairdue_first_rows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT reltuples < 100 FROM pg_class WHERE oid = TG_RELID) AND pg_relation_size(TG_RELID) >= 32768 THEN
        EXECUTE format('ANALYZE (SKIP_LOCKED) %I', TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION fairdue_first_rows FROM PUBLIC;
