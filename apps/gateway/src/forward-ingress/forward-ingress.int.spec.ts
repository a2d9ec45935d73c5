import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import {
  EVENTS,
  TOPICS,
  type TopicName,
  decodeHeaders,
  ingressTopic,
  parseJson,
  sha256,
  topicName,
} from '#contracts';
import { type Pool, createPool } from '#database';
import { type Kafka, type RecordProducer, createKafka, createProducer } from '#kafka';
import { type Stack, type TestStack, startStack, testDataDir, testStack } from '#local';
import { type RunningService, createLogger, startService } from '#process';
import { loadGatewayConfig } from '../gateway.config.js';
import { gatewayService } from '../gateway.service.js';
import { TOKENS, arrival, dataOf, siteOf, storeRegistry, until } from '../gateway.spec-tools.js';
import {
  GATE,
  OTHER,
  PREFIX,
  type Printed,
  recordOf,
  refusal,
  runUrbanmine,
} from './spec-secured.js';

const silent = (): void => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };

interface Found {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

const dataDir = testDataDir();
let shared: TestStack;
let stack: Stack;
let database: Pool;
let admin: Kafka;
let gate: RecordProducer;
let other: RecordProducer;
let service: RunningService | undefined;
let registry: Registry;
const opened: { close(): Promise<void> }[] = [];

const clientOf = (username: string, password: string): Kafka => {
  const sasl = { mechanism: 'scram-sha-512', username, password } as const;
  return createKafka({ brokers: stack.kafkaBrokers, clientId: username, logger, sasl });
};

async function producerOf(username: string, password: string): Promise<RecordProducer> {
  const producer = createProducer(clientOf(username, password), { logger });
  await producer.connect();
  opened.push(producer);
  return producer;
}

/** From `dist/`, as a principal of the broker. */
const urbanmineAs = (username: string, password: string, ...args: string[]): Printed => {
  const { databaseUrl } = shared;
  return runUrbanmine({ databaseUrl, brokers: stack.kafkaBrokers, username, password }, args);
};

const urbanmine = (...args: string[]): Printed =>
  urbanmineAs('admin', stack.kafkaPasswords!.admin, ...args);

async function startGateway(): Promise<void> {
  registry = new Registry();
  const config = loadGatewayConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: shared.databaseUrl,
    KAFKA_BROKERS: stack.kafkaBrokers.join(','),
    KAFKA_USERNAME: 'gateway',
    KAFKA_PASSWORD: stack.kafkaPasswords!.gateway,
    TOPIC_PREFIX: PREFIX,
    DATA_DIR: dataDir,
    REGISTRY_POLL_MS: '100',
    INGRESS_POLL_MS: '200',
  });
  service = await startService(
    gatewayService(config, createLogger('gateway', 'silent'), registry),
    (error) => {
      throw error;
    },
  );
}

/** Everything of a topic from its start, as it comes. */
async function follow(name: TopicName): Promise<Found[]> {
  const found: Found[] = [];
  const consumer = admin.consumer({ groupId: `${PREFIX}spec-${name}`, maxWaitTimeInMs: 50 });
  await consumer.connect();
  opened.push({ close: () => consumer.disconnect() });
  await consumer.subscribe({ topic: topicName(PREFIX, name), fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message: { key, value, headers } }) => {
      const texts = Object.entries(headers ?? {}).map(([one, text]) => [one, String(text)]);
      found.push({
        key: String(key),
        value: String(value),
        headers: Object.fromEntries(texts) as Record<string, string>,
      });
      return Promise.resolve();
    },
  });
  return found;
}

beforeAll(async () => {
  shared = await testStack();
  const { databaseUrl } = shared;
  stack = await startStack({
    dataDir,
    portBase: 'free',
    throwAway: true,
    secure: true,
    databaseUrl,
  });
  await urbanmine('provision', '--acls');
  const [first, second] = await Promise.all([
    urbanmine('station', 'ingress', GATE),
    urbanmine('station', 'ingress', OTHER),
  ]);
  expect(first).toMatchObject({ topic: ingressTopic(PREFIX, GATE), username: GATE });
  database = createPool({ databaseUrl, applicationName: 'spec', onIdleError: silent });
  await storeRegistry(database, siteOf('north'), true);
  admin = clientOf('admin', stack.kafkaPasswords!.admin);
  gate = await producerOf(GATE, first['password']!);
  other = await producerOf(OTHER, second['password']!);
  await startGateway();
}, 120_000);

afterAll(async () => {
  await service?.stop();
  await Promise.all(opened.map((one) => one.close()));
  await database.end();
  await stack.stop();
  await shared.close();
}, 60_000);

