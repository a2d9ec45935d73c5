import type { MigrationInterface, QueryRunner } from 'typeorm';
import { BALANCED, COSIGNATURES, INSERT_ONLY, ROLES } from './guard-the-ledger.sql.js';

/** The database refuses what the rules never do, and knows who may do what. Additive. */
export class GuardTheLedger1764000100000 implements MigrationInterface {
  readonly name = 'GuardTheLedger1764000100000';

  async up(runner: QueryRunner): Promise<void> {
    for (const script of [COSIGNATURES, INSERT_ONLY, BALANCED, ROLES]) await runner.query(script);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the ledger is never taken back; restore a backup instead'));
  }
}
