import { createPrivateKey } from 'node:crypto';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EVENTS, decodeStructured } from '#contracts';
import { type Spool, openSpool } from './spool.js';
import { createStationIdentity } from './station-identity.js';
import { backoffMs, readAnswer, retryAfterMs } from './upload-answer.js';
import { type Uploader, type UploaderOptions, createUploader } from './uploader.js';

const SOURCE = 'north.gate';
const { privateKeyPem, token } = createStationIdentity({ source: SOURCE, kind: 'gate' });
const BOOT = 1_795_500_000;

/** Answers of the gateway, first to last; then 202. `drop` closes the connection. */
let script: ((lines: string[], response: ServerResponse) => void)[] = [];
let requests: string[][] = [];
let zipped: boolean[] = [];
let position: number | null = null;
let openSlots: [number, number][] = [];
let server: Server;
let spool: Spool;
let uploader: Uploader;
let nowMs: number;
const problems: string[] = [];

const status =
  (code: number, body: unknown = {}, headers: Record<string, string> = {}) =>
  (_lines: string[], response: ServerResponse): void => {
    response.writeHead(code, { 'content-type': 'application/problem+json', ...headers });
    response.end(JSON.stringify(body));
  };

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  expect(request.headers.authorization).toBe(`Bearer ${token}`);
  if (request.url === `/v1/stations/${SOURCE}/position`) {
    const body = { source: SOURCE, boots: [{ boot: BOOT, position, openSlots }] };
    status(position === null ? 503 : 200, body)([], response);
    return;
  }
  expect(request.headers['content-type']).toBe('application/x-ndjson');
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const isZipped = request.headers['content-encoding'] === 'gzip';
  zipped.push(isZipped);
  const lines = (isZipped ? gunzipSync(body) : body).toString().trimEnd().split('\n');
  requests.push(lines);
  (script.shift() ?? status(202, { accepted: lines.length }))(lines, response);
}

const seqsOf = (lines: readonly string[]): number[] =>
  lines.map((line) => decodeStructured(Buffer.from(line)).attributes.seq);

