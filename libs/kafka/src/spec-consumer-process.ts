import { createKafka } from './client.js';
import { kafkajsTransport } from './transport.js';
import type { RecordBatch } from './record.js';

/**
 * A consumer that is a process, so that it can be killed and stopped: says each record on its output
 * when it has handled it, as `<partition>:<offset>:<text>`. Needs BROKERS, PREFIX, GROUP, TOPIC.
 */
const silent = (): void => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };
const { BROKERS = '', PREFIX = '', GROUP = '', TOPIC = '' } = process.env;
const kafka = createKafka({ brokers: BROKERS.split(','), clientId: 'spec', logger });
const consumer = kafkajsTransport(kafka).createConsumer({
  groupId: GROUP,
  prefix: PREFIX,
  logger,
  fetch: { maxWaitTimeInMs: 50 },
  onFatal: (error) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  },
  onPoison: () => Promise.resolve(),
});
const handle = async (batch: RecordBatch): Promise<void> => {
  for (const { offset, value } of batch.records) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.stdout.write(`${batch.partition}:${offset}:${value?.toString() ?? ''}\n`);
  }
};
consumer.addHandler(TOPIC, (batch: RecordBatch) => handle(batch) as never, true);
await consumer.listen((error) => {
  if (error !== undefined) throw error as Error;
});
