import { createKafka } from '#kafka';
import type { RunningLine } from '../running-line.js';

const silent = (): void => undefined;
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };

/** Writes records that are no events into `station-events`, as somebody does who may and should not. */
export async function writeGarbage(line: RunningLine, records: number): Promise<void> {
  const kafka = createKafka({ brokers: [...line.brokers], clientId: 'drill', logger: SILENT });
  const producer = kafka.producer();
  await producer.connect();
  try {
    await producer.send({
      topic: 'urbanmine.station-events.v1',
      messages: Array.from({ length: records }, (_, at) => ({
        partition: 0,
        key: 'north',
        value: `no event ${at}`,
      })),
    });
  } finally {
    await producer.disconnect();
  }
}
