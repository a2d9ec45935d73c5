import { TILE_WIDTH } from '#tlog';
import { registryDigest, sha256, type SiteRegistry, siteRegistrySchema } from '#contracts';
import type { ReplayEntry } from '#custody';
import type { AuditReport, Incomplete, WalkResult } from './audit-report.js';
import { makeReport } from './audit-report.js';
import { DatabaseCheck } from './database-check.js';
import { DatabaseReader } from './database.reader.js';
import { Findings, UnavailableError, messageOf } from './findings.js';
import type { LogSource } from './log-source.js';
import { type Bundle, MalformedBundleError, readBundle, readBundles } from './read-bundles.js';
import { type Head, type HeadOptions, readHead } from './read-head.js';
import { checkRotations } from './rotation-check.js';
import { RulesCheck } from './rules-check.js';
import { type CompleteTile, TreeCheck } from './tree-check.js';

export interface AuditOptions extends HeadOptions {
  /** Of the ledger's live database, to be held against the log. */
  readonly databaseUrl?: string | undefined;
  /** Classify every piece again as well. */
  readonly classes?: boolean | undefined;
  /** Told after each bundle. */
  readonly onProgress?: (entries: number, size: number) => void;
}

/**
 * Audits a site's log from what it serves and nothing else. Throws an UnavailableError when there
 * is no key or no checkpoint to begin with; everything after that is in the report.
 */
export async function auditLog(source: LogSource, options: AuditOptions): Promise<AuditReport> {
  const findings = new Findings();
  const head = await readHead(source, options, findings);
  if (head === null) return makeReport({ source: source.name, findings, head, walk: null });
  const onProgress = options.onProgress ?? (() => undefined);
  // After the head: what is signed was committed before, so this moment of it holds that much.
  const reader =
    options.databaseUrl === undefined
      ? null
      : await DatabaseReader.open(options.databaseUrl, siteOf(head));
  try {
    const database = reader && (await DatabaseCheck.open(reader, head.newest, findings));
    const walk = new Walk(source, head, findings, database, options.classes === true);
    await walk.run(onProgress);
    const result = await walk.end();
    return makeReport({ source: source.name, findings, head, walk: result });
  } finally {
    await reader?.close();
  }
}

const siteOf = ({ origin }: Head): string => origin.slice(origin.lastIndexOf('/') + 1);

/** One pass over the log, from its first entry to the size of its newest checkpoint. */
class Walk {
  private readonly tree: TreeCheck;
  private readonly rules: RulesCheck;
  private readonly incomplete: Incomplete[] = [];
  /** Of each bundle, so that what is read again is what was hashed: 32 bytes for 256 entries. */
  private readonly digests: Buffer[] = [];
  private read = 0;
  private hashUs = 0;
  private rulesUs = 0;
  private readonly startedNs = process.hrtime.bigint();

  constructor(
    private readonly source: LogSource,
    private readonly head: Head,
    private readonly findings: Findings,
    private readonly database: DatabaseCheck | null,
    withClasses: boolean,
  ) {
    const { size } = head.newest;
    this.tree = new TreeCheck(source, head.heads, size, findings);
    this.rules = new RulesCheck(siteOf(head), findings, database, withClasses);
  }

  async run(onProgress: (entries: number, size: number) => void): Promise<void> {
    const { size } = this.head.newest;
    try {
      for await (const bundle of readBundles(this.source, size)) {
        await this.take(bundle);
        onProgress(this.read, size);
      }
      for (const tile of this.tree.partialTiles()) await this.compareTile(tile);
      for await (const entries of this.database?.unsigned(size) ?? []) {
        await this.enter(entries, this.read);
      }
    } catch (error) {
      if (error instanceof MalformedBundleError) {
        this.findings.add('bundle-malformed', error.firstIndex, error.message);
      } else if (!(error instanceof UnavailableError)) throw error;
      this.incomplete.push({ index: this.read, what: messageOf(error) });
    }
  }

  async end(): Promise<WalkResult> {
    const counts = this.timed('rulesUs', () => this.rules.end());
    checkRotations(this.head.heads, this.rules.keyAdoptions, this.findings);
    const states = this.incomplete.length === 0 ? this.rules.states : null;
    await this.database?.end(this.head.newest, states);
    return {
      counts,
      databaseCompared: this.database?.compared ?? null,
      incomplete: this.incomplete,
      roots: this.tree.roots,
      tiles: this.tree.tiles,
      hashSeconds: this.hashUs / 1e6,
      rulesSeconds: this.rulesUs / 1e6,
      totalSeconds: Number(process.hrtime.bigint() - this.startedNs) / 1e9,
    };
  }

