import { hash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from '#database';
import type { Logger } from '#process';
import type { Claims } from '../claim-partition/claims.js';
import { failpoint } from '../failpoint.js';
import { type LedgerMetrics, REFUSAL_REASONS, type RefusalReason } from '../ledger.metrics.js';
import {
  type NewCheckpoint,
  type SignableSite,
  insertCheckpoints,
  insertKeys,
  readSignable,
  readTiles,
  readUnsigned,
} from './checkpoint.store.js';
import type { Guard } from './guard-file.js';
import { type SigningVerdict, type TreeHead, judgeSigning } from './judge-signing.js';
import type { SignerKeys } from './signer-keys.js';

export interface SignCheckpointParts {
  readonly pool: Pool;
  readonly claims: Claims;
  readonly guard: Guard;
  readonly keys: SignerKeys;
  readonly metrics: LedgerMetrics;
  readonly logger: Logger;
  /** Where `urbanmine signer adopt` leaves its word: see `adoptRefused`. */
  readonly dataDir: string;
  readonly onSigned: (siteIds: readonly string[]) => void;
}

export interface Refusal {
  readonly reason: RefusalReason;
  readonly detail: string;
}

/** Written by `urbanmine signer adopt`: the sites whose state in the database is accepted as it is. */
const ADOPT_FILE = 'guard-adopt.json';
const REMEDY =
  'find out what happened to the database; to accept it as it is, run `urbanmine signer adopt`';

/**
 * Signs the logs that have grown, committed sizes only, in this order: guard, checkpoint row, then
 * the outside. Dies the process after the guard, the same head may be signed again; after the row,
 * the publisher's cursor finds it. A refusal never stops the booking.
 */
export class SignCheckpoint {
  private readonly grown = new Map<string, number>();
  private readonly refusals = new Map<string, Refusal>();

  constructor(private readonly parts: SignCheckpointParts) {
    parts.claims.listen({
      onClaimed: async (partition) => {
        this.note(await readUnsigned(parts.pool, partition));
      },
      onDropped: () => undefined,
    });
  }

  /** The logs of these sites have grown. */
  note(siteIds: Iterable<string>): void {
    for (const siteId of siteIds) {
      if (!this.grown.has(siteId)) this.grown.set(siteId, Date.now());
    }
  }

  /** Sites that are not signed, with the reason. */
  get refused(): ReadonlyMap<string, Refusal> {
    return this.refusals;
  }

  /** One round over the sites that have grown. Returns how many were signed. */
  async run(): Promise<number> {
    this.observe();
    if (this.grown.size === 0) return 0;
    // Taken out before the database is read: what grows meanwhile is noted for the next round.
    const taken = new Map(this.grown);
    this.grown.clear();
    try {
      const signed = await this.signGrown([...taken.keys()]);
      for (const siteId of this.refusals.keys()) this.noteAgain(siteId, taken.get(siteId));
      return signed;
    } catch (error) {
      for (const [siteId, since] of taken) this.noteAgain(siteId, since);
      throw error;
    } finally {
      this.observe();
    }
  }

  private noteAgain(siteId: string, since: number | undefined): void {
    if (since !== undefined) this.grown.set(siteId, since);
  }

  private async signGrown(siteIds: readonly string[]): Promise<number> {
    const mine = await this.parts.claims.confirmed();
    const sites = await readSignable(this.parts.pool, siteIds);
    const adopted = this.adoptRefused();
    const heads = new Map<string, SignableSite>();
    for (const site of sites) {
      if (!mine.has(site.partition)) this.refusals.delete(site.siteId);
      else if (await this.maySign(site, adopted)) heads.set(site.siteId, site);
    }
    await this.sign(heads);
    return heads.size;
  }

  private async maySign(site: SignableSite, adopted: ReadonlySet<string>): Promise<boolean> {
    const { siteId, head, signedSize, vkeys } = site;
    const own = this.parts.keys.vkeys(siteId).log;
    const { pool, guard } = this.parts;
    if (adopted.has(siteId) || adopted.has('*')) {
      this.refusals.delete(siteId);
      this.parts.logger.warn({ siteId, size: head.size }, 'the guard adopts the log as it is');
      return true;
    }
    const last = guard.last(siteId);
    const needsProof = last !== null && last.size > 0 && head.size > last.size;
    const tiles = needsProof ? await readTiles(pool, siteId, last.size, head.size) : noTiles;
    const isInForce = vkeys.length === 0 || vkeys.at(-1) === own;
    const keyChanged = !isInForce && !site.adopted.includes(vkeyDigest(own));
    const wasSigned = signedSize !== null || vkeys.length > 0;
    this.judge(siteId, judgeSigning({ head, guard: last, wasSigned, keyChanged }, tiles));
    return !this.refusals.has(siteId);
  }

  private judge(siteId: string, verdict: SigningVerdict): void {
    if (verdict.sign) {
      this.refusals.delete(siteId);
      return;
    }
    const { reason, detail } = verdict;
    if (this.refusals.get(siteId)?.reason !== reason) {
      this.parts.logger.error({ siteId, reason, detail, remedy: REMEDY }, 'the log is not signed');
    }
    this.refusals.set(siteId, { reason, detail });
  }

  private async sign(sites: ReadonlyMap<string, SignableSite>): Promise<void> {
    if (sites.size === 0) return;
    const { pool, guard, keys, metrics, onSigned } = this.parts;
    const heads = new Map<string, TreeHead>();
    for (const [siteId, { head }] of sites) heads.set(siteId, head);
    guard.remember(heads);
    failpoint('after-guard');
    const now = Date.now();
    const checkpoints: NewCheckpoint[] = [];
    for (const { siteId, head, vkeys } of sites.values()) {
      const own = keys.vkeys(siteId);
      if (!vkeys.includes(own.log)) await insertKeys(pool, siteId, own);
      const note = keys.sign(siteId, head, Math.floor(now / 1000));
      checkpoints.push({ siteId, head, note, signedAt: new Date(now) });
    }
    await insertCheckpoints(pool, checkpoints);
    failpoint('after-checkpoint');
    metrics.checkpoints.inc(checkpoints.length);
    onSigned([...sites.keys()]);
  }

  /** An operator's word is used once and for those sites alone that are refused now. */
  private adoptRefused(): ReadonlySet<string> {
    const file = join(this.parts.dataDir, ADOPT_FILE);
    if (this.refusals.size === 0 || !existsSync(file)) return new Set();
    const { sites } = JSON.parse(readFileSync(file, 'utf8')) as { sites?: unknown };
    rmSync(file);
    const named = Array.isArray(sites) ? sites.map(String) : [];
    return new Set(named.filter((siteId) => siteId === '*' || this.refusals.has(siteId)));
  }

  private observe(): void {
    const { metrics } = this.parts;
    const oldest = Math.min(...this.grown.values());
    metrics.checkpointAge.set(this.grown.size === 0 ? 0 : (Date.now() - oldest) / 1000);
    const reasons = [...this.refusals.values()].map(({ reason }) => reason);
    for (const reason of REFUSAL_REASONS) {
      metrics.unsignedSites.set({ reason }, reasons.filter((found) => found === reason).length);
    }
  }
}

/** As `reference.adopted` names a key of the log. */
const vkeyDigest = (vkey: string): string => hash('sha256', vkey, 'hex');

const noTiles = (): never => {
  throw new Error('no tile is needed here');
};
