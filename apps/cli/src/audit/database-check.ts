import { hash } from 'node:crypto';
import {
  type AccountKey,
  type ClosedPeriod,
  type FoldResult,
  type ReplayEntry,
  type Turnover,
  type WorkingSet,
} from '#custody';
import { encodeFrontier, equalBytes } from '#tlog';
import { BesideLog } from './beside-log.js';
import { compareStates } from './database-states.js';
import { DatabaseTree } from './database-tree.js';
import { type DatabaseReader, type PostingRow, type SiteRow } from './database.reader.js';
import type { Findings } from './findings.js';
import type { SignedHead } from './read-head.js';

/** What a fact's row must hold. */
interface StatedFact {
  readonly logIndex: number;
  readonly sha256: string;
}

/**
 * Holds a live database against the log: entries, tiles, tree, postings, balances, states, facts and
 * exceptions are made again and compared row by row. It is told where the ledger's commits ended
 * (`isBound`), so that the same sums are netted over the same ranges.
 */
export class DatabaseCheck {
  compared = 0;
  private readonly postings = new Map<string, bigint>();
  private readonly balances = new Map<AccountKey, Turnover>();
  private readonly exceptions = new Map<string, string>();
  private readonly periods = new Map<string, string>();
  private readonly facts = new Map<number, StatedFact>();
  private readonly beside = new BesideLog();
  /** Unix ms by log index. */
  private readonly times: number[] = [];

  private constructor(
    private readonly reader: DatabaseReader,
    private readonly site: SiteRow,
    private readonly bounds: ReadonlySet<number>,
    private readonly findings: Findings,
  ) {}

  /** Null, with a finding, when the database holds less than what was signed. */
  static async open(
    reader: DatabaseReader,
    signed: SignedHead,
    findings: Findings,
  ): Promise<DatabaseCheck | null> {
    const site = await reader.readSite();
    if (site === null || site.treeSize < signed.size) {
      const held = site?.treeSize ?? 0;
      const what = `the database holds ${held} entries, and ${signed.size} are signed`;
      findings.add('database-log', held, what);
      return null;
    }
    return new DatabaseCheck(reader, site, await reader.readBounds(), findings);
  }

  /** A commit of the ledger ended before this index. */
  isBound(index: number): boolean {
    return this.bounds.has(index);
  }

  visit(entry: ReplayEntry, index: number): void {
    const { attributes, data, record } = entry;
    this.beside.visit(entry);
    this.times[index] = Date.parse(attributes.time);
    if (record !== null) return;
    this.facts.set(attributes.seq, { logIndex: index, sha256: hash('sha256', data, 'hex') });
  }

  add(result: FoldResult): void {
    const { postings, turnovers, periodsClosed } = result;
    const { exceptionsRaised, exceptionsAcknowledged, exceptionsClosed } = result;
    this.beside.add(result);
    for (const posting of postings) {
      const key = postingKey(posting);
      this.postings.set(key, (this.postings.get(key) ?? 0n) + posting.massMg);
    }
    for (const [account, { debitsMg, creditsMg }] of turnovers) {
      const held = this.balances.get(account) ?? { debitsMg: 0n, creditsMg: 0n };
      held.debitsMg += debitsMg;
      held.creditsMg += creditsMg;
      this.balances.set(account, held);
    }
    for (const { exceptionId, code, severity, about, raisedIndex } of exceptionsRaised) {
      this.exceptions.set(exceptionId, `${code} ${severity} ${raisedIndex} ${about}, open`);
    }
    for (const { exceptionId, logIndex } of exceptionsAcknowledged) {
      const raised = this.exceptions.get(exceptionId) ?? '';
      this.exceptions.set(exceptionId, raised.replace(/,/, ` seen at ${logIndex},`));
    }
    for (const closed of periodsClosed)
      this.periods.set(`period ${closed.period}`, toldPeriod(closed));
    for (const { exceptionId, logIndex } of exceptionsClosed) {
      const raised = this.exceptions.get(exceptionId) ?? '';
      this.exceptions.set(exceptionId, raised.replace(/open$/, `closed at ${logIndex}`));
    }
  }

  /** Entries from an index on, which no checkpoint covers yet. */
  unsigned(from: number): AsyncGenerator<Buffer[]> {
    return this.reader.readEntries(from, this.site.treeSize);
  }

  /** After the last entry; `set` null: the rules could not be folded to the end. */
  async end(signed: SignedHead, set: WorkingSet | null): Promise<void> {
    await this.compareLog(signed);
    if (set === null) return;
    await this.comparePostings();
    await this.compareBalances();
    await this.compareFacts();
    await this.compareExceptions();
    await this.comparePeriods();
    this.compared += await compareStates(this.reader, set, this.findings);
    this.compared += await this.beside.compare(this.reader, this.findings);
  }

