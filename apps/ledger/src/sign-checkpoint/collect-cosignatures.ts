import type { Pool } from '#database';
import type { Logger } from '#process';
import { consistencyProof } from '#tlog';
import type { LedgerMetrics } from '../ledger.metrics.js';
import { readTiles } from './checkpoint.store.js';
import { type NewestCheckpoint, insertCosignatures, readNewest } from './cosignature.store.js';
import type { WitnessAnswer, WitnessPort } from './witness-client.js';

export interface CollectParts {
  readonly pool: Pool;
  readonly quorum: number;
  readonly witnesses: readonly WitnessPort[];
  /** The partitions for which this process may speak now. */
  readonly owned: () => Promise<ReadonlySet<number>>;
  readonly metrics: LedgerMetrics;
  readonly logger: Logger;
}

/** What is known of a witness. */
interface Standing {
  readonly witness: WitnessPort;
  /** Size that it cosigned last, by site. */
  readonly sizes: Map<string, number>;
  /** Size of a site's log that it would not cosign: not asked again until the log has grown. */
  readonly refused: Map<string, number>;
  failures: number;
  askAgainAt: number;
}

const PAUSE_MIN_MS = 1_000;
const PAUSE_MAX_MS = 60_000;

/** What was gathered for the newest checkpoint of a site; of an idle site over many rounds. */
interface Gathered {
  readonly size: number;
  /** Signature lines by witness. */
  readonly lines: Map<string, string>;
}

/**
 * Gets the newest checkpoints cosigned (C2SP tlog-witness), beside the signing and never before it.
 * Each witness has rounds of its own, so that a slow one holds up no other, and one that does not
 * answer is left alone for a while. Lines are stored when k of one checkpoint are there, later ones
 * as they come, so that whoever reads the table shows no checkpoint with too few.
 */
export class CollectCosignatures {
  private readonly standings: readonly Standing[];
  private readonly gathered = new Map<string, Gathered>();
  private readonly stopping = new AbortController();

  constructor(private readonly parts: CollectParts) {
    this.standings = parts.witnesses.map((witness) => ({
      witness,
      sizes: new Map(),
      refused: new Map(),
      failures: 0,
      askAgainAt: 0,
    }));
    parts.metrics.witnesses.set(parts.witnesses.length);
  }

  /** A round of each witness: asks it for the checkpoints that stand now. */
  get rounds(): { readonly witness: string; readonly run: () => Promise<void> }[] {
    return this.standings.map((standing) => ({
      witness: standing.witness.name,
      run: () => this.askAll(standing),
    }));
  }

  /** Gives up what is being asked. */
  stop(): void {
    this.stopping.abort();
  }

  private async askAll(standing: Standing): Promise<void> {
    if (standing.askAgainAt > Date.now()) return;
    const partitions = await this.parts.owned();
    if (partitions.size === 0) return;
    for (const checkpoint of await readNewest(this.parts.pool, partitions)) {
      const { siteId, size } = checkpoint;
      const known = standing.sizes.get(siteId) ?? 0;
      if (known === size || standing.refused.get(siteId) === size) continue;
      const answer = await this.ask(standing, checkpoint, known);
      if (this.stopping.signal.aborted || !this.judge(standing, checkpoint, answer)) return;
      if (answer.kind === 'cosigned') {
        await this.keep(checkpoint, standing.witness.name, answer.line);
        standing.sizes.set(siteId, size);
      }
    }
  }

  /** The witness says where it stands when that is not where we thought, and is asked once more. */
  private async ask(
    standing: Standing,
    checkpoint: NewestCheckpoint,
    known: number,
  ): Promise<WitnessAnswer> {
    const first = await this.addCheckpoint(standing, checkpoint, known);
    if (first.kind !== 'conflict' || first.size === null || first.size > checkpoint.size) {
      return first;
    }
    return first.size === known ? first : this.addCheckpoint(standing, checkpoint, first.size);
  }

  private async addCheckpoint(
    { witness }: Standing,
    { siteId, size, note }: NewestCheckpoint,
    oldSize: number,
  ): Promise<WitnessAnswer> {
    const grows = oldSize > 0 && oldSize < size;
    const proof = grows
      ? consistencyProof(oldSize, size, await readTiles(this.parts.pool, siteId, oldSize, size))
      : [];
    return witness.addCheckpoint({ oldSize, proof, note }, this.stopping.signal);
  }

  /** Notes what an answer says of the witness; false: it is not asked further in this round. */
  private judge(
    standing: Standing,
    { siteId, size }: NewestCheckpoint,
    answer: WitnessAnswer,
  ): boolean {
    const { metrics, logger } = this.parts;
    const { name } = standing.witness;
    metrics.witnessAnswers.inc({ outcome: answer.kind });
    if (answer.kind === 'unreachable') {
      const pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_MIN_MS * 2 ** standing.failures);
      standing.failures += 1;
      standing.askAgainAt = Date.now() + pauseMs;
      logger.warn({ witness: name, detail: answer.detail, pauseMs }, 'a witness does not answer');
      return false;
    }
    standing.failures = 0;
    if (answer.kind === 'cosigned') return true;
    // It may have seen another history of this log than we have, which nobody must overlook.
    const detail = answer.kind === 'conflict' ? `it stands at ${answer.size}` : answer.detail;
    logger.error({ witness: name, siteId, size, detail }, 'a witness does not cosign the log');
    standing.refused.set(siteId, size);
    return true;
  }

  private async keep(
    { siteId, size }: NewestCheckpoint,
    witness: string,
    line: string,
  ): Promise<void> {
    const { pool, quorum, metrics } = this.parts;
    let gathered = this.gathered.get(siteId);
    if (gathered === undefined || gathered.size < size) {
      gathered = { size, lines: new Map() };
      this.gathered.set(siteId, gathered);
    }
    // A faster witness has gone on to a larger checkpoint: this line has no company any more.
    if (gathered.size > size) return;
    const { lines } = gathered;
    lines.set(witness, line);
    if (lines.size < quorum) return;
    if (lines.size === quorum) metrics.cosignedCheckpoints.inc();
    await insertCosignatures(pool, siteId, size, lines);
  }
}
