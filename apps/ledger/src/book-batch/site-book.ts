import { invariant } from '#contracts';
import type { WorkingSet } from '#custody';
import { type Frontier, equalBytes, frontierRoot } from '#tlog';

/** What is held of a site between batches; as old as the last commit or thrown away. */
export interface SiteBook {
  readonly siteId: string;
  readonly partition: number;
  /** It has a row; a new site is inserted by its first batch. */
  stored: boolean;
  readonly set: WorkingSet;
  frontier: Frontier;
  root: Uint8Array;
  /** Ids of accounts by key. */
  readonly accounts: Map<string, number>;
}

/** The stored tree state agrees with itself, before anything is appended to it. */
export function assertTreeIsWhole({ siteId, frontier, root, set }: SiteBook): void {
  invariant(
    frontier.size === set.site.treeSize && equalBytes(frontierRoot(frontier), root),
    `the stored tree of ${siteId} is damaged: its frontier does not give its root`,
  );
}

const SITES_MAX = 64;
/** Lots, runs, visits, shipments and accounts of one site. */
const STATES_MAX = 20_000;

/** The books of the sites in work, the most recently used last. */
export class SiteBooks {
  private readonly books = new Map<string, SiteBook>();

  get(siteId: string): SiteBook | undefined {
    return this.books.get(siteId);
  }

  /** After a commit, so that the next batch loads nothing; large ones are loaded anew. */
  keep(book: SiteBook): void {
    this.books.delete(book.siteId);
    // Copies are rare; their blocks are looked up when one comes.
    book.set.digestBlocks.clear();
    const { lots, runs, visits, shipments, office } = book.set;
    // Requests are rare too, and what they look up is as old as the transaction.
    office.balances = null;
    office.exceptions.clear();
    office.originals.clear();
    const states =
      [lots, runs, visits, shipments, office.claims].reduce((all, { size }) => all + size, 0) +
      book.accounts.size;
    if (states > STATES_MAX) return;
    this.books.set(book.siteId, book);
    const oldest = this.books.keys().next();
    if (this.books.size > SITES_MAX && !oldest.done) this.books.delete(oldest.value);
  }

  /** MUST be called for every site of a batch that failed: the fold has changed its book. */
  drop(siteIds: Iterable<string>): void {
    for (const siteId of siteIds) this.books.delete(siteId);
  }

  dropPartition(partition: number): void {
    this.drop(
      [...this.books.values()].filter((b) => b.partition === partition).map((b) => b.siteId),
    );
  }
}