  private async compareLog(signed: SignedHead): Promise<void> {
    const tree = new DatabaseTree();
    for await (const entries of this.reader.readEntries(0, signed.size)) tree.append(entries);
    if (!equalBytes(tree.root(), signed.root)) {
      const what = `the stored entries do not hash to the signed root of size ${signed.size}`;
      this.findings.add('database-log', signed.size, what);
    }
    for await (const rest of this.reader.readEntries(signed.size, this.site.treeSize)) {
      tree.append(rest);
    }
    const { treeSize, root, frontier } = this.site;
    const isTree = tree.size === treeSize && equalBytes(tree.root(), root);
    if (!isTree || !equalBytes(encodeFrontier(tree.frontier), frontier)) {
      const what = `the tree of ${treeSize} in table site is not that of the stored entries`;
      this.findings.add('database-log', treeSize, what);
    }
    for (const what of tree.differences(await this.reader.readTiles())) {
      this.findings.add('database-log', null, what);
    }
    this.compared += tree.size;
  }

  private async comparePostings(): Promise<void> {
    const stored = new Map<string, bigint>();
    for (const row of await this.reader.readPostings()) {
      const key = postingKey(row);
      stored.set(key, (stored.get(key) ?? 0n) + row.massMg);
      if (row.timeMs === this.times[row.fromIndex]) continue;
      const what = `posting ${key} is dated ${new Date(row.timeMs).toISOString()}, its entry is not`;
      this.findings.add('database-posting', row.fromIndex, what);
    }
    this.compareMaps('database-posting', this.postings, stored, (massMg) => `${massMg} mg`);
  }

  private async compareBalances(): Promise<void> {
    const told = ({ debitsMg, creditsMg }: Turnover): string =>
      `${debitsMg} mg debits, ${creditsMg} mg credits`;
    const made = new Map([...this.balances].map(([key, sides]) => [key, told(sides)]));
    const rows = await this.reader.readBalances();
    const stored = new Map(rows.map(({ account, ...sides }) => [account, told(sides)]));
    this.compareMaps('database-balance', made, stored, String);
  }

  private async compareFacts(): Promise<void> {
    const told = ({ logIndex, sha256 }: StatedFact): string => `entry ${logIndex}, data ${sha256}`;
    const made = new Map([...this.facts].map(([seq, stated]) => [`fact ${seq}`, told(stated)]));
    const stored = new Map<string, string>();
    for (const { seq, logIndex, data } of await this.reader.readFacts()) {
      stored.set(`fact ${seq}`, told({ logIndex, sha256: hash('sha256', data, 'hex') }));
    }
    this.compareMaps('database-fact', made, stored, String);
  }

  private async compareExceptions(): Promise<void> {
    const rows = await this.reader.readExceptions();
    const stored = new Map(
      rows.map((row) => {
        const { exceptionId, code, severity, about, raisedIndex, seenIndex, closedIndex } = row;
        const seen = seenIndex === null ? '' : ` seen at ${seenIndex}`;
        const end = closedIndex === null ? 'open' : `closed at ${closedIndex}`;
        return [exceptionId, `${code} ${severity} ${raisedIndex} ${about}${seen}, ${end}`];
      }),
    );
    this.compareMaps('database-state', this.exceptions, stored, String);
  }

  private async comparePeriods(): Promise<void> {
    const rows = await this.reader.readPeriods();
    const stored = new Map(rows.map((row) => [`period ${row.period}`, toldPeriod(row)]));
    this.compareMaps('database-state', this.periods, stored, String);
  }

  private compareMaps<Value>(
    kind: 'database-posting' | 'database-balance' | 'database-fact' | 'database-state',
    made: ReadonlyMap<string, Value>,
    stored: ReadonlyMap<string, Value>,
    told: (value: Value) => string,
  ): void {
    const say = (value: Value | undefined): string => (value === undefined ? 'none' : told(value));
    for (const key of new Set([...made.keys(), ...stored.keys()])) {
      this.compared++;
      const [is, should] = [stored.get(key), made.get(key)];
      if (is === should) continue;
      const what = `${key}: the log makes ${say(should)}, the database has ${say(is)}`;
      this.findings.add(kind, null, what);
    }
  }
}

const toldPeriod = ({ fromIndex, toIndex, factSeq, balancesRoot }: ClosedPeriod): string =>
  `[${fromIndex}, ${toIndex}) by fact ${factSeq}, balances ${balancesRoot}`;

const postingKey = ({
  fromIndex,
  toIndex,
  debit,
  credit,
  code,
}: Omit<PostingRow, 'massMg' | 'timeMs'>): string =>
  `${code} of [${fromIndex}, ${toIndex}) from ${credit} to ${debit}`;
