import type { MigrationInterface, QueryRunner } from 'typeorm';
import { BOOKS, LOG, STATES, STREAM } from './open-the-ledger.sql.js';

/** The first schema. Plain SQL of the PostgreSQL 15 subset. */
export class OpenTheLedger1764000000000 implements MigrationInterface {
  readonly name = 'OpenTheLedger1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const script of [STREAM, LOG, BOOKS, STATES]) await runner.query(script);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the ledger is never taken back; restore a backup instead'));
  }
}
