import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Pool, createPool, migrate } from '#database';
import { type TestStack, testStack, unguarded } from '#local';
import { createLogger } from '#process';
import {
  type Frontier,
  appendSignatures,
  cosignatureVerifier,
  ed25519Signer,
  ed25519Verifier,
  emptyFrontier,
  encodeFrontier,
  formatCheckpoint,
  integrate,
  keyPair,
  leafHash,
  openNote,
  signNote,
} from '#tlog';
import { Registry } from 'prom-client';
import { LedgerMetrics } from '../ledger.metrics.js';
import { CollectCosignatures } from './collect-cosignatures.js';
import { SpecWitness } from './spec-witness.js';
import { HttpWitness } from './witness-client.js';

const SITE = 'north';
const ORIGIN = `spec.example/log/${SITE}`;
const SEED = new Uint8Array(32).fill(7);
const LOG_KEY = keyPair(ORIGIN, SEED).vkey;

let stack: TestStack;
let pool: Pool;
let folder: string;
let frontier: Frontier;
let witnesses: { readonly spec: SpecWitness; readonly url: string }[];

beforeEach(async () => {
  stack = await testStack();
  await migrate(stack.databaseUrl);
  const { databaseUrl } = stack;
  pool = createPool({ databaseUrl, applicationName: 'spec', onIdleError: () => undefined });
  folder = mkdtempSync(join(tmpdir(), 'urbanmine-witness-'));
  frontier = emptyFrontier();
  const logs = new Map([[ORIGIN, ed25519Verifier(LOG_KEY)]]);
  witnesses = [];
  for (const n of [1, 2, 3]) {
    const seed = new Uint8Array(32).fill(100 + n);
    const spec = new SpecWitness(`w${n}.example`, seed, join(folder, `${n}.json`), logs);
    witnesses.push({ spec, url: await spec.listen() });
  }
});
afterEach(async () => {
  for (const { spec } of witnesses) await spec.close();
  await pool.end();
  await stack.close();
  rmSync(folder, { recursive: true });
});

/** Appends leaves to the log and signs it, as the ledger does. */
async function grow(count: number, word = 'leaf', through = pool): Promise<number> {
  const hashes = Array.from({ length: count }, (_, i) => leafHash(Buffer.from(`${word} ${i}`)));
  const tree = integrate(frontier, hashes);
  for (const { level, index, data } of tree.tiles) {
    await through.query(
      `INSERT INTO tile VALUES ($1, $2, $3, $4)
       ON CONFLICT (site_id, level, idx) DO UPDATE SET data = tile.data || excluded.data`,
      [SITE, level, index, Buffer.from(data)],
    );
  }
  frontier = tree.frontier;
  const { size } = frontier;
  await through.query(
    `INSERT INTO site VALUES ($1, 0, $2, $3, $4, 0, now(), 1, 'd', now())
     ON CONFLICT (site_id) DO UPDATE SET tree_size = $2, root = $3, frontier = $4`,
    [SITE, size, Buffer.from(tree.root), Buffer.from(encodeFrontier(frontier))],
  );
  const text = formatCheckpoint({ origin: ORIGIN, size, root: tree.root });
  await through.query('INSERT INTO checkpoint VALUES ($1, $2, $3, $4, now())', [
    SITE,
    size,
    Buffer.from(tree.root),
    signNote(text, [ed25519Signer(ORIGIN, SEED)]),
  ]);
  return size;
}

function collector(quorum: number) {
  const metrics = new LedgerMetrics(new Registry());
  const collect = new CollectCosignatures({
    pool,
    quorum,
    witnesses: witnesses.map(({ spec: { name, vkey }, url }) => {
      return new HttpWitness({ name, url, verifier: cosignatureVerifier(vkey) });
    }),
    owned: () => Promise.resolve(new Set([0])),
    metrics,
    logger: createLogger('spec', 'silent'),
  });
  const answers = async (): Promise<Record<string, number>> => {
    const { values } = await metrics.witnessAnswers.get();
    const found: Record<string, number> = {};
    for (const { labels, value } of values) {
      if (value > 0) found[String(labels.outcome)] = value;
    }
    return found;
  };
  return { run: () => Promise.all(collect.rounds.map((round) => round.run())), answers };
}

const cosigned = async (size: number): Promise<string[]> => {
  const { rows } = await pool.query<{ note: string; line: string; witness: string }>(
    `SELECT c.note, s.line, s.witness FROM cosignature s JOIN checkpoint c USING (site_id, size)
     WHERE size = $1 ORDER BY witness`,
    [size],
  );
  for (const { note, line, witness } of rows) {
    const { vkey } = witnesses.find(({ spec }) => spec.name === witness)!.spec;
    openNote(appendSignatures(note, [line]), [cosignatureVerifier(vkey)]);
  }
  return rows.map(({ witness }) => witness);
};
const ALL = ['w1.example', 'w2.example', 'w3.example'];

