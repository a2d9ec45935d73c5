import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Shipments between sites: one may be received here that was dispatched elsewhere, or not yet, and
 * notices wait for the ledgers of other sites. Additive.
 */
const MEET_OTHER_SITES = `
ALTER TABLE shipment ALTER COLUMN consignee DROP NOT NULL;
COMMENT ON COLUMN shipment.consignee IS 'null: its dispatch is not booked here';

CREATE TABLE notice (
  site_id text NOT NULL,
  destination text NOT NULL CHECK (destination <> site_id),
  seq bigint NOT NULL CHECK (seq > 0),
  attributes jsonb NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (site_id, destination, seq)
);
COMMENT ON TABLE notice IS 'transfer.notified for the log of another site, in its bytes';
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON notice
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON notice TO ingest, reader;
GRANT INSERT ON notice TO ingest;
`;

export class MeetOtherSites1764000500000 implements MigrationInterface {
  readonly name = 'MeetOtherSites1764000500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(MEET_OTHER_SITES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the ledger is never taken back; restore a backup instead'));
  }
}
