import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is kept of the last 65,536 seqs of each boot, so that a copy is told from other bytes: a ring
 * of blocks, in which a new one takes the place of the oldest. Additive.
 */
const KEEP_DIGESTS = `
CREATE TABLE digest_block (
  site_id text NOT NULL,
  source text NOT NULL,
  boot bigint NOT NULL,
  slot smallint NOT NULL CHECK (slot BETWEEN 0 AND 1023),
  block bigint NOT NULL CHECK (block >= 0 AND block % 1024 = slot),
  digests bytea NOT NULL CHECK (octet_length(digests) = 512),
  PRIMARY KEY (site_id, source, boot, slot)
);
COMMENT ON COLUMN digest_block.digests IS
  'of seqs block * 64 + 1 and on, the first 8 bytes of SHA-256 over both digests; zeros = none';

GRANT SELECT ON digest_block TO ingest, reader;
GRANT INSERT, UPDATE ON digest_block TO ingest;
`;

export class KeepDigests1764000200000 implements MigrationInterface {
  readonly name = 'KeepDigests1764000200000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(KEEP_DIGESTS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the ledger is never taken back; restore a backup instead'));
  }
}
