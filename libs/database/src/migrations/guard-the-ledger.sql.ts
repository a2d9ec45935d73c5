/**
 * What the database itself holds to, whoever writes. Triggers are the last line, not the first: the
 * rules never do what these refuse. A violation is of SQLSTATE class 23, an InvariantError. A
 * superuser can turn triggers off (`session_replication_role`); the signed log tells of that.
 */

/** What witnesses say of a checkpoint (C2SP tlog-witness). */
export const COSIGNATURES = `
CREATE TABLE cosignature (
  site_id text NOT NULL,
  size bigint NOT NULL CHECK (size > 0),
  witness text NOT NULL,
  line text NOT NULL CHECK (line LIKE E'\\u2014 % %\\n'),
  PRIMARY KEY (site_id, size, witness)
);
COMMENT ON COLUMN cosignature.line IS 'signature line of the note, with its newline';
`;

/** Nothing that was said is unsaid. */
export const INSERT_ONLY = `
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: what is written there stays', tg_op, tg_table_name
    USING ERRCODE = 'integrity_constraint_violation';
END $$;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY
    ARRAY['account', 'checkpoint', 'chunk', 'cosignature', 'fact', 'log_key', 'posting']
  LOOP
    EXECUTE format('CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
  FOREACH name IN ARRAY ARRAY['balance', 'exception', 'registry', 'site', 'tile'] LOOP
    EXECUTE format('CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name);
  END LOOP;
END $$;

CREATE FUNCTION keep_exception() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(old) - 'closed_index' - 'closed_reason'
      IS DISTINCT FROM to_jsonb(new) - 'closed_index' - 'closed_reason'
    OR old.closed_index IS NOT NULL AND (old.closed_index, old.closed_reason)
      IS DISTINCT FROM (new.closed_index, new.closed_reason)
  THEN
    RAISE EXCEPTION 'exception % can only be closed, once', old.exception_id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER only_closed BEFORE UPDATE ON exception
  FOR EACH ROW EXECUTE FUNCTION keep_exception();

CREATE FUNCTION keep_registry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (old.site_id, old.version, old.digest, old.body)
      IS DISTINCT FROM (new.site_id, new.version, new.digest, new.body)
    OR old.announced_at <> coalesce(new.announced_at, 'infinity')
    OR old.adopted_index <> coalesce(new.adopted_index, -1)
  THEN
    RAISE EXCEPTION 'version % of % can only be announced and adopted, once',
      old.version, old.site_id USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER body_stays BEFORE UPDATE ON registry
  FOR EACH ROW EXECUTE FUNCTION keep_registry();

CREATE FUNCTION refuse_shrinking() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a % can only grow', tg_table_name
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
-- Conditions, not code of the function, so that a row that may be written costs no call.
CREATE TRIGGER only_grows BEFORE UPDATE ON tile FOR EACH ROW
  WHEN ((old.site_id, old.level, old.idx) <> (new.site_id, new.level, new.idx)
    OR substr(new.data, 1, octet_length(old.data)) <> old.data)
  EXECUTE FUNCTION refuse_shrinking();
CREATE TRIGGER only_grows BEFORE UPDATE ON balance FOR EACH ROW
  WHEN (old.account_id <> new.account_id
    OR new.debits_mg < old.debits_mg OR new.credits_mg < old.credits_mg)
  EXECUTE FUNCTION refuse_shrinking();
`;

/**
 * Within a transaction every account grows by exactly what its postings say. Each statement, INSERT
 * and COPY alike, adds what it posted and takes off what it balanced in a setting of the transaction
 * (`<account>` debits, `-<account>` credits; one sum a statement, however many rows), and at the
 * commit nothing may be left over. The deferred trigger only looks whether something is, since a
 * constraint trigger is called for each row.
 */
