import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SiteRegistry } from '#contracts';
import { type Pool, announceRegistry, createPool, migrate } from '#database';
import { type TestStack, testStack, unguarded } from '#local';
import { auditLog } from '../../apps/cli/src/audit/audit-log.js';
import type { AuditReport } from '../../apps/cli/src/audit/audit-report.js';
import { tellStory } from '../../apps/cli/src/audit/spec-log.js';
import { SITE, type Said } from '../../apps/cli/src/audit/spec-station.js';
import { GuardFile } from '../../apps/ledger/src/sign-checkpoint/guard-file.js';
import { SignerKeys } from '../../apps/ledger/src/sign-checkpoint/signer-keys.js';
import { recordsOf } from '../../apps/ledger/src/spec-stream.js';
import {
  type RefusedRequests,
  adoption,
  afterwards,
  conversion,
  deliveries,
  refusedRequests,
} from './filled-stream.js';
import { Ledger } from './ledger-in-process.js';
import { ServedLog } from './served-log.js';

export const ORIGIN = 'tamper.example/log';

const openPool = (databaseUrl: string): Pool =>
  createPool({ databaseUrl, applicationName: 'spec', onIdleError: () => undefined });

interface FilledParts {
  readonly whole: TestStack;
  readonly half: TestStack;
  readonly dataDir: string;
  readonly keys: SignerKeys;
  readonly said: readonly Said[];
  readonly next: readonly Said[];
  readonly otherKeys: SignerKeys;
  readonly rotation: readonly Said[];
  readonly requests: RefusedRequests;
}

/** A site of several runs, booked and signed for real, that is copied for every case. */
export class FilledSite {
  /** Notes kept by somebody outside: of the first half, and the newest. */
  readonly kept: Buffer[] = [];
  vkey = '';
  private readonly copies: SiteCopy[] = [];

  private constructor(private readonly parts: FilledParts) {}

  get dataDir(): string {
    return this.parts.dataDir;
  }

  get keys(): SignerKeys {
    return this.parts.keys;
  }

  /** The stream that is booked. */
  get said(): readonly Said[] {
    return this.parts.said;
  }

  /** What the stations say next. */
  get next(): readonly Said[] {
    return this.parts.next;
  }

  /** Keys that are not those of the log. */
  get otherKeys(): SignerKeys {
    return this.parts.otherKeys;
  }

  /** The registrar adopts one of them. */
  get rotation(): readonly Said[] {
    return this.parts.rotation;
  }

  /** What no rules grant: a unit on a lot again, or retired again, a load received again. */
  get requests(): RefusedRequests {
    return this.parts.requests;
  }

  static async fill(): Promise<FilledSite> {
    const dataDir = mkdtempSync(join(tmpdir(), 'urbanmine-tamper-'));
    const keys = new SignerKeys(join(dataDir, 'log-key.json'), ORIGIN);
    const story = tellStory({ runs: 8, frames: 30, pieces: 6 }, conversion);
    const said = [...story.said, ...afterwards(story)];
    const first = await testStack();
    await migrate(first.databaseUrl);
    const half = Math.floor(said.length / 2);
    await grow(first, { dataDir, keys, registry: story.registry }, said.slice(0, half));
    const whole = await testStack(first);
    await grow(whole, { dataDir, keys, registry: story.registry }, said);
    const next = deliveries(story);
    const otherKeys = new SignerKeys(changedKey(dataDir), ORIGIN);
    const requests = refusedRequests(story);
    const rotation = adoption(story, otherKeys);
    const site = new FilledSite({
      whole,
      half: first,
      dataDir,
      keys,
      said,
      next,
      otherKeys,
      rotation,
      requests,
    });
    site.vkey = keys.vkeys(SITE).log;
    for (const stack of [first, whole]) site.kept.push(await newestNote(stack));
    return site;
  }

  /** A copy to tamper with: of all, or of what there was at half time. */
  async copy(from: 'whole' | 'half' = 'whole'): Promise<SiteCopy> {
    const copy = new SiteCopy(this, await testStack(this.parts[from]));
    this.copies.push(copy);
    return copy;
  }

  async closeCopies(): Promise<void> {
    for (const copy of this.copies.splice(0)) await copy.close();
  }

