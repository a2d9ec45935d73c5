import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which versions of reference books a log has adopted, by its own entries. Additive. */
const ADOPT_BOOKS = `
CREATE TABLE book_adoption (
  site_id text NOT NULL,
  log_index bigint NOT NULL CHECK (log_index >= 0),
  reference text NOT NULL CHECK (reference IN ('book', 'recipe', 'prices')),
  name text NOT NULL,
  version bigint NOT NULL CHECK (version > 0),
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  PRIMARY KEY (site_id, log_index)
);
COMMENT ON TABLE book_adoption IS 'reference.adopted of books; of a name the newest is in force';

CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE OR TRUNCATE ON book_adoption
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

GRANT SELECT ON book_adoption TO ingest, reader;
GRANT INSERT ON book_adoption TO ingest;
`;

export class AdoptBooks1764001410000 implements MigrationInterface {
  readonly name = 'AdoptBooks1764001410000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ADOPT_BOOKS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the ledger is never taken back; restore a backup instead'));
  }
}