describe('urbanmine fence adopt', () => {
  it('asks the broker as the principal that is given, and moves nothing as nobody', async () => {
    const topic = topicName(PREFIX, 'classifiedEvents');
    await database.query(
      `INSERT INTO fence (topic, partition, epoch, cluster_id, next_offset, owner, claimed_at)
       VALUES ($1, 1, 3, 'another cluster', 7, 'spec', now())`,
      [topic],
    );
    const tokens = join(dataDir, 'registrar-token.json');
    writeFileSync(tokens, JSON.stringify(TOKENS));
    const args = [
      ...['fence', 'adopt', '--site', 'north', '--to', 'earliest', '--unsealed'],
      ...['--gateway', `http://127.0.0.1:${service?.port}`, '--tokens', tokens],
      ...['--reason', 'another broker', '--actor', 'operator-7'],
    ];
    await expect(urbanmineAs('ledger', 'guessed', ...args)).rejects.toThrow('refused it');
    const moved = await urbanmineAs('ledger', stack.kafkaPasswords!.ledger, ...args);
    expect(moved).toMatchObject({ topic, fromOffset: 7, toOffset: 0, epoch: 4 });
    const { rows } = await database.query(
      'SELECT epoch, next_offset, cluster_id FROM fence WHERE topic = $1 AND partition = 1',
      [topic],
    );
    const { clusterId } = moved;
    expect(rows).toEqual([{ epoch: '4', next_offset: '0', cluster_id: clusterId }]);
  }, 60_000);
});