  async close(): Promise<void> {
    await this.closeCopies();
    await this.parts.whole.close();
    await this.parts.half.close();
    rmSync(this.dataDir, { recursive: true });
  }
}

interface Grown {
  readonly dataDir: string;
  readonly keys: SignerKeys;
  readonly registry: Buffer;
}

/** Books and signs the stream; afterwards nobody is connected. */
async function grow(stack: TestStack, grown: Grown, said: readonly Said[]): Promise<void> {
  const { dataDir, keys, registry } = grown;
  const pool = openPool(stack.databaseUrl);
  await announceRegistry(pool, parsed(registry));
  const ledger = new Ledger(pool, new GuardFile(join(dataDir, 'guard.jsonl')), keys, dataDir);
  await ledger.follow(recordsOf(said));
  ledger.close();
  await pool.end();
}

async function newestNote(stack: TestStack): Promise<Buffer> {
  const log = await ServedLog.open(stack.databaseUrl, SITE);
  const note = await log.read('checkpoint');
  await log.close();
  return note!;
}

const parsed = (registry: Buffer): SiteRegistry => JSON.parse(registry.toString()) as SiteRegistry;

/** A key file as `urbanmine signer rotate` leaves it: another key signs, the same one tells the time. */
function changedKey(dataDir: string): string {
  const { time } = JSON.parse(readFileSync(join(dataDir, 'log-key.json'), 'utf8')) as {
    time: string;
  };
  const file = join(dataDir, 'other-key.json');
  writeFileSync(file, JSON.stringify({ log: Buffer.alloc(32, 8).toString('base64'), time }));
  return file;
}

/** One copy: who tampers with it is a superuser with the triggers off. */
export class SiteCopy {
  readonly pool: Pool;
  private readonly ledgers: Ledger[] = [];
  private log: ServedLog | null = null;

  constructor(
    readonly site: FilledSite,
    private readonly stack: TestStack,
  ) {
    this.pool = openPool(unguarded(stack.databaseUrl));
  }

  /** A ledger that starts over this database, with a guard that remembers or with a fresh one. */
  ledger(guard: 'kept' | 'fresh' = 'fresh', keys = this.site.keys): Ledger {
    const folder = mkdtempSync(join(this.site.dataDir, 'ledger-'));
    const path = join(folder, 'guard.jsonl');
    if (guard === 'kept') copyFileSync(join(this.site.dataDir, 'guard.jsonl'), path);
    const file = new GuardFile(path);
    const ledger = new Ledger(this.pool, file, keys, folder);
    this.ledgers.push(ledger);
    return ledger;
  }

  /** Classes of what an audit finds: `incomplete` where it could not read something. */
  async audit(options: AuditWith = {}): Promise<string[]> {
    const report = await this.report(options);
    const classes = Object.keys(report.findingsByClass);
    return report.incomplete.length > 0 ? [...classes, 'incomplete'] : classes;
  }

  /** Its classes with the database held against the log as well. */
  auditDatabase(): Promise<string[]> {
    return this.audit({ database: true });
  }

  async report({ kept, database }: AuditWith = {}): Promise<AuditReport> {
    return auditLog(await this.served(), {
      vkey: this.site.vkey,
      known: kept === true ? this.site.kept.map((note, n) => ({ from: `kept ${n}`, note })) : [],
      databaseUrl: database === true ? this.stack.databaseUrl : undefined,
    });
  }

  /** A statement of somebody who cannot turn the triggers off. */
  async guarded(statement: string): Promise<void> {
    const pool = openPool(this.stack.databaseUrl);
    try {
      await pool.query(statement);
    } finally {
      await pool.end();
    }
  }

  async served(): Promise<ServedLog> {
    this.log ??= await ServedLog.open(this.stack.databaseUrl, SITE);
    return this.log;
  }

  async close(): Promise<void> {
    for (const ledger of this.ledgers) ledger.close();
    await this.log?.close();
    await this.pool.end();
    await this.stack.close();
  }
}

interface AuditWith {
  /** Checkpoints that were kept outside are at hand. */
  readonly kept?: boolean;
  readonly database?: boolean;
}