export const BALANCED = `
CREATE FUNCTION settle_books() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  open jsonb := coalesce(nullif(current_setting('urbanmine.unsettled', true), ''), '{}');
BEGIN
  IF tg_table_name = 'posting' THEN
    SELECT jsonb_object_agg(key, mg) INTO open FROM (
      SELECT key, sum(mg) AS mg FROM (
        SELECT debit AS key, mass_mg AS mg FROM added
        UNION ALL SELECT -credit, mass_mg FROM added
        UNION ALL SELECT key::integer, value::numeric FROM jsonb_each_text(open)) AS sums
      GROUP BY key HAVING sum(mg) <> 0) AS left_over;
  ELSIF tg_op = 'INSERT' THEN
    -- An upsert of rows that are all there.
    IF NOT EXISTS (SELECT FROM added) THEN RETURN NULL; END IF;
    SELECT jsonb_object_agg(key, mg) INTO open FROM (
      SELECT key, sum(mg) AS mg FROM (
        SELECT account_id AS key, -debits_mg AS mg FROM added
        UNION ALL SELECT -account_id, -credits_mg FROM added
        UNION ALL SELECT key::integer, value::numeric FROM jsonb_each_text(open)) AS sums
      GROUP BY key HAVING sum(mg) <> 0) AS left_over;
  ELSE
    SELECT jsonb_object_agg(key, mg) INTO open FROM (
      SELECT key, sum(mg) AS mg FROM (
        SELECT account_id AS key, -debits_mg AS mg FROM added
        UNION ALL SELECT -account_id, -credits_mg FROM added
        UNION ALL SELECT account_id, debits_mg FROM removed
        UNION ALL SELECT -account_id, credits_mg FROM removed
        UNION ALL SELECT key::integer, value::numeric FROM jsonb_each_text(open)) AS sums
      GROUP BY key HAVING sum(mg) <> 0) AS left_over;
  END IF;
  PERFORM set_config('urbanmine.unsettled', coalesce(open::text, ''), true);
  RETURN NULL;
END $$;

CREATE TRIGGER settle AFTER INSERT ON posting REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION settle_books();
CREATE TRIGGER settle_new AFTER INSERT ON balance REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION settle_books();
CREATE TRIGGER settle_grown AFTER UPDATE ON balance
  REFERENCING OLD TABLE AS removed NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION settle_books();

CREATE FUNCTION require_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('urbanmine.unsettled', true) <> '' THEN
    RAISE EXCEPTION 'postings and balances differ by %',
      left(current_setting('urbanmine.unsettled'), 200)
      USING ERRCODE = 'integrity_constraint_violation',
        HINT = 'mg by account: debits, and credits under its negative id';
  END IF;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER settled AFTER INSERT ON posting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_settled();
CREATE CONSTRAINT TRIGGER settled AFTER INSERT OR UPDATE ON balance
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_settled();
`;

/**
 * Who may do what. The roles are of the whole server and cannot log in: a login is made a member
 * (`GRANT ingest TO urbanmine_ledger`). Nobody has UPDATE or DELETE where none is needed.
 */
export const ROLES = `
DO $$
DECLARE
  role text;
BEGIN
  FOREACH role IN ARRAY ARRAY['eraser', 'ingest', 'reader', 'signer'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', role);
      EXCEPTION
        -- Another database of this server is being migrated.
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN
          RAISE EXCEPTION 'role % is missing and % may not create it', role, current_user
            USING ERRCODE = 'insufficient_privilege',
              HINT = 'as an administrator: CREATE ROLE ' || role || ' NOLOGIN';
      END;
    END IF;
  END LOOP;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO eraser, ingest, reader, signer',
    current_database());
END $$;

GRANT USAGE ON SCHEMA public TO eraser, ingest, reader, signer;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO ingest, reader;

GRANT INSERT ON account, balance, boot, chunk, exception, fact, fence, lot, parked, posting,
  publish_cursor, run, shipment, site, tile, total, visit TO ingest;
GRANT UPDATE ON balance, boot, fence, lot, parked, publish_cursor, run, shipment, site, total, visit
  TO ingest;
GRANT UPDATE (data) ON tile TO ingest;
GRANT UPDATE (closed_index, closed_reason) ON exception TO ingest;
GRANT UPDATE (adopted_index) ON registry TO ingest;
GRANT DELETE ON parked TO ingest;

GRANT SELECT ON checkpoint, cosignature, log_key, site, tile TO signer;
GRANT INSERT ON checkpoint, cosignature, log_key TO signer;
`;
