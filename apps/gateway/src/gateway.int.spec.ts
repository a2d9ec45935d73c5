import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { type Pool, createPool, migrate } from '#database';
import { createTopics } from '#kafka';
import { type TestStack, testStack } from '#local';
import { type RunningService, createLogger, startService } from '#process';
import { loadGatewayConfig } from './gateway.config.js';
import { gatewayService } from './gateway.service.js';
import {
  BOOT,
  Door,
  TOKENS,
  Topic,
  arrival,
  dataOf,
  siteOf,
  storeRegistry,
  until,
} from './gateway.spec-tools.js';

let stack: TestStack;
let database: Pool;
let door: Door;
let topic: Topic;
let doorUrl: string;
const dataDir = mkdtempSync(join(tmpdir(), 'urbanmine-gateway-'));
const running: RunningService[] = [];

/** A gateway inside this process; ended with the spec. */
async function gateway(more: Readonly<Record<string, string>> = {}): Promise<string> {
  const config = loadGatewayConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'silent',
    DATABASE_URL: doorUrl,
    KAFKA_BROKERS: stack.brokers.join(','),
    TOPIC_PREFIX: stack.topicPrefix,
    DATA_DIR: dataDir,
    REGISTRY_POLL_MS: '50',
    ...more,
  });
  const logger = createLogger('gateway', 'silent');
  const service = await startService(gatewayService(config, logger, new Registry()), (error) => {
    throw error;
  });
  running.push(service);
  return `http://127.0.0.1:${service.port}`;
}

interface Reply {
  readonly status: number;
  readonly body: {
    accepted?: number;
    status?: number;
    problems?: { index: number; seq: number; reason: string; detail: string }[];
    boots?: unknown;
  };
  readonly headers: Headers;
}

async function post(
  url: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
  source: keyof typeof TOKENS = 'north.gate-1',
): Promise<Reply> {
  const response = await fetch(`${url}/v1/events`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers: {
      authorization: `Bearer ${TOKENS[source]}`,
      'content-type': 'application/x-ndjson',
      ...headers,
    },
  });
  const answer = (await response.json()) as Reply['body'];
  return { status: response.status, body: answer, headers: response.headers };
}

