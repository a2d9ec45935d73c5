import type { Finding, Findings } from './findings.js';
import type { Head } from './read-head.js';
import type { RulesCounts } from './rules-check.js';
import type { SealCounts } from './seal-check.js';

/** Something that could not be looked at. */
export interface Incomplete {
  /** Log index from which on it is unknown; null: not of entries. */
  readonly index: number | null;
  readonly what: string;
}

export interface WalkResult {
  readonly counts: RulesCounts;
  readonly incomplete: readonly Incomplete[];
  /** Rows of a database that were held against the log; null: there was none. */
  readonly databaseCompared: number | null;
  readonly roots: number;
  readonly tiles: number;
  readonly hashSeconds: number;
  readonly rulesSeconds: number;
  readonly totalSeconds: number;
}

/** The invariants that are checked, by their names in the ledger's reference. */
export const CHECKS = {
  I1: 'every posting has a debit and a credit in one book',
  I2: 'each book balances to zero',
  I3: 'states of lots agree with their postings',
  I5: 'no lot is below zero at any prefix',
  I6: 'a balanced run holds nothing',
  I7: 'what is on its way is never below zero, and nothing after its last load',
  I9: 'every claim stands whole in the account of its model, and only units are retired',
  I10: 'no credits, claims or units are overdrawn at any prefix',
  I11: 'no lot is both dispatched whole and in stock',
  I13: 'where pieces and containers of an outlet differ an exception is open',
  I14: 'log indexes are contiguous',
  I15: 'every leaf and every hash tile follows from the entries',
  I16: 'the root at every signed size follows from the entries',
  I17: 'every checkpoint is signed, larger than the one before and consistent with the newest',
  I18: 'every seq of every station is in the log once, or in a declared gap',
  facts: 'every fact is what the rules make of the entries before it, byte for byte',
  seals: 'what a station sealed is what it said',
  speakers: 'who speaks is enrolled, and keys change by their own word only',
  keys: 'a key that signs was adopted by an entry under the key before it',
  classes: 'with --classes: class, confidence and flags of each piece, by the model it names',
  database: 'with --database: its entries, tiles, postings, balances, states and facts (I3, I4)',
} as const;

/** What no look at one log can show; printed with every verdict. */
const BLIND_SPOTS = [
  'what a station was told to say, or did not say before its first seal',
  'events that no seal covers and no later fact rests on, altered by who holds the log key',
  'a log rebuilt as a whole: only a checkpoint kept from before shows it (--checkpoint)',
  'the order in which events of different stations came, and their ingest times',
] as const;
const WITHOUT_DATABASE =
  'postings, balances and states in the database: they are made again here (--database compares)';

const WITHOUT_CLASSES = 'classes of pieces: they are taken as named (--classes makes them again)';

export interface AuditReport {
  readonly verdict: 'clean' | 'findings' | 'incomplete';
  readonly source: string;
  readonly log: {
    readonly origin: string;
    readonly vkey: string;
    readonly trustedOnFirstUse: boolean;
    readonly size: number;
    readonly root: string;
    /** RFC 3339; null: not cosigned with a time. */
    readonly time: string | null;
  } | null;
  readonly counts: Readonly<Record<string, number>>;
  readonly seals: Readonly<Record<string, SealCounts>>;
  readonly stations: Readonly<Record<string, { events: number; gapped: number }>>;
  readonly checks: Readonly<Record<string, string>>;
  readonly cannotSee: readonly string[];
  readonly findingsByClass: Readonly<Record<string, number>>;
  /** At most 1,000. */
  readonly findings: readonly Finding[];
  readonly incomplete: readonly Incomplete[];
  /** CPU seconds of one core, and wall time with all reading. */
  readonly speed: Readonly<Record<string, number>>;
}

export function makeReport(parts: {
  readonly source: string;
  readonly findings: Findings;
  readonly head: Head | null;
  readonly walk: WalkResult | null;
}): AuditReport {
  const { source, findings, head, walk } = parts;
  const incomplete = walk?.incomplete ?? [];
  return {
    verdict: findings.total > 0 ? 'findings' : incomplete.length > 0 ? 'incomplete' : 'clean',
    source,
    log: head === null ? null : logOf(head),
    counts: countsOf(head, walk),
    seals: Object.fromEntries(walk?.counts.seals ?? []),
    stations: Object.fromEntries(walk?.counts.speakers ?? []),
    checks: CHECKS,
    cannotSee: [
      ...BLIND_SPOTS,
      ...(typeof walk?.databaseCompared === 'number' ? [] : [WITHOUT_DATABASE]),
      ...(walk?.counts.classes ? [] : [WITHOUT_CLASSES]),
    ],
    findingsByClass: Object.fromEntries(findings.byClass),
    findings: findings.kept,
    incomplete,
    speed: walk === null ? {} : speedOf(walk),
  };
}

