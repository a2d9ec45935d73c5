import { hash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DataOf, type SiteRegistry, conversionDigest } from '#contracts';
import { type Pool, announceRegistry, createPool, migrate } from '#database';
import { type TestStack, testStack, unguarded } from '#local';
import { auditLog } from '../../apps/cli/src/audit/audit-log.js';
import type { AuditReport } from '../../apps/cli/src/audit/audit-report.js';
import { type Story, tellStory } from '../../apps/cli/src/audit/spec-log.js';
import { SITE, type Said, type SealingStation } from '../../apps/cli/src/audit/spec-station.js';
import { GuardFile } from '../../apps/ledger/src/sign-checkpoint/guard-file.js';
import { SignerKeys } from '../../apps/ledger/src/sign-checkpoint/signer-keys.js';
import { recordsOf } from '../../apps/ledger/src/spec-stream.js';
import { confidentialVisits } from './confidential-visits.js';
import { Ledger } from './ledger-in-process.js';
import { ServedLog } from './served-log.js';

/** A unit of book and claim that was retired. */
export const UNIT = `${SITE}.claim-2`;
const RECYCLED = 'recycled-steel';
export const ORIGIN = 'tamper.example/log';

const openPool = (databaseUrl: string): Pool =>
  createPool({ databaseUrl, applicationName: 'spec', onIdleError: () => undefined });

interface RefusedRequests {
  readonly raised: readonly Said[];
  readonly retired: readonly Said[];
  readonly received: readonly Said[];
}

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

/** What the mass balance goes by: half of the steel that is fed may be claimed. */
function conversion(office: SealingStation): Said[] {
  const factor = { characteristic: RECYCLED, stream: 'steel' as const, grades: ['E40'] };
  const factors = [{ ...factor, numerator: 1, denominator: 2, certificate: 'cert-1' }];
  const digest = conversionDigest(factors);
  const data = { reference: 'conversion' as const, name: 'factors', version: 1, digest, factors };
  return [office.say('referenceAdopted', office.source, data)];
}

/** A claim on a lot, a unit that is retired, the lot leaves, and the period closes. */
function afterwards({ stations: { gate, office } }: Story): Said[] {
  const shipmentId = `${SITE}.shipment-1`;
  const line = { lotId: `${SITE}.out-0-0`, massMg: 2_499_000, uncertaintyMg: 200, all: true };
  const ask = (data: DataOf<'claimRequested'>): Said =>
    office.say('claimRequested', office.source, data);
  const issue = { action: 'issue', characteristic: RECYCLED, method: 'credit' } as const;
  return [
    ...confidentialVisits(gate),
    ask({ ...issue, claimId: `${SITE}.claim-1`, massMg: 1_000_000, lotId: `${SITE}.out-0-0` }),
    office.say('referenceAdopted', office.source, {
      reference: 'book',
      name: 'elements',
      version: 2,
      digest: 'eb'.repeat(32),
    }),
    ask({ ...issue, claimId: UNIT, massMg: 500_000 }),
    ask({ action: 'retire', claimId: UNIT, beneficiary: 'Mill' }),
    gate.say('shipmentDispatched', shipmentId, { shipmentId, consignee: 'Mill', lines: [line] }),
    received(gate),
    office.say('periodClosing', office.source, { periodId: `${SITE}.period-1` }),
    office.seal(),
    gate.seal(),
  ];
}

/** A load of a site whose ledger is told of it. */
function received(gate: SealingStation): Said {
  const receiptId = `${SITE}.receipt-of-south`;
  const lot = { lotId: `${SITE}.lot-of-south`, stream: 'steel' as const, declaredGrade: 'E40' };
  const mass = { ewc: '191001', origin: 'south', massMg: 1_000_000, uncertaintyMg: 500 };
  return gate.say('shipmentReceived', receiptId, {
    ...{ receiptId, shipmentId: 'south.shipment-1', verdict: 'accepted' as const },
    lines: [{ ...lot, ...mass }],
    ...{ acceptedMg: 1_000_000, uncertaintyMg: 500, remainder: 'none' as const },
  });
}

/** One or the other is said: each begins where the office ended. */
function refusedRequests({ stations: { office } }: Story): RefusedRequests {
  const base = office.lastSeq;
  const from = (...said: readonly Said[]): Said[] =>
    said.map(({ attributes, value }, at) => ({
      attributes: { ...attributes, seq: base + 1 + at },
      value,
    }));
  const ask = (data: DataOf<'claimRequested'>): Said =>
    office.say('claimRequested', office.source, data);
  const receiptId = `${SITE}.receipt-1`;
  const receive = (): Said =>
    office.say('shipmentReceived', receiptId, {
      ...{ receiptId, shipmentId: `${SITE}.shipment-1`, verdict: 'accepted', lines: [] },
      ...{ acceptedMg: 2_499_000, uncertaintyMg: 200, remainder: 'none' },
    });
  return {
    raised: from(ask({ action: 'move', claimId: UNIT, lotId: `${SITE}.out-0-0` })),
    retired: from(ask({ action: 'retire', claimId: UNIT, beneficiary: 'Other' })),
    received: from(receive(), receive()),
  };
}

/** A key file as `urbanmine signer rotate` leaves it: another key signs, the same one tells the time. */
function changedKey(dataDir: string): string {
  const { time } = JSON.parse(readFileSync(join(dataDir, 'log-key.json'), 'utf8')) as {
    time: string;
  };
  const file = join(dataDir, 'other-key.json');
  writeFileSync(file, JSON.stringify({ log: Buffer.alloc(32, 8).toString('base64'), time }));
  return file;
}

function adoption({ stations: { registrar } }: Story, keys: SignerKeys): Said[] {
  const digest = hash('sha256', keys.vkeys(SITE).log, 'hex');
  const data = { reference: 'log-key' as const, name: SITE, version: 2, digest };
  return [registrar.say('referenceAdopted', registrar.source, data), registrar.seal()];
}

function deliveries({ stations: { gate } }: Story): Said[] {
  const said = Array.from({ length: 6 }, (_, n) => {
    const visitId = `${SITE}.visit-next-${n}`;
    const lot = { lotId: `${SITE}.lot-next-${n}`, stream: 'steel' as const, declaredGrade: 'E40' };
    const mass = { ewc: '191001', origin: 'yard', massMg: 1_000_000, uncertaintyMg: 500 };
    return gate.say('deliveryCompleted', visitId, { visitId, lines: [{ ...lot, ...mass }] });
  });
  return [...said, gate.seal()];
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
