import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a lot is by ISO 22095, where it lies and how often it was run; states of before get what the
 * rules know of a lot that the yard never touched. Additive.
 */
const KEEP_CUSTODY = `
ALTER TABLE lot
  ADD COLUMN model text CHECK (model IN ('identity-preserved', 'segregated', 'controlled-blending',
    'mass-balance', 'book-and-claim')),
  ADD COLUMN pass integer NOT NULL DEFAULT 0 CHECK (pass >= 0),
  ADD COLUMN place text;
ALTER TABLE lot ADD CONSTRAINT lot_status CHECK (status IN ('provisional', 'open', 'quarantined',
  'consumed', 'counted', 'dispatched'));
COMMENT ON COLUMN lot.model IS 'chain-of-custody model; null = not known what it is made of';
COMMENT ON COLUMN lot.pass IS 'runs that the material went through';

UPDATE lot SET state = jsonb '{"custody": null, "wantedModel": null, "pass": 0, "place": null,
  "moisture": null, "quarantine": null, "successor": null, "contributions": []}' || state;
UPDATE run SET state = jsonb '{"pass": 1}' || state;

DROP INDEX lot_open;
CREATE INDEX lot_in_stock ON lot (site_id) WHERE status IN ('provisional', 'open', 'quarantined');
`;

export class KeepCustody1764000300000 implements MigrationInterface {
  readonly name = 'KeepCustody1764000300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(KEEP_CUSTODY);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('the ledger is never taken back; restore a backup instead'));
  }
}
