import kafkajs, { type Admin, type Consumer, type Kafka } from 'kafkajs';
import { createKafka } from '#kafka';
import { type RunningLine, until } from './running-line.js';

/** Reads a running line from outside, as its users do: the API, and the topics with plain kafkajs. */

const silent = (): void => undefined;
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };

export interface Page<T> {
  readonly items: readonly T[];
}

/** JSON of the API; throws when it answers anything but 2xx. */
export async function fromApi<T>(line: RunningLine, path: string): Promise<T> {
  const response = await fetch(`${line.url('api')}${path}`);
  if (!response.ok) throw new Error(`${path} answers ${response.status}`);
  return (await response.json()) as T;
}

/** Size of the newest signed checkpoint of a site; 0 before the first. */
export async function signedSize(line: RunningLine, siteId: string): Promise<number> {
  const { items } = await fromApi<Page<{ siteId: string; checkpoint: { size: number } | null }>>(
    line,
    '/v1/sites',
  );
  return items.find((site) => site.siteId === siteId)?.checkpoint?.size ?? 0;
}

const TOPIC_PREFIX = 'urbanmine.';

const client = (line: RunningLine): Kafka =>
  createKafka({ brokers: [...line.brokers], clientId: 'spec', logger: SILENT, retries: 60 });

/**
 * Resolves when nobody has anything left to do: the classifier has passed on all that stations
 * said, the ledger has booked it, and the newest tree is signed.
 */
export async function untilDrained(line: RunningLine, siteId: string, ms: number): Promise<void> {
  const admin = client(line).admin();
  await admin.connect();
  try {
    await until('a drained line', ms, async () => {
      for (const [topic, group] of [
        ['station-events.v1', 'classifier'],
        ['classified-events.v1', 'ledger'],
      ] as const) {
        if ((await lagOf(admin, topic, group)) > 0) return undefined;
      }
      const { items } = await fromApi<
        Page<{ siteId: string; treeSize: number; checkpoint: { size: number } | null }>
      >(line, '/v1/sites');
      const site = items.find((candidate) => candidate.siteId === siteId);
      return site !== undefined && site.checkpoint?.size === site.treeSize ? true : undefined;
    });
  } finally {
    await admin.disconnect();
  }
}

async function lagOf(admin: Admin, topic: string, group: string): Promise<number> {
  const name = `${TOPIC_PREFIX}${topic}`;
  const ends = await admin.fetchTopicOffsets(name);
  const [committed] = await admin.fetchOffsets({
    groupId: `${TOPIC_PREFIX}${group}`,
    topics: [name],
  });
  return ends.reduce((lag, { partition, low, high }) => {
    const at = committed?.partitions.find((one) => one.partition === partition)?.offset ?? '-1';
    return lag + Number(high) - Math.max(Number(at), Number(low));
  }, 0);
}

/** How many records the gateway has written so far. */
export const stationEventsEnd = (line: RunningLine): Promise<number> =>
  topicEnd(line, 'station-events.v1');

/** How many records a topic was ever given. */
export async function topicEnd(line: RunningLine, topic: string): Promise<number> {
  const admin = client(line).admin();
  await admin.connect();
  try {
    const ends = await admin.fetchTopicOffsets(`${TOPIC_PREFIX}${topic}`);
    return ends.reduce((sum, { high }) => sum + Number(high), 0);
  } finally {
    await admin.disconnect();
  }
}

export interface ReadRecord {
  readonly partition: number;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

/** Every record of a topic up to its end at this moment, in the order of each partition. */
export async function readTopic(line: RunningLine, topic: string): Promise<ReadRecord[]> {
  const name = `${TOPIC_PREFIX}${topic}`;
  const kafka = client(line);
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(name);
  await admin.disconnect();
  const left = new Map(
    ends
      .filter(({ low, high }) => Number(high) > Number(low))
      .map(({ partition, high }) => [partition, Number(high)]),
  );
  if (left.size === 0) return [];
  const plain = new kafkajs.Kafka({
    brokers: [...line.brokers],
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const consumer = plain.consumer({ groupId: `spec-${topic}-${Date.now()}` });
  try {
    return await collect(consumer, name, left);
  } finally {
    await consumer.disconnect();
  }
}

/** `left`: the offset after the last record wanted, by partition. */
async function collect(
  consumer: Consumer,
  topic: string,
  left: Map<number, number>,
): Promise<ReadRecord[]> {
  const records: ReadRecord[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: ({ partition, message }) => {
          if (Number(message.offset) < (left.get(partition) ?? 0)) {
            const headers = Object.entries(message.headers ?? {});
            records.push({
              partition,
              key: String(message.key),
              value: message.value,
              headers: Object.fromEntries(headers.map(([header, text]) => [header, String(text)])),
            });
          }
          if (Number(message.offset) + 1 >= (left.get(partition) ?? 0)) left.delete(partition);
          if (left.size === 0) resolve();
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  return records;
}
