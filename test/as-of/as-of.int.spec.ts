import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SiteRegistry, eventId } from '#contracts';
import { type Pool, announceRegistry, createPool } from '#database';
import { type SpecService, startSpecService } from '../../apps/api/src/spec-service.js';
import { type Story, tellStory } from '../../apps/cli/src/audit/spec-log.js';
import { SITE, type Said } from '../../apps/cli/src/audit/spec-station.js';
import { GuardFile } from '../../apps/ledger/src/sign-checkpoint/guard-file.js';
import { SignerKeys } from '../../apps/ledger/src/sign-checkpoint/signer-keys.js';
import { recordsOf } from '../../apps/ledger/src/spec-stream.js';
import { Ledger } from '../tamper/ledger-in-process.js';

const LOT = `${SITE}.lot-0`;
const OUT = `${SITE}.out-0-0`;
/** Every read of the api that is about a site. */
const READS = [
  '/v1/sites',
  `/v1/sites/${SITE}/flow`,
  `/v1/sites/${SITE}/balance`,
  `/v1/sites/${SITE}/balance?from=2026-11-24T07:59:00Z&to=2026-11-25T00:00:00Z`,
  `/v1/lots?site=${SITE}`,
  `/v1/lots?site=${SITE}&limit=2&state=open`,
  `/v1/lots?site=${SITE}&q=out-`,
  `/v1/lots/${LOT}`,
  `/v1/lots/${OUT}`,
  `/v1/lots/${OUT}/genealogy`,
  `/v1/runs?site=${SITE}`,
  `/v1/runs/${SITE}.run-0`,
  `/v1/reports/critical-minerals?site=${SITE}&stream=steel`,
  `/v1/exceptions?site=${SITE}`,
  `/v1/exceptions?site=${SITE}&open=true`,
];

interface Moment {
  readonly asOf: string;
  readonly size: string;
  /** What each read told then. */
  readonly told: ReadonlyMap<string, unknown>;
}

let service: SpecService;
let pool: Pool;
let ledger: Ledger;
let story: Story;
const dataDir = mkdtempSync(join(tmpdir(), 'urbanmine-as-of-'));
const said: Said[] = [];
const moments: Moment[] = [];

beforeAll(async () => {
  service = await startSpecService();
  pool = createPool({
    databaseUrl: service.stack.databaseUrl,
    applicationName: 'spec',
    onIdleError: () => undefined,
  });
  story = tellStory({ runs: 2, frames: 12, pieces: 6 });
  await announceRegistry(pool, JSON.parse(story.registry.toString()) as SiteRegistry);
  const keys = new SignerKeys(join(dataDir, 'log-key.json'), 'urbanmine.test/log');
  ledger = new Ledger(pool, new GuardFile(join(dataDir, 'guard.jsonl')), keys, dataDir);
  moments.push(await go(story.said));
  moments.push(await go([correction(await openedIndex(), 4_000_000)]));
  moments.push(await go([correction(await openedIndex(), 4_500_000)]));
}, 60_000);

afterAll(async () => {
  ledger.close();
  await pool.end();
  await service.close();
  rmSync(dataDir, { recursive: true });
});

/** Books and signs, reads everything, and waits until another second has begun. */
async function go(more: readonly Said[]): Promise<Moment> {
  said.push(...more);
  await ledger.follow(recordsOf(said));
  const { rows } = await pool.query<{ size: string; signed_at: Date }>(
    'SELECT size, signed_at FROM checkpoint ORDER BY size DESC LIMIT 1',
  );
  const told = new Map<string, unknown>();
  for (const path of READS) told.set(path, await ask(path));
  const { size, signed_at: signedAt } = rows[0]!;
  while (Math.floor(Date.now() / 1000) === Math.floor(signedAt.getTime() / 1000)) await sleep(50);
  return { asOf: signedAt.toISOString(), size, told };
}

async function ask(path: string, size?: string): Promise<unknown> {
  const response = await service.get(path);
  const body = (await response.json()) as Record<string, unknown>;
  expect([path, response.status, body]).toEqual([path, 200, body]);
  if (size !== undefined && !path.startsWith('/v1/sites?')) {
    expect(response.headers.get('urbanmine-tree-size')).toBe(size);
  }
  return comparable(body);
}

const then = (path: string, { asOf }: Pick<Moment, 'asOf'>): string =>
  `${path}${path.includes('?') ? '&' : '?'}asOf=${asOf}`;