const append = (): void => {
  spool.append({
    type: EVENTS.vehicleArrived.type,
    subject: 'north.visit-1',
    data: { visitId: 'north.visit-1', direction: 'inbound' },
  });
};

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 5) {
    if (waited > 4_000) throw new Error('waited in vain');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

beforeEach(async () => {
  [script, requests, zipped, position, openSlots] = [[], [], [], 0, []];
  problems.length = 0;
  nowMs = BOOT * 1_000;
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  spool = openSpool({
    dir: null,
    source: SOURCE,
    siteId: 'north',
    privateKey: createPrivateKey(privateKeyPem),
    software: { name: 'spec', version: '1' },
    sealing: 'manual',
    now: () => nowMs,
    elapsed: () => nowMs,
  });
  uploader = createUploader(options());
});

const options = (): UploaderOptions => ({
  gatewayUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  token,
  spool,
  pollEveryMs: 20,
  lingerMs: 1,
  batchEvents: 4,
  onProblem: (why) => problems.push(why),
});

afterEach(async () => {
  await uploader.stop();
  await spool.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('An upload', () => {
  it('sends events in order, in batches, and keeps them until they are safe', async () => {
    for (let count = 0; count < 9; count++) append();
    uploader.start();
    await until(() => spool.outbox.unsent === 0);
    expect(requests.map(seqsOf)).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10],
    ]);
    expect(spool.outbox.size).toBe(10);
    position = 10;
    await until(() => spool.outbox.size === 0);
  });

  it('compresses its requests when it is told to', async () => {
    for (let count = 0; count < 3; count++) append();
    uploader = createUploader({ ...options(), gzip: true });
    uploader.start();
    await until(() => spool.outbox.unsent === 0);
    expect(requests.map(seqsOf)).toEqual([[1, 2, 3, 4]]);
    expect(zipped).toEqual([true]);
  });

  it('tries again after a lost connection, a 503 and a 429', async () => {
    script = [
      (_lines, response): void => void response.destroy(),
      status(503, {}, { 'retry-after': '0' }),
      status(429),
    ];
    uploader.start();
    await until(() => spool.outbox.unsent === 0);
    expect(requests.map(seqsOf)).toEqual([[1], [1], [1], [1]]);
    expect(uploader.stats()).toMatchObject({ retries: 3, acknowledged: 1 });
  });

  it('voids what is refused and sends the rest', async () => {
    for (let count = 0; count < 3; count++) append();
    const bad = {
      index: 2,
      source: SOURCE,
      boot: BOOT,
      seq: 3,
      reason: 'data-invalid',
      detail: 'x',
    };
    script = [status(400, { problems: [bad] })];
    uploader.start();
    await until(() => spool.outbox.unsent === 0);
    const types = requests[1]!.map((line) => decodeStructured(Buffer.from(line)).attributes.type);
    expect(requests.map(seqsOf)).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4],
    ]);
    expect(types[2]).toBe(EVENTS.eventVoided.type);
    expect(types[3]).toBe(EVENTS.vehicleArrived.type);
    expect(problems[0]).toContain('data-invalid: x');
  });

  it('voids nothing while the gateway does not know the station', async () => {
    script = [status(400, { problems: [{ index: 0, reason: 'source-unknown', detail: 'x' }] })];
    uploader.start();
    await until(() => spool.outbox.unsent === 0);
    expect(uploader.stats()).toMatchObject({ voided: 0, retries: 1 });
  });

  it('voids nothing for a 400 that is not of the gateway', async () => {
    script = [status(400, '<html>bad request</html>')];
    uploader.start();
    await until(() => spool.outbox.unsent === 0);
    expect(uploader.stats().voided).toBe(0);
  });

  it('halves a request that is too large', async () => {
    for (let count = 0; count < 3; count++) append();
    script = [status(413), status(413)];
    uploader.start();
    await until(() => spool.outbox.unsent === 0);
    expect(requests.slice(0, 3).map(seqsOf)).toEqual([[1, 2, 3, 4], [1, 2], [1]]);
  });

  it('sends an open slot again, and after 30 s what is above the position', async () => {
    for (let count = 0; count < 3; count++) append();
    uploader.start();
    await until(() => spool.outbox.unsent === 0);
    [position, openSlots] = [3, [[2, 2]]];
    nowMs += 6_000;
    await until(() => requests.length > 1);
    expect(seqsOf(requests[1]!)).toEqual([2]);
    nowMs += 25_000;
    await until(() => requests.length > 2);
    expect(seqsOf(requests[2]!)).toContain(4);
  });

  it('keeps everything while the position cannot be had', async () => {
    position = null;
    uploader.start();
    await until(() => problems.some((why) => why.includes('no position')));
    expect(spool.outbox.size).toBe(1);
  });

  it('at the end sends what is in the spool, or leaves it there', async () => {
    uploader.start();
    append();
    await uploader.stop(1_000);
    expect(spool.outbox.unsent).toBe(0);
  });
});

describe('An answer', () => {
  it('asks for a wait in seconds or until a date, at most a minute', () => {
    const now = Date.parse('2026-11-24T08:00:00.000Z');
    expect(retryAfterMs('7', now)).toBe(7_000);
    expect(retryAfterMs('Tue, 24 Nov 2026 08:00:05 GMT', now)).toBe(5_000);
    expect(retryAfterMs('9999', now)).toBe(60_000);
    expect(retryAfterMs('soon', now)).toBe(0);
    expect(readAnswer(503, '', '2', now)).toMatchObject({ kind: 'retry', waitMs: 2_000 });
  });

  it('that does not come is waited for longer each time, up to ten seconds', () => {
    expect([1, 2, 3, 9].map((attempt) => backoffMs(attempt, 1))).toEqual([200, 400, 800, 10_000]);
    expect(backoffMs(1, 0)).toBe(100);
  });
});
