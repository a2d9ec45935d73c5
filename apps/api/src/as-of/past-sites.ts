import { BadRequestException, ServiceUnavailableException } from '@nestjs/common';
import type { Snapshots } from '../answers/snapshots.js';
import { type PastSite, foldPast } from './past-site.js';

/** Entries that one answer about the past may fold; beyond it an audit is the way. */
const PAST_ENTRIES_MAX = 100_000;
/** Folded sites that are kept, each for one size. */
const KEPT_MAX = 8;
/** Folds that may wait for the one that runs. */
const WAITING_MAX = 4;

interface Bounds {
  readonly entries: number;
  readonly kept: number;
  readonly waiting: number;
}

const BOUNDS: Bounds = { entries: PAST_ENTRIES_MAX, kept: KEPT_MAX, waiting: WAITING_MAX };

type Fold = (siteId: string, treeSize: number) => Promise<PastSite>;

/**
 * Sites as they were known, folded when they are asked for and kept a while: below a signed size
 * nothing changes any more. One fold runs at a time, and those who ask for the same wait for it
 * together.
 */
export class PastSites {
  /** By site and size; the one that was asked for longest ago comes first. */
  private readonly kept = new Map<string, Promise<PastSite>>();
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(
    private readonly fold: Fold,
    private readonly bounds = BOUNDS,
  ) {}

  static over(snapshots: Snapshots): PastSites {
    return new PastSites((siteId, treeSize) => foldPast(snapshots.single, siteId, treeSize));
  }

  /** 400 beyond the bound on entries, 503 when too many folds wait. */
  async of(siteId: string, treeSize: number): Promise<PastSite> {
    const { entries, kept } = this.bounds;
    if (treeSize > entries) {
      throw new BadRequestException(
        `asOf: the log of "${siteId}" had ${treeSize} entries then, and this answer is folded from ` +
          `${entries} at most; ask for the balance or the exceptions, or audit the log up to there`,
      );
    }
    const key = `${siteId} ${treeSize}`;
    const folded = this.kept.get(key) ?? this.inTurn(siteId, treeSize);
    this.kept.delete(key);
    this.kept.set(key, folded);
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= kept) break;
      this.kept.delete(oldest);
    }
    try {
      return await folded;
    } catch (error) {
      // What failed may succeed when it is asked for again.
      if (this.kept.get(key) === folded) this.kept.delete(key);
      throw error;
    }
  }

  private inTurn(siteId: string, treeSize: number): Promise<PastSite> {
    if (this.waiting > this.bounds.waiting) {
      throw new ServiceUnavailableException(
        'asOf: too many answers about the past are being folded; try again in a second',
      );
    }
    this.waiting += 1;
    const folded = this.last.then(() => this.fold(siteId, treeSize));
    const done = (): void => {
      this.waiting -= 1;
    };
    this.last = folded.then(done, done);
    return folded;
  }
}
