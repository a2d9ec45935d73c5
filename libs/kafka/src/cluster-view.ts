import type { Kafka } from 'kafkajs';
import { type LogBounds, fetchLogBounds } from './topics.js';

/** What a service asks the cluster about itself; it changes nothing there. */
export interface ClusterView {
  /** MUST come first. */
  connect(): Promise<void>;
  close(): Promise<void>;
  clusterId(): Promise<string>;
  /** The topics that this principal may see. */
  topics(): Promise<readonly string[]>;
  /** 0 for a topic that is not there. */
  partitionCount(topic: string): Promise<number>;
  logBounds(topic: string): Promise<readonly LogBounds[]>;
}

export function kafkajsClusterView(kafka: Kafka): ClusterView {
  const admin = kafka.admin();
  return {
    connect: () => admin.connect(),
    close: () => admin.disconnect(),
    clusterId: async () => (await admin.describeCluster()).clusterId,
    topics: () => admin.listTopics(),
    partitionCount: async (topic) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length ?? 0;
    },
    logBounds: (topic) => fetchLogBounds(admin, topic),
  };
}

/** Asks one thing on a connection of its own. */
export async function askCluster<T>(
  view: ClusterView,
  ask: (view: ClusterView) => Promise<T>,
): Promise<T> {
  await view.connect();
  try {
    return await ask(view);
  } finally {
    await view.close();
  }
}