describe('cosignatures', () => {
  it('follow the log as it grows, with a proof from where each witness stands', async () => {
    const { run, answers } = collector(3);
    for (const count of [1, 255, 1, 300]) {
      const size = await grow(count);
      await run();
      expect(await cosigned(size)).toEqual(ALL);
    }
    expect(await answers()).toEqual({ cosigned: 12 });
    await run();
    expect(witnesses[0]!.spec.requests).toHaveLength(4);
    expect(witnesses[0]!.spec.requests[1]).toMatch(/^old 1\n/);
  });

  it('go on from where the witnesses stand after a restart', async () => {
    await grow(300);
    await collector(3).run();
    const size = await grow(77);
    const again = collector(3);
    await again.run();
    expect(await cosigned(size)).toEqual(ALL);
    expect(witnesses[2]!.spec.sizeOf(ORIGIN)).toBe(377);
    // What it cosigned already it cosigns again, which adds nothing.
    await collector(3).run();
    expect(await cosigned(size)).toEqual(ALL);
  });

  it('wait for k witnesses, and no longer, whatever the others do', async () => {
    witnesses[0]!.spec.broken = 500;
    await witnesses[1]!.spec.close();
    const { run, answers } = collector(2);
    const first = await grow(10);
    await run();
    expect(await cosigned(first)).toEqual([]);
    expect(await answers()).toEqual({ cosigned: 1, unreachable: 2 });
    // Left alone for a while.
    await run();
    expect(witnesses[0]!.spec.requests).toHaveLength(1);
    witnesses[0]!.spec.broken = null;
    await new Promise((done) => setTimeout(done, 1_050));
    await run();
    expect(await cosigned(first)).toEqual(['w1.example', 'w3.example']);
  });

  it('are not taken from an answer that does not verify', async () => {
    witnesses[1]!.spec.broken = 200;
    const { run, answers } = collector(1);
    const size = await grow(5);
    await run();
    expect(await answers()).toEqual({ cosigned: 2, invalid: 1 });
    expect(await cosigned(size)).toEqual(['w1.example', 'w3.example']);
  });

  it('are refused to another history and to a log that has shrunk', async () => {
    await grow(300);
    const { run, answers } = collector(1);
    await run();
    const tamper = createPool({
      databaseUrl: unguarded(stack.databaseUrl),
      applicationName: 'spec',
      onIdleError: () => undefined,
    });
    await tamper.query('TRUNCATE site, tile, checkpoint, cosignature');
    frontier = emptyFrontier();
    const forged = await grow(310, 'forged', tamper);
    await run();
    expect(await cosigned(forged)).toEqual([]);
    expect(await answers()).toEqual({ cosigned: 3, refused: 3 });
    await tamper.query('TRUNCATE site, tile, checkpoint');
    frontier = emptyFrontier();
    const shrunk = await grow(20, 'leaf', tamper);
    await collector(1).run();
    expect(await cosigned(shrunk)).toEqual([]);
    expect(witnesses[0]!.spec.sizeOf(ORIGIN)).toBe(300);
    await tamper.end();
  });
});

describe('our witness', () => {
  const note = (size: number, by = SEED, origin = ORIGIN): string => {
    const hashes = Array.from({ length: size }, (_, i) => leafHash(Buffer.from(`leaf ${i}`)));
    const { root } = integrate(emptyFrontier(), hashes);
    return signNote(formatCheckpoint({ origin, size, root }), [ed25519Signer(origin, by)]);
  };

  it('answers as the specification says', () => {
    const { spec } = witnesses[0]!;
    const ask = (body: string): [number, string] => {
      const { status, body: answer } = spec.answer(body);
      return [status, answer];
    };
    const other = new Uint8Array(32).fill(8);
    expect(ask('new 0\n\n')[0]).toBe(400);
    expect(ask(`old 0\n\n${note(3, SEED, 'other.example')}`)[0]).toBe(404);
    expect(ask(`old 0\n\n${note(3, other)}`)[0]).toBe(403);
    expect(ask(`old 4\n\n${note(3)}`)[0]).toBe(400);
    expect(ask(`old 2\n\n${note(3)}`)).toEqual([409, '0\n']);
    expect(ask(`old 0\n\n${note(3)}`)[0]).toBe(200);
    expect(ask(`old 0\n\n${note(3)}`)).toEqual([409, '3\n']);
    expect(ask(`old 3\n\n${note(3)}`)[0]).toBe(200);
    expect(ask(`old 3\n\n${note(5)}`)[0]).toBe(422);
    expect(ask(`old 3\n${Buffer.alloc(32).toString('base64')}\n\n${note(5)}`)[0]).toBe(422);
    expect(spec.sizeOf(ORIGIN)).toBe(3);
  });
});
