import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Lets an auditor see that each opening belongs to an entry, and not what it opens: the commitments
 * are in the log already, the encrypted values stay with the eraser. Additive.
 */
const PLACE_OPENINGS = `
GRANT SELECT (site_id, source, boot, seq, place, about, field, commitment) ON opening TO reader;
`;

export class PlaceOpenings1764001400000 implements MigrationInterface {
  readonly name = 'PlaceOpenings1764001400000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PLACE_OPENINGS);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the ledger is never taken back; restore a backup instead'));
  }
}
