import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  EVENTS,
  type EventAttributes,
  FACTS,
  type SiteRegistry,
  decodeEntry,
  encodeHeaders,
  encodeRegistry,
  ingressTopic,
  registryDigest,
  sha256,
} from '#contracts';
import { type Pool, createPool, decodeChunk, migrate } from '#database';
import { structuredLine } from '#edge';
import { type RecordProducer, createKafka, createTopics, kafkajsTransport } from '#kafka';
import { type TestStack, testStack } from '#local';
import { createLogger } from '#process';
import { BOOT } from '../../../test/arbitraries/site-stream.js';
import { isRunnable } from '../../../test/downstream.js';
import { eventually } from '../../../test/eventually.js';
import { commandBlocks } from '../../../test/pages.js';
import { LedgerProcess } from './spec-process.js';

/** One station by both doors at once: gateway, classifier and ledger as processes, and a kill. */

const GATE = 'north.gate-1';
const REGISTRAR = 'north.registrar';
const tokenOf = (source: string): string => `token-of-${source}`;
const silent = (): void => undefined;

const REGISTRY: SiteRegistry = {
  siteId: 'north',
  version: 1,
  name: 'north',
  partition: 0,
  lines: [],
  scales: [],
  stations: ([GATE, REGISTRAR] as const).map((source) => ({
    source,
    kind: source === GATE ? 'gate' : 'registrar',
    publicKey: Buffer.alloc(32, 7).toString('base64'),
    tokenSha256: sha256(Buffer.from(tokenOf(source))).toString('hex'),
  })),
};

let stack: TestStack;
let pool: Pool;
let producer: RecordProducer;
let topic: string;
let dataDir: string;
let gateway: LedgerProcess;
const processes: LedgerProcess[] = [];

async function start(app: 'gateway' | 'classifier' | 'ledger'): Promise<LedgerProcess> {
  const started = new LedgerProcess(
    {
      DATABASE_URL: stack.databaseUrl,
      KAFKA_BROKERS: stack.brokers.join(','),
      TOPIC_PREFIX: stack.topicPrefix,
      DATA_DIR: join(dataDir, app),
      ...(app === 'gateway' ? { INGRESS_POLL_MS: '200' } : {}),
    },
    app,
  );
  processes.push(started);
  await eventually(`the ${app} listens`, () => started.url, 60_000);
  return started;
}

const attributesOf = (source: string, seq: number, type: string, subject: string) =>
  ({
    ...{ source, boot: BOOT, seq, type, subject, siteid: 'north' },
    time: '2026-11-24T08:00:00.000Z',
  }) satisfies EventAttributes;

function arrival(seq: number): { attributes: EventAttributes; data: string } {
  const visitId = `north.visit-${seq}`;
  const data = JSON.stringify({ visitId, direction: 'inbound' });
  return { attributes: attributesOf(GATE, seq, EVENTS.vehicleArrived.type, visitId), data };
}

/** Straight to Kafka, into the station's own topic. */
async function write(seqs: readonly number[]): Promise<void> {
  await producer.send(
    seqs.map((seq) => {
      const { attributes, data } = arrival(seq);
      const headers = encodeHeaders(attributes);
      return { topic, partition: 0, key: null, value: Buffer.from(data), headers };
    }),
  );
}

/**
 * The kcat command of docs/straight-to-kafka.md, which says the first event, without its login: the
 * broker of the specs knows no principals, and Debian's kcat could not log in to one that does.
 */
async function writeByKcat(): Promise<void> {
  const block = commandBlocks('docs/straight-to-kafka.md').find(({ text }) => /^kcat/m.test(text));
  const script = block!.text
    .replace('127.0.0.1:7111', stack.brokers[0]!)
    .replace(`urbanmine.ingress.${GATE}.v1`, topic)
    .split('\n')
    .filter((text) => !/^PASSWORD=|^ +-X /.test(text));
  await promisify(execFile)('sh', ['-ec', script.join('\n')], { cwd: dataDir, timeout: 30_000 });
}

/** By a request, again until it is acknowledged. */
async function post(source: string, lines: readonly Buffer[]): Promise<void> {
  const headers = {
    authorization: `Bearer ${tokenOf(source)}`,
    'content-type': 'application/x-ndjson',
  };
  const body = lines.map((line) => `${line.toString()}\n`).join('');
  await eventually(`${source} is acknowledged`, async () => {
    const response = await fetch(`${gateway.url!}/v1/events`, { method: 'POST', headers, body });
    if (response.status >= 400 && response.status < 404) throw new Error(await response.text());
    return response.status === 202;
  });
}

