import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the office says of erroneous events now; what they said stays in the log. Additive. */
const KEEP_CORRECTIONS = `
CREATE TABLE correction (
  site_id text NOT NULL,
  source text NOT NULL,
  boot bigint NOT NULL,
  seq bigint NOT NULL,
  errs bigint NOT NULL CHECK (errs >= 0),
  changed_index bigint NOT NULL,
  state jsonb NOT NULL,
  PRIMARY KEY (site_id, source, boot, seq)
);
COMMENT ON COLUMN correction.errs IS 'log index of the event that erred';

CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON correction
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON correction TO ingest, reader;
GRANT INSERT, UPDATE ON correction TO ingest;
`;

export class KeepCorrections1764000410000 implements MigrationInterface {
  readonly name = 'KeepCorrections1764000410000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(KEEP_CORRECTIONS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the ledger is never taken back; restore a backup instead'));
  }
}
