import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Openings of commitments, encrypted, beside the log: the one thing that is ever deleted, by nobody
 * but the role `eraser`, and each erasure stays on record. Additive.
 */
const KEEP_OPENINGS = `
CREATE TABLE opening (
  site_id text NOT NULL,
  source text NOT NULL,
  boot bigint NOT NULL,
  seq bigint NOT NULL,
  place integer NOT NULL CHECK (place >= 0),
  about text NOT NULL,
  field text NOT NULL,
  commitment text NOT NULL,
  jwe text NOT NULL,
  PRIMARY KEY (site_id, source, boot, seq, place)
);
CREATE INDEX opening_about ON opening (about);
COMMENT ON TABLE opening IS 'what opens commitments, encrypted to the site; may be erased';

CREATE TABLE erasure (
  erasure_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  site_id text NOT NULL,
  about text NOT NULL,
  field text NOT NULL,
  commitment text NOT NULL,
  actor text NOT NULL,
  reason text NOT NULL,
  erased_at timestamptz(3) NOT NULL DEFAULT now()
);
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON erasure
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The owner too has to become the eraser first, so nothing is deleted by accident.
CREATE FUNCTION refuse_all_but_eraser() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF tg_op = 'DELETE' AND current_user = 'eraser' THEN RETURN NULL; END IF;
  RAISE EXCEPTION '% of opening is refused: use urbanmine confidential erase', tg_op
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER only_erased BEFORE UPDATE OR DELETE OR TRUNCATE ON opening
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_all_but_eraser();

GRANT INSERT ON opening TO ingest;
GRANT SELECT, DELETE ON opening TO eraser;
GRANT SELECT, INSERT ON erasure TO eraser;
GRANT SELECT ON erasure TO reader;
`;

export class KeepOpenings1764000510000 implements MigrationInterface {
  readonly name = 'KeepOpenings1764000510000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(KEEP_OPENINGS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the ledger is never taken back; restore a backup instead'));
  }
}
