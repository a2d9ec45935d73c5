import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What assays of lots have told of the sensors that read them. Additive. */
const WATCH_SENSORS = `
ALTER TABLE site ADD COLUMN sensors jsonb NOT NULL DEFAULT '[]';
COMMENT ON COLUMN site.sensors IS
  'watch of each sensor and analyte for a lasting shift: sums, steps, open exception';
`;

export class WatchSensors1764001500000 implements MigrationInterface {
  readonly name = 'WatchSensors1764001500000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(WATCH_SENSORS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the ledger is never taken back; restore a backup instead'));
  }
}