const logOf = ({ origin, vkey, trustedOnFirstUse, newest }: Head): AuditReport['log'] => ({
  origin,
  vkey,
  trustedOnFirstUse,
  size: newest.size,
  root: Buffer.from(newest.root).toString('base64'),
  time: newest.time === null ? null : new Date(newest.time * 1_000).toISOString(),
});

function countsOf(head: Head | null, walk: WalkResult | null): Record<string, number> {
  if (head === null || walk === null) return {};
  const { entries, facts, pieces, postings, refolded, classes } = walk.counts;
  return {
    entries,
    facts,
    pieces,
    postings,
    refolded,
    checkpoints: head.checkpoints.read,
    checkpointsVerified: head.checkpoints.verified,
    rootsRecomputed: walk.roots,
    tilesCompared: walk.tiles,
    ...(classes === null
      ? {}
      : { piecesClassifiedAgain: classes.classified, piecesOfOtherModels: classes.ofOtherModels }),
    ...(walk.databaseCompared === null ? {} : { databaseRowsCompared: walk.databaseCompared }),
  };
}

function speedOf(walk: WalkResult): Record<string, number> {
  const { hashSeconds, rulesSeconds, totalSeconds, counts } = walk;
  const work = hashSeconds + rulesSeconds;
  const rate = (count: number, time: number): number => (time > 0 ? Math.round(count / time) : 0);
  return {
    hashSeconds,
    rulesSeconds,
    totalSeconds,
    entriesHashedPerSecond: rate(counts.entries, hashSeconds),
    entriesRefoldedPerSecond: rate(counts.entries, rulesSeconds),
    entriesPerSecond: rate(counts.entries, work),
    piecesPerSecond: rate(counts.pieces, work),
  };
}

/** The report for people. */
export function describeReport(report: AuditReport): string {
  const { log, counts, speed } = report;
  const lines: string[] = [];
  if (log !== null) {
    lines.push(`${log.origin}: ${log.size} entries, signed ${log.time ?? 'without a time'}`);
    if (log.trustedOnFirstUse) {
      lines.push(
        'WARNING: the key was taken from the log itself, so this proves that the log agrees with',
        '  itself, not whose it is. Get the key from elsewhere and give it:',
        `  --key '${log.vkey}'`,
      );
    }
  }
  if (Object.keys(counts).length > 0) {
    lines.push(
      Object.entries(counts)
        .map(([name, count]) => `${name} ${count}`)
        .join(', '),
    );
  }
  for (const [station, seals] of Object.entries(report.seals)) {
    const { verified, failed, incomplete, unsealed } = seals;
    lines.push(
      `  ${station}: seals ${verified} verified, ${failed} failed, ${incomplete} incomplete; ` +
        `${unsealed} events not sealed`,
    );
  }
  if (speed['piecesPerSecond'] !== undefined) {
    lines.push(
      `${speed['entriesPerSecond'] ?? 0} entries/s, ${speed['piecesPerSecond']} pieces/s on one core`,
    );
  }
  lines.push(...report.incomplete.map(({ what }) => `INCOMPLETE: ${what}`));
  lines.push(...report.findings.slice(0, 50).map(describeFinding));
  return [...lines, ...describeVerdict(report)].join('\n');
}

const describeFinding = ({ class: kind, index, what }: Finding): string =>
  `FINDING ${kind}${index === null ? '' : ` at ${index}`}: ${what}`;

function describeVerdict({ verdict, findingsByClass, cannotSee }: AuditReport): string[] {
  const found = Object.entries(findingsByClass).map(([kind, count]) => `${kind} ${count}`);
  const verdicts = {
    clean: 'CLEAN: everything was derived again and nothing differs.',
    incomplete: 'INCOMPLETE: nothing differs in what could be read.',
    findings: `FINDINGS: ${found.join(', ')}`,
  };
  return [verdicts[verdict], 'What this cannot see:', ...cannotSee.map((what) => `  - ${what}`)];
}
