import { askCluster, kafkajsTransport } from '#kafka';
import { CommandError, EXIT } from '../command-error.js';
import { type KafkaTarget, withBroker } from '../kafka-client.js';

export interface StreamBounds {
  readonly clusterId: string;
  readonly logStart: number;
  readonly logEnd: number;
}

/** A partition as the broker has it. */
export function readBounds(
  target: KafkaTarget,
  topic: string,
  partition: number,
  timeoutMs: number,
): Promise<StreamBounds> {
  const view = kafkajsTransport(target.kafka).createClusterView();
  return withBroker(target, timeoutMs, () =>
    askCluster(view, async (cluster) => {
      const clusterId = await cluster.clusterId();
      const bounds = await cluster.logBounds(topic);
      const found = bounds.find((known) => known.partition === partition);
      if (found === undefined) {
        throw new CommandError(EXIT.usage, `${topic} has no partition ${partition}`);
      }
      return { clusterId, logStart: Number(found.logStart), logEnd: Number(found.logEnd) };
    }),
  );
}
