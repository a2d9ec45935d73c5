import { setTimeout as sleep } from 'node:timers/promises';
import {
  RetriableError,
  TOPICS,
  type TopicDefinition,
  type TopicName,
  topicName,
} from '#contracts';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import { backoffMs } from './backoff.js';
import { rootCause } from './client.js';

export interface TopicReport {
  readonly created: readonly string[];
  /** One sentence for each setting of an existing topic that is not what the definition says. */
  readonly differences: readonly string[];
}

export interface TopicPlacement {
  readonly replicationFactor?: number;
  readonly minInsyncReplicas?: number;
}

/**
 * Creates the topics that are missing and reports what differs in those that are there; it never
 * changes an existing one. Safe to run at the same time elsewhere.
 */
export async function createTopics(
  kafka: Kafka,
  prefix: string,
  placement: TopicPlacement = {},
): Promise<TopicReport> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const names = Object.keys(TOPICS) as TopicName[];
    const missing = names.filter((name) => !existing.has(topicName(prefix, name)));
    if (missing.length > 0) {
      await admin.createTopics({
        waitForLeaders: true,
        topics: missing.map((name) => topicConfig(topicName(prefix, name), name, placement)),
      });
      // A leader is named before it takes requests; who creates topics uses them next.
      for (const name of missing) await fetchLogBounds(admin, topicName(prefix, name));
    }
    const present = names.filter((name) => !missing.includes(name));
    const differences = await compareTopics(admin, prefix, present);
    return { created: missing.map((name) => topicName(prefix, name)), differences };
  } finally {
    await admin.disconnect();
  }
}

function topicConfig(
  topic: string,
  name: TopicName,
  { replicationFactor = 1, minInsyncReplicas = 1 }: TopicPlacement,
): Parameters<Admin['createTopics']>[0]['topics'][number] {
  const definition: TopicDefinition = TOPICS[name];
  const settings = { ...definition.settings, 'min.insync.replicas': String(minInsyncReplicas) };
  return {
    topic,
    numPartitions: definition.partitions,
    replicationFactor,
    configEntries: Object.entries(settings).map(([key, value]) => ({ name: key, value })),
  };
}

async function compareTopics(
  admin: Admin,
  prefix: string,
  names: readonly TopicName[],
): Promise<string[]> {
  if (names.length === 0) return [];
  const topics = names.map((name) => topicName(prefix, name));
  const { topics: metadata } = await admin.fetchTopicMetadata({ topics });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  return names.flatMap((name) => {
    const topic = topicName(prefix, name);
    const partitions = metadata.find((found) => found.name === topic)?.partitions.length ?? 0;
    const entries = resources.find((found) => found.resourceName === topic)?.configEntries ?? [];
    const found = new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
    return describeDifferences(topic, TOPICS[name], partitions, found);
  });
}

/** What an existing topic has otherwise than its definition, in words. */
function describeDifferences(
  topic: string,
  definition: TopicDefinition,
  partitions: number,
  settings: ReadonlyMap<string, string>,
): string[] {
  const differences: string[] = [];
  if (partitions !== definition.partitions) {
    differences.push(`${topic} has ${partitions} partitions, not ${definition.partitions}`);
  }
  for (const [name, wanted] of Object.entries(definition.settings)) {
    const value = settings.get(name);
    if (value !== wanted) {
      differences.push(`${topic} has ${name}=${value ?? 'unknown'}, not ${wanted}`);
    }
  }
  return differences;
}

/** First offset kept, and the offset that the next record will get. */
export interface LogBounds {
  readonly partition: number;
  readonly logStart: bigint;
  readonly logEnd: bigint;
}

/**
 * The bounds of each of a topic's partitions as the broker knows them now. Waits up to 10 s for
 * partitions that have no leader yet, then throws a RetriableError.
 */
export async function fetchLogBounds(admin: Admin, topic: string): Promise<LogBounds[]> {
  const deadline = Date.now() + 10_000;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const offsets = await admin.fetchTopicOffsets(topic);
      return offsets.map(({ partition, low, high }) => ({
        partition,
        logStart: BigInt(low),
        logEnd: BigInt(high),
      }));
    } catch (error) {
      const cause = rootCause(error) as { retriable?: unknown; message?: unknown };
      if (cause.retriable !== true) throw error;
      if (Date.now() > deadline) {
        throw new RetriableError(`no bounds of ${topic}: ${String(cause.message)}`, { cause });
      }
      await sleep(backoffMs(attempt, Math.random(), { firstMs: 20, maxMs: 1000 }));
    }
  }
}
