import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The best grade that a lot was found to keep, to search by. Additive. */
const KEEP_GRADES = `
ALTER TABLE lot ADD COLUMN keeps_grade text;
COMMENT ON COLUMN lot.keeps_grade IS
  'best grade that the newest lot.graded found kept; null = none, or not graded';
CREATE INDEX lot_grade ON lot (COALESCE(keeps_grade, material_class), opened_time, lot_id);
DROP INDEX lot_class;
`;

export class KeepGrades1764000700000 implements MigrationInterface {
  readonly name = 'KeepGrades1764000700000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(KEEP_GRADES);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the ledger is never taken back; restore a backup instead'));
  }
}
