import kafkajs from 'kafkajs';

export interface Message {
  readonly key: string;
  readonly headers: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
  readonly value: Buffer;
}

const brokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:7111').split(',');
const prefix = process.env['TOPIC_PREFIX'] ?? 'urbanmine.';

/**
 * Hands over every record of a topic from its beginning; with `once` only up to where the topic ends
 * now. A consumer of your own keeps its group's name, and with it its place.
 */
export async function readTopic(
  name: string,
  take: (message: Message) => void,
  { once }: { readonly once: boolean },
): Promise<void> {
  const topic = prefix + name;
  const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.ERROR });
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const waiting = new Map(
    ends.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, high]),
  );
  if (once && waiting.size === 0) return;
  const consumer = kafka.consumer({ groupId: `example-${process.pid}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const atEnd = new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      reject(payload.error);
    });
    const run = consumer.run({
      eachBatch: ({ batch }) => {
        const { partition, messages } = batch;
        const end = waiting.get(partition);
        for (const { key, value, headers, offset } of messages) {
          if (once && (end === undefined || BigInt(offset) >= BigInt(end))) break;
          // A compacted topic may hold the removal of a key.
          if (value !== null) take({ key: key?.toString() ?? '', headers: headers ?? {}, value });
        }
        if (end !== undefined && BigInt(batch.lastOffset()) + 1n >= BigInt(end)) {
          waiting.delete(partition);
        }
        if (once && waiting.size === 0) resolve();
        return Promise.resolve();
      },
    });
    run.catch(reject);
  });
  await atEnd;
  await consumer.disconnect();
}