  private async take({ firstIndex, entries }: Bundle): Promise<void> {
    const tiles = this.timed('hashUs', () => this.tree.append(entries));
    for (const tile of tiles) await this.compareTile(tile);
    await this.enter(entries, firstIndex);
  }

  private async enter(entries: readonly Buffer[], firstIndex: number): Promise<void> {
    const taken = this.timed('rulesUs', () =>
      entries.map((entry, at) => this.rules.decode(entry, firstIndex + at)),
    );
    const needing = taken.flatMap((one, at) => (one === null ? [] : needIn(one, at)));
    for (let at = 0, from = 0; at <= needing.length; at++) {
      const need = needing[at];
      const end = need?.at ?? taken.length;
      this.timed('rulesUs', () => {
        this.visit(taken.slice(from, end), firstIndex + from);
      });
      from = end;
      if (need?.digest !== undefined) await this.loadRegistry(need.digest, firstIndex + end);
      if (need?.original !== undefined) {
        await this.loadOriginal(need.original, { firstIndex, entries }, firstIndex + end);
      }
    }
    this.digests.push(digestOfBundle(entries));
    this.read = firstIndex + entries.length;
    this.timed('rulesUs', () => {
      this.rules.settle(this.read);
    });
  }

  private visit(taken: readonly (ReplayEntry | null)[], firstIndex: number): void {
    taken.forEach((one, at) => {
      if (one !== null) this.rules.visit(one, firstIndex + at);
    });
  }

  private async compareTile(tile: CompleteTile): Promise<void> {
    if (await this.tree.compareTile(tile)) return;
    const what = `the log does not serve tile ${tile.level}/${tile.index}`;
    this.incomplete.push({ index: null, what });
  }

  /** The event that the entry at `index` corrects: read again, and held to what was hashed before. */
  private async loadOriginal(original: number, held: Bundle, index: number): Promise<void> {
    if (original >= index) return;
    const bundle =
      original >= held.firstIndex
        ? held
        : await readBundle(this.source, Math.floor(original / TILE_WIDTH), this.head.newest.size);
    const known = this.digests[Math.floor(original / TILE_WIDTH)];
    if (bundle !== held && known?.equals(digestOfBundle(bundle.entries)) !== true) {
      const what = `the log serves other entries at ${bundle.firstIndex} than a while ago`;
      this.findings.add('split-view', original, what);
      this.rules.stopRefold();
      return;
    }
    const entry = bundle.entries[original - bundle.firstIndex];
    if (entry !== undefined) this.rules.addOriginal(entry, original);
  }

  private async loadRegistry(digest: string, index: number): Promise<void> {
    const path = `registry/${digest}`;
    const body = await this.source.read(path);
    if (body === null) {
      const what = `${path} is adopted but not served: no rules and no seals can be checked from here`;
      this.incomplete.push({ index, what });
      this.rules.stopRefold();
      return;
    }
    const registry = parseRegistry(body);
    if (registryDigest(body) !== digest || registry === null) {
      this.findings.add('registry-altered', index, `${path} is not what was adopted`);
      this.rules.stopRefold();
      return;
    }
    this.rules.adopt(digest, registry, index);
  }

  /** CPU time, not wall time: what others do on the machine is no part of it. */
  private timed<Result>(clock: 'hashUs' | 'rulesUs', act: () => Result): Result {
    const before = process.cpuUsage();
    const result = act();
    const { user, system } = process.cpuUsage(before);
    this[clock] += user + system;
    return result;
  }
}

/** What must be read before the rules may be folded over an entry. */
interface Need {
  readonly at: number;
  readonly digest?: string;
  /** Log index of an event. */
  readonly original?: number;
}

function needIn({ record }: ReplayEntry, at: number): Need[] {
  const typed = record?.typed;
  if (typed?.key === 'eventCorrected') return [{ original: typed.data.errs.logIndex, at }];
  if (typed?.key !== 'referenceAdopted' || typed.data.reference !== 'sites') return [];
  return [{ digest: typed.data.digest, at }];
}

const digestOfBundle = (entries: readonly Buffer[]): Buffer =>
  sha256(Buffer.concat(entries.map((entry) => sha256(entry))));

function parseRegistry(body: Buffer): SiteRegistry | null {
  try {
    return siteRegistrySchema.parse(JSON.parse(body.toString()));
  } catch {
    // Not JSON or not a registry: whatever was adopted, it is not this.
    return null;
  }
}