async function position(
  url: string,
  source: string,
  token: string = TOKENS['north.gate-2'],
): Promise<Reply> {
  const response = await fetch(`${url}/v1/stations/${source}/position`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const body = (await response.json()) as Reply['body'];
  return { status: response.status, body, headers: response.headers };
}

const isReady = async (url: string): Promise<boolean> => (await fetch(`${url}/readyz`)).ok;

let url: string;

beforeAll(async () => {
  stack = await testStack();
  await migrate(stack.databaseUrl);
  database = createPool({
    databaseUrl: stack.databaseUrl,
    applicationName: 'spec',
    onIdleError: () => undefined,
  });
  await storeRegistry(database, siteOf('north'), true);
  await storeRegistry(database, siteOf('south'), true);
  topic = new Topic(stack.brokers, stack.topicPrefix);
  await createTopics(topic.kafka, stack.topicPrefix);
  const target = new URL(stack.databaseUrl);
  door = new Door(target.hostname, Number(target.port));
  target.port = String(await door.open());
  target.hostname = '127.0.0.1';
  doorUrl = target.href;
  url = await gateway();
  await until(() => isReady(url));
}, 60_000);

afterAll(async () => {
  await Promise.all(running.map((service) => service.stop()));
  await door.shut();
  await database.end();
  await stack.close();
  rmSync(dataDir, { recursive: true, force: true });
}, 30_000);

describe('POST /v1/events', () => {
  it('says 202 when all are in the partition of the site, byte for byte, in their order', async () => {
    const before = await topic.count();
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const own = traceparent.replaceAll('a', 'c');
    const events = [own, 'malformed', undefined].map((said, at) =>
      said === undefined
        ? arrival(at + 1)
        : arrival(at + 1).replace('{', `{"traceparent":"${said}",`),
    );
    const answer = await post(url, events.join('\n'), { traceparent });
    expect(answer).toMatchObject({ status: 202, body: { accepted: 3 } });
    expect(await topic.count()).toBe(before + 3);
    const written = (await topic.read()).slice(-3);
    expect(written.map(({ value }) => value)).toEqual(events.map(dataOf));
    const traces = written.map(({ headers }) => headers['ce_traceparent']);
    expect(traces).toEqual([own, traceparent, traceparent]);
    expect(written[2]).toMatchObject({
      partition: 1,
      key: 'north',
      headers: {
        ce_specversion: '1.0',
        ce_id: `${BOOT}.3`,
        ce_source: 'north.gate-1',
        ce_siteid: 'north',
        ce_seq: '3',
        ce_traceparent: traceparent,
        'content-type': 'application/json',
      },
    });
  });

  it('takes one event, a batch, and gzip', async () => {
    const before = await topic.count();
    const one = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
    expect((await post(url, arrival(4), one)).body).toEqual({ accepted: 1 });
    const batch = { 'content-type': 'application/cloudevents-batch+json' };
    expect((await post(url, `[${arrival(5)},${arrival(6)}]`, batch)).body).toEqual({ accepted: 2 });
    const gzip = { 'content-encoding': 'gzip' };
    expect((await post(url, gzipSync(arrival(7)), gzip)).body).toEqual({ accepted: 1 });
    expect(await topic.count()).toBe(before + 4);
  });

  it('takes concurrent requests of one source one after the other', async () => {
    const seqs = Array.from({ length: 8 }, (_, index) => 100 + index);
    const answers = await Promise.all(seqs.map((seq) => post(url, arrival(seq))));
    expect(answers.map(({ status }) => status)).toEqual(seqs.map(() => 202));
  });

  it('accepts nothing of a request with a bad event, and names each', async () => {
    const before = await topic.count();
    const wrong = arrival(9, 'north.gate-1', '{"visitId":"north.visit-9","direction":"up","x":1}');
    const answer = await post(url, [arrival(8), wrong, '{"cut', arrival(10)].join('\n'));
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body.problems).toMatchObject([
      { index: 1, source: 'north.gate-1', boot: BOOT, seq: 9, reason: 'data-invalid' },
      { index: 2, source: null, reason: 'data-not-json' },
    ]);
    expect(answer.body.problems?.[0]?.detail).toMatch(/direction: .*Unrecognized key: "x"/);
    expect(await topic.count()).toBe(before);
  });

  it('knows nobody without a token, and lets nobody speak for another', async () => {
    const before = await topic.count();
    for (const authorization of ['', 'Bearer wrong', 'Basic abc']) {
      const answer = await post(url, arrival(8), { authorization });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    const other = await post(url, arrival(8), {}, 'north.gate-2');
    expect(other.status).toBe(403);
    expect(other.body.problems).toMatchObject([{ reason: 'source-unknown', seq: 8 }]);
    const frame = arrival(8).replace('vehicle.arrived', 'pieces.scanned');
    expect((await post(url, frame)).body.problems).toMatchObject([{ reason: 'type-not-allowed' }]);
    expect(await topic.count()).toBe(before);
  });

  it('bounds bodies, inflated ones too, and the number of events', async () => {
    const large = Buffer.alloc(2_000_000, ' ');
    expect((await post(url, large)).status).toBe(413);
    expect((await post(url, gzipSync(large), { 'content-encoding': 'gzip' })).status).toBe(413);
    expect((await post(url, '1\n'.repeat(1_001))).status).toBe(413);
    expect((await post(url, 'not gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
    expect((await post(url, arrival(8), { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post(url, arrival(8), { 'content-encoding': 'br' })).status).toBe(415);
    expect((await post(url, arrival(8))).status).toBe(202);
  });

  it('answers unknown paths as a problem', async () => {
    const response = await fetch(`${url}/v1/nothing`);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json',
    ]);
  });

  it('sends requests away beyond its bounds', async () => {
    const narrow = await gateway({ IN_FLIGHT_BYTES_MAX: '100' });
    await until(() => isReady(narrow));
    const answer = await post(narrow, arrival(8));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    const single = await gateway({ SOURCE_REQUESTS_MAX: '1', LINGER_MS: '300' });
    await until(() => isReady(single));
    const [first, second] = await Promise.all([
      post(single, arrival(8)),
      new Promise((resolve) => setTimeout(resolve, 100)).then(() => post(single, arrival(9))),
    ]);
    expect([first.status, second.status]).toEqual([202, 429]);
  });
});

describe('the registry', () => {
  it('lets a planned version speak only through its registrar, until it is announced', async () => {
    await storeRegistry(
      database,
      {
        ...siteOf('south', 2),
        stations: siteOf('north').stations.map((station) => ({
          ...station,
          source: station.source.replace('north', 'south'),
          tokenSha256: station.tokenSha256.replace(/^..../, 'beef'),
        })),
      },
      false,
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await post(url, arrival(1, 'south.gate-1'), {}, 'south.gate-1')).status).toBe(202);
    await database.query(
      "UPDATE registry SET announced_at = now() WHERE site_id = 'south' AND announced_at IS NULL",
    );
    await until(
      async () => (await post(url, arrival(2, 'south.gate-1'), {}, 'south.gate-1')).status === 401,
    );
  });
});

describe('without the database', () => {
  it('takes events, answers 503 for positions, and starts from the kept registry', async () => {
    await door.shut();
    expect((await post(url, arrival(20))).status).toBe(202);
    const away = await position(url, 'north.gate-1');
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '2']);
    const fresh = await gateway();
    await until(() => isReady(fresh));
    expect((await post(fresh, arrival(21))).status).toBe(202);
    const empty = await gateway({ DATA_DIR: join(dataDir, 'empty') });
    expect((await post(empty, arrival(22))).status).toBe(503);
    await door.open();
    await until(async () => (await position(url, 'north.gate-1')).status === 200);
    await until(() => isReady(empty));
  });
});

describe('GET /v1/stations/{source}/position', () => {
  it('tells boots, newest first, with open slots', async () => {
    await database.query(
      `INSERT INTO boot (site_id, source, boot, position, waiting, accepted, duplicates, state)
       VALUES ('north', 'north.gate-1', 100, 7, false, 7, 0, '{"openSlots":[]}'),
              ('north', 'north.gate-1', 200, 9, true, 6, 0,
               '{"openSlots":[{"first":2,"last":3},{"first":5,"last":5}]}')`,
    );
    expect((await position(url, 'north.gate-1')).body).toEqual({
      source: 'north.gate-1',
      boots: [
        {
          boot: 200,
          position: 9,
          openSlots: [
            [2, 3],
            [5, 5],
          ],
        },
        { boot: 100, position: 7, openSlots: [] },
      ],
    });
    expect((await position(url, 'north.gate-2')).body.boots).toEqual([]);
  });

  it('is for the tokens of the site only', async () => {
    expect((await position(url, 'north.nobody')).status).toBe(404);
    expect((await position(url, 'north.gate-1', 'wrong')).status).toBe(401);
    expect((await position(url, 'south.registrar')).status).toBe(404);
  });
});
