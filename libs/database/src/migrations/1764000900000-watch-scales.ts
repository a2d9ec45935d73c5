import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the watches for lasting shifts of scales have come to. Additive. */
const WATCH_SCALES = `
ALTER TABLE site ADD COLUMN scales jsonb NOT NULL DEFAULT '[]';
COMMENT ON COLUMN site.scales IS 'watch of each scale for a lasting shift: sums, steps, open exception';
`;

export class WatchScales1764000900000 implements MigrationInterface {
  readonly name = 'WatchScales1764000900000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(WATCH_SCALES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the ledger is never taken back; restore a backup instead'));
  }
}
