import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  EVENTS,
  type EventEnvelope,
  type SiteRegistry,
  decodeBody,
  siteRegistrySchema,
} from '#contracts';
import { fromApi, readTopic, signedSize, untilDrained } from '../line-reading.js';
import { CompletenessCheck, walkLog } from '../log-walk.js';
import { type RunningLine, startLine, until } from '../running-line.js';
import { SealCheck } from '../seal-walk.js';

/**
 * A plant scans 2,000 pieces a second while one process after another is killed (kill -9), servers
 * and plant included. In the end every piece is booked once.
 */
const SITE = 'north';
const SERVICES = ['gateway', 'classifier', 'ledger', 'metrics', 'api'];
const VICTIMS: readonly (readonly string[])[] = [
  ['plant'],
  ['ledger'],
  ['classifier'],
  ['gateway'],
  ['kafka'],
  ['ledger', 'classifier', 'gateway'],
  ['metrics', 'api'],
  ['postgres'],
  ['ledger'],
];
/** Goal: 10 s. The bound leaves room for a machine that does other things as well. */
const BACK_WITHIN_MS = 30_000;

/** What a frame adds to the books, read from the log. */
interface Pieces {
  pieces: number;
  /** With a mass. */
  booked: number;
  massMg: bigint;
}

describe('a plant in full flow, one process after another killed', () => {
  let line: RunningLine;
  let database: pg.Client;
  const secondsAway = new Map<string, number>();
  const all: Pieces = { pieces: 0, booked: 0, massMg: 0n };
  const byRun = new Map<string, number>();
  const complete = new CompletenessCheck();
  const seals = new SealCheck();
  /** Names of facts, in the order of their seqs. */
  const facts: string[] = [];
  let sinceRestart = 0;
  let plantRestartedAt = '';

  const query = async <T extends pg.QueryResultRow>(text: string): Promise<T[]> =>
    (await database.query<T>(text)).rows;

  beforeAll(async () => {
    line = await startLine({ rate: 2_000 });
    database = new pg.Client({ connectionString: line.databaseUrl });
  }, 120_000);

  afterAll(async () => {
    await database.end();
    await line.stop();
  }, 60_000);

  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  /** In work: it answers ready, and after that the log grows on, signed. */
  async function inWork(names: readonly string[], before: ReadonlyMap<string, number>) {
    await until(`${names.join(', ')} back`, BACK_WITHIN_MS, async () => {
      for (const name of names) {
        const pid = line.pids().get(name);
        if (pid === undefined || pid === before.get(name)) return undefined;
        if (!SERVICES.includes(name)) continue;
        const url = line.url(name as Parameters<RunningLine['url']>[0]);
        if (!(await fetch(`${url}/readyz`)).ok) return undefined;
      }
      return true;
    });
    for (let grown = 0; grown < 2; grown++) {
      const size = await until('a checkpoint', BACK_WITHIN_MS, () => signedSize(line, SITE));
      await until('a larger checkpoint', BACK_WITHIN_MS, async () =>
        (await signedSize(line, SITE)) > size ? true : undefined,
      );
    }
  }

  it('is back in work after each kill', async () => {
    await until('pieces in the log', 30_000, async () =>
      (await signedSize(line, SITE)) > 50 ? true : undefined,
    );
    for (const names of VICTIMS) {
      const before = line.pids();
      const since = Date.now();
      for (const name of names) line.kill9(name);
      await inWork(names, before);
      if (names.includes('plant')) plantRestartedAt = new Date(since).toISOString();
      const what = names.join(' + ');
      secondsAway.set(secondsAway.has(what) ? `${what} again` : what, (Date.now() - since) / 1_000);
      await sleep(700);
    }
    const told = [...secondsAway].map(([what, seconds]) => `${what} ${seconds.toFixed(1)} s`);
    process.stderr.write(`Back in work after kill -9: ${told.join(', ')}\n`);
    expect(Math.max(...secondsAway.values())).toBeLessThan(BACK_WITHIN_MS / 1_000);
  }, 240_000);

  it('has nobody else dead for it', () => {
    const ended = line.notices().filter((text) => / ended /.test(text));
    expect(ended.filter((text) => !/SIGKILL/.test(text))).toEqual([]);
    expect(ended).toHaveLength(VICTIMS.flat().length);
  });

  it('empties itself when the plant stops', async () => {
    await line.stopService('plant');
    const log = readFileSync(join(line.dataDir, 'logs', 'plant.log'), 'utf8');
    const stopped = JSON.parse(log.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
    expect(stopped).toMatchObject({ msg: 'stopped', unsent: 0 });
    await untilDrained(line, SITE, 30_000);
    await database.connect();
  }, 60_000);

  function count(entry: EventEnvelope): void {
    const { type, time } = entry.attributes;
    if (type !== EVENTS.piecesClassified.type) return;
    const typed = decodeBody(type, JSON.parse(entry.data.toString()) as unknown);
    if (typed.key !== 'piecesClassified') throw new Error('not a frame');
    const { runId, massMg } = typed.data.scan;
    all.pieces += massMg.length;
    byRun.set(runId, (byRun.get(runId) ?? 0) + massMg.length);
    if (time >= plantRestartedAt) sinceRestart += massMg.length;
    for (const mass of massMg) {
      if (mass === null) continue;
      all.booked++;
      all.massMg += BigInt(mass);
    }
  }

  it('has every event of every station in its log, once and as it was made', async () => {
    const log = await walkLog(line.url('api'), SITE, (entry) => {
      complete.visit(entry);
      seals.visit(entry);
      count(entry);
      if (entry.attributes.source === `${SITE}/ledger`) facts.push(entry.attributes.type);
    });
    expect(log.size).toBe(await signedSize(line, SITE));
    expect(complete.problems()).toEqual([]);
    const [row] = await query<{ body: Buffer }>(`SELECT body FROM registry`);
    const registry: SiteRegistry = siteRegistrySchema.parse(JSON.parse(row!.body.toString()));
    expect(seals.problems(registry)).toEqual([]);
    // A killed spool goes on with its boot; a registrar keeps none, and each word of it is a boot.
    const sources = seals.boots
      .map((boot) => boot.slice(0, boot.indexOf(' ')))
      .filter((source) => source !== `${SITE}.registrar`);
    expect(new Set(sources).size).toBe(sources.length);
    const spoke = ['gate', 'bridge', 'line-1', 'belt-1', 'sorter-1', 'sorter-2', 'floor', 'lab'];
    expect(sources).toEqual(expect.arrayContaining(spoke.map((name) => `${SITE}.${name}`)));
  }, 60_000);

  it('has every piece that the plant scanned, and no other', () => {
    expect(sinceRestart).toBe(line.plantPieces());
    const truth = readFileSync(join(line.dataDir, 'plant', 'truth.ndjson'), 'utf8');
    const runs = truth
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text) as { kind: string; runId: string; pieces: number })
      .filter(({ kind }) => kind === 'run');
    expect(runs.length).toBeGreaterThan(3);
    // A run that was under way when the plant died ends with what the plant still knew of it.
    const exact = runs.filter(({ runId, pieces }) => byRun.get(runId) === pieces);
    expect(runs.length - exact.length).toBeLessThanOrEqual(2);
    for (const { runId, pieces } of runs) {
      expect(byRun.get(runId)).toBeGreaterThanOrEqual(pieces);
    }
  });

  it('has books that agree with the log and close', async () => {
    interface Balance {
      readonly closes: boolean;
      readonly accounts: readonly { book: string; kind: string; creditsMg: string }[];
    }
    const balance = await fromApi<Balance>(line, `/v1/sites/${SITE}/balance`);
    expect(balance.closes).toBe(true);
    const scanned = balance.accounts.find(({ book, kind }) => book === 'E' && kind === 'run');
    expect(scanned?.creditsMg).toBe(all.massMg.toString());
    const flow = await fromApi<{ items: readonly { pieces: string }[] }>(
      line,
      `/v1/sites/${SITE}/flow`,
    );
    expect(flow.items.reduce((sum, { pieces }) => sum + Number(pieces), 0)).toBe(all.booked);
    const runs = await query<{ run_id: string; pieces: string }>(`SELECT run_id, pieces FROM run`);
    const pieces = runs.reduce((sum, run) => sum + Number(run.pieces), 0);
    expect(pieces).toBe(all.booked);
  });

  it('has told every fact in order, and the newest totals', async () => {
    const told = new Map<number, string>();
    let last = 0;
    for (const { key, headers } of await readTopic(line, 'custody-events.v1')) {
      expect([key, headers['ce_source']]).toEqual([SITE, `${SITE}/ledger`]);
      const seq = Number(headers['ce_seq']);
      // A publisher that died may say again what it said, never leave one out.
      expect(seq).toBeLessThanOrEqual(last + 1);
      last = Math.max(last, seq);
      told.set(seq, headers['ce_type'] ?? '');
    }
    expect([...told.values()]).toEqual(facts);
    // Nothing was given up as missing, and no copy was taken for another event.
    expect(facts.filter((type) => /gap|equivocation/.test(type))).toEqual([]);
    const stored = await query<Record<string, string>>(
      `SELECT stream, class, weighed_debits_mg, weighed_credits_mg, estimated_debits_mg,
         estimated_credits_mg, pieces FROM total`,
    );
    const newest = await until('the newest totals', 10_000, async () => {
      const values = new Map<string, Record<string, string>>();
      for (const { key, value } of await readTopic(line, 'totals.v1')) {
        values.set(key, flat(JSON.parse(String(value)) as TotalValue));
      }
      const same = stored.every(
        (row) =>
          JSON.stringify(values.get(`${SITE}/${row['stream']}/${row['class']}`)) ===
          JSON.stringify(row),
      );
      return same ? values : undefined;
    });
    expect(newest.size).toBe(stored.length);
    // Set from the topic and never counted, so that a killed reader is no matter.
    const exposed = await (await fetch(`${line.url('metrics')}/metrics`)).text();
    const pieces = [...exposed.matchAll(/^urbanmine_pieces_total{.*} (\d+)$/gm)];
    expect(pieces.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(all.booked);
  }, 60_000);
});

interface TotalValue {
  readonly stream: string;
  readonly class: string;
  readonly weighed: { readonly debitsMg: string; readonly creditsMg: string };
  readonly estimated: { readonly debitsMg: string; readonly creditsMg: string };
  readonly pieces: string;
}

/** As a row of the table, column by column. */
const flat = (total: TotalValue): Record<string, string> => ({
  stream: total.stream,
  class: total.class,
  weighed_debits_mg: total.weighed.debitsMg,
  weighed_credits_mg: total.weighed.creditsMg,
  estimated_debits_mg: total.estimated.debitsMg,
  estimated_credits_mg: total.estimated.creditsMg,
  pieces: total.pieces,
});