const postArrivals = (seqs: readonly number[]): Promise<void> =>
  post(
    GATE,
    seqs.map(arrival).map(({ attributes, data }) => structuredLine(attributes, data).line),
  );

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

async function position(): Promise<{ position: number; duplicates: number }> {
  const { rows } = await pool.query<{ position: string; duplicates: string }>(
    'SELECT position, duplicates FROM boot WHERE source = $1',
    [GATE],
  );
  const [row] = rows;
  return { position: Number(row?.position ?? 0), duplicates: Number(row?.duplicates ?? 0) };
}

beforeAll(async () => {
  stack = await testStack();
  await migrate(stack.databaseUrl);
  const { databaseUrl, brokers, topicPrefix } = stack;
  pool = createPool({ databaseUrl, applicationName: 'spec', onIdleError: silent });
  const body = encodeRegistry(REGISTRY);
  await pool.query(
    `INSERT INTO registry (site_id, version, digest, body, announced_at)
     VALUES ('north', 1, $1, $2, now())`,
    [registryDigest(body), body],
  );
  const logger = createLogger('spec', 'silent');
  const kafka = createKafka({ brokers, clientId: 'spec', logger });
  await createTopics(kafka, topicPrefix);
  topic = ingressTopic(topicPrefix, GATE);
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: 1 }] });
  await admin.disconnect();
  producer = kafkajsTransport(kafka).createProducer({ logger });
  await producer.connect();
  dataDir = mkdtempSync(join(tmpdir(), 'urbanmine-ingress-'));
  [gateway] = await Promise.all([start('gateway'), start('classifier'), start('ledger')]);
}, 90_000);

afterAll(async () => {
  for (const one of processes) one.kill();
  await Promise.all(processes.map(({ exited }) => exited));
  await producer.close();
  await pool.end();
  await stack.close();
  rmSync(dataDir, { recursive: true, force: true });
}, 60_000);

it('has each event of a station once, by whichever door and however often it came', async () => {
  const adopted = {
    ...{ reference: 'sites', name: 'north', version: 1 },
    digest: registryDigest(encodeRegistry(REGISTRY)),
  };
  const adoption = attributesOf(REGISTRAR, 1, EVENTS.referenceAdopted.type, REGISTRAR);
  await post(REGISTRAR, [structuredLine(adoption, JSON.stringify(adopted)).line]);

  if (isRunnable('kcat')) {
    await writeByKcat();
    await eventually('it is booked', async () => (await position()).position === 1, 60_000);
  }
  // Some twice in the topic, some by both doors at the same time.
  await Promise.all([write([...range(1, 20), ...range(11, 20)]), postArrivals(range(5, 15))]);
  await eventually('the first are booked', async () => (await position()).position >= 20, 60_000);

  // What is written while it dies is forwarded again in part, or for the first time.
  await write([...range(21, 40), ...range(31, 40)]);
  gateway.kill();
  await gateway.exited;
  await write(range(36, 45));
  gateway = await start('gateway');
  await postArrivals(range(30, 50));
  // The last of the topic: everything before it has been forwarded once it is in the log.
  await write([...range(46, 50), 51]);
  await eventually('the last is booked', async () => (await position()).position >= 51, 90_000);

  const { rows } = await pool.query<{ codec: string; body: Buffer }>(
    `SELECT codec, body FROM chunk WHERE site_id = 'north' ORDER BY first_index`,
  );
  const entries = rows
    .flatMap(({ codec, body }) => decodeChunk(codec, body))
    .map((entry) => decodeEntry(Buffer.from(entry)));
  const said = entries
    .filter(({ attributes }) => attributes.source === GATE)
    .map(({ attributes: { seq }, data }) => ({ seq, data: data.toString() }))
    .sort((one, other) => one.seq - other.seq);
  expect(said).toEqual(range(1, 51).map((seq) => ({ seq, data: arrival(seq).data })));
  const types = entries.map(({ attributes }) => attributes.type);
  expect(types).not.toContain(FACTS.equivocationFound.type);
  const { duplicates } = await position();
  // 30 + 11 + 30 + 10 + 21 + 6 were acknowledged; a kill may only add to it.
  expect(duplicates).toBeGreaterThanOrEqual(108 - 51);
}, 240_000);