describe('a station that writes to Kafka itself', () => {
  let stream: Found[];
  let letters: Found[];
  const ofType = (type: string): Found[] =>
    stream.filter(({ headers }) => headers['ce_type'] === type);
  const rejects = (): Found[] => ofType(EVENTS.recordRejected.type);
  const arrivals = (): Found[] => ofType(EVENTS.vehicleArrived.type);

  beforeAll(async () => {
    stream = await follow('stationEvents');
    letters = await follow('deadLetters');
  }, 30_000);

  it('has its events in the stream of its site, byte for byte, in its order', async () => {
    const headers = { 'x-mine': 'not for the stream' };
    await gate.send([1, 2, 3].map((seq) => recordOf(seq, GATE, headers)));
    await until(() => Promise.resolve(arrivals().length === 3), 30);
    expect(arrivals().map(({ value }) => value)).toEqual([1, 2, 3].map((s) => dataOf(arrival(s))));
    expect(arrivals()[2]).toMatchObject({
      key: 'north',
      headers: { ce_source: GATE, ce_seq: '3' },
    });
    expect(arrivals()[2]!.headers).not.toHaveProperty('x-mine');
  }, 45_000);

  it('finds what was refused as a dead letter and as a mark in the stream', async () => {
    const bad = { ...recordOf(4), value: Buffer.from('{"visitId":"north.visit-4"}') };
    const forged = recordOf(5, GATE, { ce_source: OTHER });
    await gate.send([bad, forged, recordOf(6)]);
    await until(() => Promise.resolve(arrivals().length === 4 && letters.length === 2), 30);
    expect(rejects().map(({ headers }) => decodeHeaders(headers))).toMatchObject([
      { source: GATE, seq: 4, siteid: 'north' },
      { source: 'north/gateway.gate-1', boot: 0, seq: 5, siteid: 'north' },
    ]);
    expect(parseJson(Buffer.from(rejects()[0]!.value))).toMatchObject({
      topic: ingressTopic(PREFIX, GATE),
      offset: '3',
      reason: 'data-invalid',
      rawSha256: sha256(bad.value).toString('hex'),
    });
    expect(letters.map(({ headers }) => headers['reason'])).toEqual([
      'data-invalid',
      'source-unknown',
    ]);
    expect(letters[0]).toMatchObject({
      value: bad.value.toString(),
      headers: { 'rejected-by': 'gateway', sha256: sha256(bad.value).toString('hex') },
    });
  }, 45_000);

  it('is listed, shown, and after a fix said again', async () => {
    const [example] = EVENTS.runClosed.examples;
    const { type } = EVENTS.runClosed;
    const change = { ce_type: type, ce_subject: example!.runId };
    const record = { ...recordOf(1, OTHER, change), value: Buffer.from(JSON.stringify(example)) };
    await other.send([record]);
    await until(() => Promise.resolve(letters.length === 3), 30);
    const listed = await urbanmine('dead-letters', 'list', '--from', '2', '--source', OTHER);
    expect(listed['letters']).toMatchObject([{ offset: 2, reason: 'type-not-allowed' }]);
    const shown = await urbanmine('dead-letters', 'show', '2');
    expect(Buffer.from(shown['valueBase64']!, 'base64')).toEqual(record.value);
    const fixed = siteOf('north', 2);
    const stations = fixed.stations.map((station) =>
      station.source === OTHER ? { ...station, kind: 'line' as const } : station,
    );
    await storeRegistry(database, { ...fixed, stations }, true);
    await until(async () => {
      const { outcomes } = await urbanmine('dead-letters', 'replay', '2');
      expect(outcomes).toMatchObject([{ offset: 2, source: OTHER, outcome: 'sent' }]);
      // The gateway may have looked at the registry just before.
      await new Promise((resolve) => setTimeout(resolve, 500));
      return ofType(type).length > 0;
    }, 45);
    expect(ofType(type)[0]!.value).toBe(record.value.toString());
  }, 90_000);

  it('can write to no topic but its own, and read none', async () => {
    const foreign = [
      ingressTopic(PREFIX, OTHER),
      ...(Object.keys(TOPICS) as TopicName[]).map((name) => topicName(PREFIX, name)),
    ];
    const record = recordOf(7);
    const answers: (string | undefined)[] = [];
    for (const topic of foreign) answers.push(await refusal(gate.send([{ ...record, topic }])));
    expect(answers).toEqual(foreign.map(() => 'TOPIC_AUTHORIZATION_FAILED'));
    const client = clientOf(GATE, (await urbanmine('station', 'ingress', GATE))['password']!);
    const asAdmin = client.admin();
    await asAdmin.connect();
    expect(await asAdmin.listTopics()).toEqual([ingressTopic(PREFIX, GATE)]);
    const topics = [{ topic: `${PREFIX}mine` }];
    expect(await refusal(asAdmin.createTopics({ topics }))).toBe('KafkaJSAggregateError');
    await asAdmin.disconnect();
    const reader = client.consumer({ groupId: `${PREFIX}gateway`, retry: { retries: 0 } });
    const crashed = new Promise<string | undefined>((done) => {
      reader.on(reader.events.CRASH, ({ payload }) => {
        done(payload.error.name);
      });
    });
    await reader.connect();
    await reader.subscribe({ topic: ingressTopic(PREFIX, GATE) });
    await reader.run({ eachMessage: () => Promise.resolve() });
    // So kafkajs calls it when a group is not for this principal.
    expect(await crashed).toBe('KafkaJSGroupCoordinatorNotFound');
    await reader.disconnect();
    // A new password makes the old one void for whoever logs in with it; what is open stays open.
    await gate.send([record]);
  }, 60_000);

  it('is nobody with a wrong password', async () => {
    const connecting = clientOf(OTHER, 'guessed').admin();
    expect(await refusal(connecting.connect())).toBe('KafkaJSSASLAuthenticationError');
  });

  it('waits for a gateway that is away, and loses nothing by its restart', async () => {
    await until(() => Promise.resolve(arrivals().length === 5), 30);
    await service?.stop();
    await gate.send([recordOf(8), recordOf(9)]);
    await startGateway();
    await until(() => Promise.resolve(arrivals().length === 7), 45);
    expect(arrivals().map(({ headers }) => headers['ce_seq'])).toEqual([
      '1',
      '2',
      '3',
      '6',
      '7',
      '8',
      '9',
    ]);
  }, 90_000);

  it('of nothing but garbage is stopped, and the others go on', async () => {
    const before = rejects().length;
    const closed = ofType(EVENTS.runClosed.type).length;
    const garbage = Array.from({ length: 60 }, () => ({ ...recordOf(1), value: Buffer.from('x') }));
    await gate.send(garbage);
    const [example] = EVENTS.runClosed.examples;
    const change = { ce_type: EVENTS.runClosed.type, ce_subject: example!.runId };
    const value = Buffer.from(JSON.stringify(example));
    await other.send([{ ...recordOf(2, OTHER, change), value }]);
    const topic = ingressTopic(PREFIX, GATE);
    await until(async () => {
      const text = await registry.metrics();
      return text.includes(`urbanmine_kafka_stopped_partitions{topic="${topic}"} 1`);
    }, 30);
    await until(() => Promise.resolve(ofType(EVENTS.runClosed.type).length > closed), 30);
    await until(() => Promise.resolve(rejects().length - before === 19), 30);
    const url = `http://127.0.0.1:${service?.port}`;
    await until(async () => (await fetch(`${url}/readyz`)).ok, 10);
  }, 90_000);
});
