import { REPLAY_CLASSES } from '#custody';

/** What an audit can find; each class names its detector. */
export const FINDING_CLASSES = [
  'key-mismatch',
  'key-rotation',
  'checkpoint-signature',
  'checkpoint-time',
  'checkpoint-order',
  'split-view',
  'root-mismatch',
  'tile-mismatch',
  'bundle-malformed',
  'entry-unreadable',
  'entry-of-another-site',
  'speaker-unknown',
  'registry-altered',
  'key-changed-unstated',
  'seal-signature',
  'seal-chain',
  'seal-broken',
  'completeness',
  'class-differs',
  ...REPLAY_CLASSES,
  'rules-stopped',
  'books-I1',
  'books-I2',
  'books-I3',
  'books-I5',
  'books-I6',
  'books-I7',
  'books-I9',
  'books-I10',
  'books-I11',
  'books-I13',
  'database-log',
  'database-posting',
  'database-balance',
  'database-state',
  'database-fact',
] as const;
export type FindingClass = (typeof FINDING_CLASSES)[number];

export interface Finding {
  readonly class: FindingClass;
  /** Log index it is about; null: none. */
  readonly index: number | null;
  readonly what: string;
}

/** Findings that are kept word by word; a forged log can have one an entry. */
const KEPT_MAX = 1_000;

/** Collects what an audit finds: all of it counted, the first thousand kept. */
export class Findings {
  readonly kept: Finding[] = [];
  readonly byClass = new Map<FindingClass, number>();

  add(kind: FindingClass, index: number | null, what: string): void {
    this.byClass.set(kind, (this.byClass.get(kind) ?? 0) + 1);
    if (this.kept.length < KEPT_MAX) this.kept.push({ class: kind, index, what });
  }

  get total(): number {
    let total = 0;
    for (const count of this.byClass.values()) total += count;
    return total;
  }
}

/** Something that could not be read, so that the audit can say nothing of it. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
