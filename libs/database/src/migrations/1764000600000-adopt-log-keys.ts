import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which keys a log has adopted, by its own entries: none else may sign it. Additive. */
const ADOPT_LOG_KEYS = `
CREATE TABLE log_key_adoption (
  site_id text NOT NULL,
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  log_index bigint NOT NULL CHECK (log_index >= 0),
  PRIMARY KEY (site_id, log_index)
);
COMMENT ON COLUMN log_key_adoption.digest IS 'SHA-256 of the vkey';

CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON log_key_adoption
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON log_key_adoption TO ingest, reader, signer;
GRANT INSERT ON log_key_adoption TO ingest;
`;

export class AdoptLogKeys1764000600000 implements MigrationInterface {
  readonly name = 'AdoptLogKeys1764000600000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ADOPT_LOG_KEYS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the ledger is never taken back; restore a backup instead'));
  }
}
