import { createKafka } from '#kafka';
import { CommandError, EXIT } from '../command-error.js';

export interface StreamBounds {
  readonly clusterId: string;
  readonly logStart: number;
  readonly logEnd: number;
}

const silent = (): void => undefined;
const logger = { debug: silent, info: silent, warn: silent, error: silent };

/** A partition as the broker has it. */
export async function readBounds(
  brokers: readonly string[],
  topic: string,
  partition: number,
): Promise<StreamBounds> {
  const admin = createKafka({ brokers, clientId: 'urbanmine-fence', logger }).admin();
  try {
    await admin.connect();
    const { clusterId } = await admin.describeCluster();
    const offsets = await admin.fetchTopicOffsets(topic);
    const found = offsets.find((known) => known.partition === partition);
    if (found === undefined) throw new Error(`${topic} has no partition ${partition}`);
    return { clusterId, logStart: Number(found.low), logEnd: Number(found.high) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const text = `Kafka at ${brokers.join(',')} cannot be used: ${why}`;
    throw new CommandError(EXIT.unreachable, text, { cause });
  } finally {
    await admin.disconnect();
  }
}
