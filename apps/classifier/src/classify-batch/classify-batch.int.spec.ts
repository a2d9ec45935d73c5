import { Buffer } from 'node:buffer';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  DEAD_LETTER_HEADERS,
  EVENTS,
  type EventAttributes,
  INGEST_TIME_HEADER,
  type RecordHeaders,
  type TopicName,
  decodeBody,
  decodeHeaders,
  encodeHeaders,
  parseJson,
  topicName,
} from '#contracts';
import {
  type OutgoingRecord,
  type RecordProducer,
  createKafka,
  createProducer,
  createTopics,
} from '#kafka';
import { type TestStack, testStack } from '#local';
import { type RunningService, createLogger, startService } from '#process';
import type { Consumer, Kafka } from 'kafkajs';
import { Registry } from 'prom-client';
import { readClassifierConfig } from '../classifier.config.js';
import { classifierService } from '../classifier.module.js';
import { FRAME, attributesOf } from './spec-records.js';

const PARTITION = 2;
const FEED = EVENTS.feedMetered;

interface Found {
  readonly key: string;
  readonly value: Buffer;
  readonly headers: RecordHeaders;
}

let stack: TestStack;
let kafka: Kafka;
let producer: RecordProducer;
let service: RunningService | undefined;
const fatal: unknown[] = [];
const consumers: Consumer[] = [];

async function startClassifier(): Promise<RunningService> {
  const config = readClassifierConfig({
    KAFKA_BROKERS: stack.brokers.join(','),
    TOPIC_PREFIX: stack.topicPrefix,
    PORT: '0',
    HOST: '127.0.0.1',
  });
  const options = classifierService(config, createLogger('spec', 'silent'), new Registry());
  return startService(options, (error) => fatal.push(error));
}

/** Everything of a topic from its start, as it comes. */
async function follow(topic: TopicName): Promise<Found[]> {
  const found: Found[] = [];
  const groupId = `${stack.topicPrefix}${topic}-reader`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50 });
  consumers.push(consumer);
  await consumer.connect();
  await consumer.subscribe({ topic: topicName(stack.topicPrefix, topic), fromBeginning: true });
  await consumer.run({
    eachMessage: ({ message }) => {
      const { key, value, headers } = message;
      found.push({ key: String(key), value: value!, headers: headers ?? {} });
      return Promise.resolve();
    },
  });
  return found;
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`not so within 15 s: ${String(condition)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const outgoing = (attributes: EventAttributes, data: string): OutgoingRecord => ({
  topic: topicName(stack.topicPrefix, 'stationEvents'),
  partition: PARTITION,
  key: 'north',
  value: Buffer.from(data),
  headers: encodeHeaders(attributes),
});

const frame = (seq: number): OutgoingRecord =>
  outgoing(attributesOf(seq, 'pieces.scanned'), JSON.stringify(FRAME));
const feed = (seq: number): OutgoingRecord =>
  outgoing(attributesOf(seq, FEED.name), JSON.stringify(FEED.examples[0]));

const seqsOf = (found: readonly Found[]): number[] =>
  found.map(({ headers }) => decodeHeaders(headers).seq);

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

beforeAll(async () => {
  stack = await testStack();
  const logger = createLogger('spec', 'silent');
  kafka = createKafka({ brokers: stack.brokers, clientId: 'spec', logger });
  producer = createProducer(kafka, { logger });
  await createTopics(kafka, stack.topicPrefix);
  await producer.connect();
}, 30_000);

afterAll(async () => {
  await service?.stop();
  await Promise.all(consumers.map((consumer) => consumer.disconnect()));
  await producer.close();
  await stack.close();
}, 30_000);

describe('the classifier on a broker', () => {
  let classified: Found[];
  let letters: Found[];

  it('maps a stream in order, and marks bytes that are no event in their place', async () => {
    [classified, letters] = await Promise.all([follow('classifiedEvents'), follow('deadLetters')]);
    service = await startClassifier();
    const wrong = outgoing(attributesOf(151, 'pieces.scanned'), '{"runId":');
    const garbage: OutgoingRecord = { ...frame(1), headers: {}, value: Buffer.from([0xff, 0x00]) };
    await producer.send([
      ...range(1, 150).map((seq) => (seq % 3 === 0 ? feed(seq) : frame(seq))),
      wrong,
      ...range(152, 200).map(frame),
      garbage,
      ...range(201, 210).map(frame),
    ]);
    await until(() => classified.length === 211);

    const rejected = classified.splice(200, 1)[0]!;
    expect(seqsOf(classified)).toEqual(range(1, 210));
    expect(classified.every(({ key }) => key === 'north')).toBe(true);
    classified.forEach(({ headers, value }) => {
      const { type } = decodeHeaders(headers);
      expect(() => decodeBody(type, parseJson(value))).not.toThrow();
      const appended = Number(String(headers[INGEST_TIME_HEADER]));
      expect(Math.abs(Date.now() - appended)).toBeLessThan(60_000);
    });
    expect(decodeHeaders(classified[150]!.headers)).toEqual({
      ...attributesOf(151, 'record.rejected'),
    });
    expect(decodeHeaders(rejected.headers)).toMatchObject({
      source: 'north/classifier',
      boot: 0,
      seq: 201,
      type: EVENTS.recordRejected.type,
    });
  }, 30_000);

  it('keeps the bytes it could not accept as dead letters', async () => {
    await until(() => letters.length === 2);
    expect(letters.map(({ value }) => value)).toEqual([
      Buffer.from('{"runId":'),
      Buffer.from([0xff, 0x00]),
    ]);
    const reasons = letters.map(({ headers }) => String(headers[DEAD_LETTER_HEADERS.reason]));
    expect(reasons).toEqual(['data-not-json', 'attributes-invalid']);
    expect(String(letters[1]!.headers[DEAD_LETTER_HEADERS.offset])).toBe('200');
  }, 30_000);

  it('counts what it did', async () => {
    const text = await (await fetch(`http://127.0.0.1:${service!.port}/metrics`)).text();
    expect(text).toContain('urbanmine_classifier_frames_total{outcome="classified"} 159');
    expect(text).toContain('urbanmine_classifier_rejects_total{reason="data-not-json"} 1');
    expect(text).toContain('urbanmine_classifier_pieces_total{class="copper-bearing"} 159');
    expect((await fetch(`http://127.0.0.1:${service!.port}/readyz`)).status).toBe(200);
  });

  it('goes on from the committed offset after a restart', async () => {
    await service?.stop();
    await producer.send(range(211, 260).map(frame));
    service = await startClassifier();
    await producer.send(range(261, 280).map(feed));
    await until(() => classified.length >= 280);
    expect(seqsOf(classified)).toEqual(range(1, 280));
    expect(fatal).toEqual([]);
  }, 30_000);
});
