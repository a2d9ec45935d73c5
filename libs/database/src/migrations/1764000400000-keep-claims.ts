import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the office's requests make: policy, credits, claims, closed periods. Additive. */
const KEEP_CLAIMS = `
ALTER TABLE site ADD COLUMN policy jsonb NOT NULL
  DEFAULT '{"rules": 1, "period": 1, "periodFrom": 0, "conversion": null}';
COMMENT ON COLUMN site.policy IS 'what the office has put in force: rules, factors, open period';

CREATE TABLE credit (
  site_id text NOT NULL,
  characteristic text NOT NULL,
  period integer NOT NULL CHECK (period > 0),
  changed_index bigint NOT NULL,
  state jsonb NOT NULL,
  PRIMARY KEY (site_id, characteristic, period)
) WITH (fillfactor = 50);

CREATE TABLE claim (
  site_id text NOT NULL,
  claim_id text NOT NULL,
  characteristic text NOT NULL,
  model text NOT NULL,
  status text NOT NULL,
  lot_id text,
  changed_index bigint NOT NULL,
  state jsonb NOT NULL,
  PRIMARY KEY (site_id, claim_id)
) WITH (fillfactor = 50);
CREATE INDEX claim_lot ON claim (site_id, lot_id) WHERE lot_id IS NOT NULL;

CREATE TABLE period (
  site_id text NOT NULL,
  period integer NOT NULL CHECK (period > 0),
  from_index bigint NOT NULL,
  to_index bigint NOT NULL,
  fact_seq bigint NOT NULL,
  balances_root bytea NOT NULL CHECK (octet_length(balances_root) = 32),
  PRIMARY KEY (site_id, period),
  CHECK (from_index < to_index)
);
COMMENT ON COLUMN period.to_index IS 'exclusive: log index of its period.closed';

ALTER TABLE exception ADD COLUMN acknowledged_index bigint, ADD COLUMN acknowledged_by text;

GRANT SELECT ON credit, claim, period TO ingest, reader;
GRANT INSERT ON credit, claim, period TO ingest;
GRANT UPDATE ON credit, claim TO ingest;
GRANT UPDATE (acknowledged_index, acknowledged_by) ON exception TO ingest;
`;

/** Closed periods stay closed, whoever writes. */
const GUARD_PERIODS = `
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON period
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON claim
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON credit
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE FUNCTION keep_exception() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_jsonb(old) - '{closed_index,closed_reason,acknowledged_index,acknowledged_by}'::text[]
      IS DISTINCT FROM
      to_jsonb(new) - '{closed_index,closed_reason,acknowledged_index,acknowledged_by}'::text[]
    OR old.closed_index IS NOT NULL AND (old.closed_index, old.closed_reason)
      IS DISTINCT FROM (new.closed_index, new.closed_reason)
    OR old.acknowledged_index IS NOT NULL AND (old.acknowledged_index, old.acknowledged_by)
      IS DISTINCT FROM (new.acknowledged_index, new.acknowledged_by)
  THEN
    RAISE EXCEPTION 'exception % can only be acknowledged and closed, once', old.exception_id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN new;
END $$;

CREATE FUNCTION keep_periods() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM period p
    WHERE p.to_index > (SELECT min(a.from_index) FROM added a WHERE a.site_id = p.site_id)
  ) THEN
    RAISE EXCEPTION 'a posting is of a period that is closed'
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER periods_stay_closed AFTER INSERT ON posting REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION keep_periods();

CREATE FUNCTION open_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF new.from_index <> coalesce(
      (SELECT p.to_index FROM period p WHERE p.site_id = new.site_id AND p.period = new.period - 1),
      CASE new.period WHEN 1 THEN 0 END, -1)
    -- What is netted is of one commit, which has fewer entries than this.
    OR EXISTS (SELECT FROM posting WHERE site_id = new.site_id AND to_index > new.to_index
      AND from_index < new.to_index AND from_index >= new.to_index - 65536)
  THEN
    RAISE EXCEPTION 'period % of % does not follow the one before, or a posting spans its end',
      new.period, new.site_id USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER in_order BEFORE INSERT ON period FOR EACH ROW EXECUTE FUNCTION open_period();
`;

export class KeepClaims1764000400000 implements MigrationInterface {
  readonly name = 'KeepClaims1764000400000';

  async up(runner: QueryRunner): Promise<void> {
    for (const script of [KEEP_CLAIMS, GUARD_PERIODS]) await runner.query(script);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the ledger is never taken back; restore a backup instead'));
  }
}