/** A log holds no ingest times, so of stream time it tells only that of the facts. */
function comparable(body: Record<string, unknown>): unknown {
  const text = JSON.stringify(body, (name, value: unknown) =>
    name === 'streamTime' ? undefined : value,
  );
  return JSON.parse(text);
}

async function openedIndex(): Promise<number> {
  const lot = (await ask(`/v1/lots/${LOT}`)) as { openedIndex: number };
  return lot.openedIndex;
}

/** The ticket of the first lot said 5,000,000 mg. */
function correction(logIndex: number, massMg: number): Said {
  const { office } = story.stations;
  const ticket = story.said.find(({ attributes }) => attributes.subject === `${SITE}.visit-0`)!;
  const { source, boot, seq, type } = ticket.attributes;
  const data = JSON.parse(ticket.value.toString()) as { lines: [object] };
  const corrected = { ...data, lines: [{ ...data.lines[0], massMg }] };
  const event = office.say('eventCorrected', office.source, {
    errs: { source, id: eventId({ boot, seq }), logIndex, type },
    reason: 'incorrect-data',
    corrected,
  });
  return { ...event, attributes: { ...event.attributes, actor: 'operator-1' } };
}

describe('every read', () => {
  it.each(READS)('%s tells what was known then, at every moment', async (path) => {
    for (const moment of moments) {
      expect(await ask(then(path, moment), moment.size)).toEqual(moment.told.get(path));
    }
    // As known now, which is as known at the last moment.
    expect(await ask(path)).toEqual(moments[2]!.told.get(path));
  });

  it('tells other figures after a correction than before', () => {
    const received = moments.map(
      ({ told }) => (told.get(`/v1/lots/${LOT}`) as { receivedMg: string }).receivedMg,
    );
    expect(received).toEqual(['5000000', '4000000', '4500000']);
    const facts = moments.map(({ told }) => (told.get(`/v1/lots/${LOT}`) as { facts: [] }).facts);
    expect(facts[2]!.length).toBeGreaterThan(facts[0]!.length);
  });

  it('between two checkpoints tells what the earlier one covers', async () => {
    const [first, second] = moments as [Moment, Moment];
    const seconds = Math.floor(Date.parse(second.asOf) / 1000);
    const asOf = new Date(seconds * 1000 - 1).toISOString();
    expect(await ask(then(`/v1/lots/${LOT}`, { asOf }), first.size)).toEqual(
      first.told.get(`/v1/lots/${LOT}`),
    );
    const offset = new Date(seconds * 1000 + 3_600_000).toISOString().replace('Z', '%2B01:00');
    expect(await ask(then(`/v1/lots/${LOT}`, { asOf: offset }), second.size)).toEqual(
      second.told.get(`/v1/lots/${LOT}`),
    );
  });

  it.each(READS.slice(1))('%s is 404 before the first checkpoint', async (path) => {
    const response = await service.get(then(path, { asOf: '2026-01-01T00:00:00Z' }));
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { detail: expect.stringContaining('has no checkpoint as old as 2026-01-01') as unknown },
    ]);
  });

  it('knows of no site before the first checkpoint', async () => {
    const path = then('/v1/sites', { asOf: '2026-01-01T00:00:00Z' });
    expect(await ask(path)).toEqual({ items: [], next: null });
  });

  it.each([
    ...READS.map((path) => [then(path, { asOf: 'yesterday' }), 'asOf: not a time of RFC 3339']),
    ['/v1/lots?asOf=2026-11-24T08:00:00Z', 'asOf: a moment is that of one log; send `site`'],
    ['/v1/runs?asOf=2026-11-24T08:00:00Z', 'asOf: a moment is that of one log; send `site`'],
    ['/v1/exceptions?asOf=2026-11-24T08:00:00Z', 'asOf: a moment is that of one log; send `site`'],
  ])('%s is 400 and says why', async (path, why) => {
    const response = await service.get(path);
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { detail: expect.stringContaining(why) as unknown },
    ]);
  });
});

describe('a checkpoint', () => {
  it('is of whole commits, so that no netted posting lies on both sides of it', async () => {
    const { rows } = await pool.query<{ netted: string; straddling: string }>(
      `SELECT count(DISTINCT p.ctid) FILTER (WHERE p.to_index > p.from_index + 1) AS netted,
         count(*) FILTER (WHERE c.size > p.from_index AND c.size < p.to_index) AS straddling
       FROM posting p CROSS JOIN checkpoint c`,
    );
    expect(Number(rows[0]!.netted)).toBeGreaterThan(0);
    expect(rows[0]!.straddling).toBe('0');
  });
});
