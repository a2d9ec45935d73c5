import { type Pool, transaction } from '#database';
import type { Logger } from '#process';
import type { Claims } from '../claim-partition/claims.js';
import type { InvariantMetrics } from './invariants.metrics.js';
import { type BrokenRow, INVARIANTS, readBroken } from './invariants.store.js';

/** At most this share of a core goes into looking. */
const PAUSES_PER_LOOK = 50;
/** A look reads every balance, some seconds for millions of lots. A shutdown waits for it at most. */
const LOOK_MAX_MS = 30_000;

/**
 * Looks at the books of the sites that this ledger owns, again and again: what the database itself
 * refuses (an unbalanced transaction, an altered row) cannot be seen here, so whatever is seen was
 * done around it. The flow goes on: an auditor needs what comes, and the metric calls somebody.
 */
export class CheckInvariants {
  private restUntilMs = 0;

  constructor(
    private readonly parts: {
      readonly pool: Pool;
      readonly claims: Pick<Claims, 'confirmed'>;
      readonly metrics: InvariantMetrics;
      readonly logger: Logger;
    },
  ) {}

  async run(): Promise<BrokenRow[]> {
    const { pool, claims, metrics, logger } = this.parts;
    const partitions = [...(await claims.confirmed())];
    const startedMs = Date.now();
    if (startedMs < this.restUntilMs) return [];
    // Who owns nothing looks at nothing, and says nothing of it any more.
    const broken = await transaction(pool, async (client) => {
      await client.query(`SET LOCAL statement_timeout = ${LOOK_MAX_MS}`);
      return readBroken(client, partitions);
    }).finally(() => {
      this.restUntilMs = Date.now() + PAUSES_PER_LOOK * (Date.now() - startedMs);
    });
    for (const invariant of INVARIANTS) {
      const rows = broken.filter((row) => row.invariant === invariant).length;
      metrics.checks.inc({ invariant });
      metrics.broken.set({ invariant }, rows);
    }
    for (const { siteId, ...row } of broken) {
      logger.error({ site: siteId, ...row }, 'an invariant of the books is broken');
    }
    return broken;
  }
}
