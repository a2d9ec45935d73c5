/** Every topic with its settings, in this one file (design, section 2). */

const DAY_MS = 86_400_000;

export interface TopicDefinition {
  /** Without the prefix. */
  readonly name: string;
  readonly partitions: number;
  /** What the record key is. */
  readonly key: string;
  readonly producer: 'station' | 'gateway' | 'classifier' | 'ledger' | 'any';
  readonly description: string;
  /** Topic settings as Kafka names them. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * One ordered stream per site; the registry gives a site its partition, never a client's hash.
 * `station-events` and `classified-events` MUST have the same number: the classifier maps
 * partition to partition.
 */
export const SITE_PARTITIONS = 4;

/** Producers send no compression; the broker stores what it is given (reference: gzip is dearer). */
const keep = (milliseconds: number): Record<string, string> => ({
  'cleanup.policy': 'delete',
  'retention.ms': String(milliseconds),
  'max.message.bytes': '1048588',
});

const COMPACT: Readonly<Record<string, string>> = {
  'cleanup.policy': 'compact',
  'max.message.bytes': '1048588',
};

const FOR_EVER = -1;

export const TOPICS = {
  stationEvents: {
    name: 'station-events.v1',
    partitions: SITE_PARTITIONS,
    key: 'siteId',
    producer: 'gateway',
    description: 'All that stations say, in the order of each site; LogAppendTime is stream time.',
    settings: { ...keep(7 * DAY_MS), 'message.timestamp.type': 'LogAppendTime' },
  },
  classifiedEvents: {
    name: 'classified-events.v1',
    partitions: SITE_PARTITIONS,
    key: 'siteId',
    producer: 'classifier',
    description: 'The same stream, frames classified, rejects marked.',
    settings: keep(7 * DAY_MS),
  },
  custodyEvents: {
    name: 'custody-events.v1',
    partitions: SITE_PARTITIONS,
    key: 'siteId',
    producer: 'ledger',
    description: 'Facts of the ledger, after commit.',
    settings: keep(FOR_EVER),
  },
  lots: {
    name: 'lots.v1',
    partitions: SITE_PARTITIONS,
    key: 'siteId/lotId',
    producer: 'ledger',
    description: 'The newest state of each lot with the log index it rests on.',
    settings: COMPACT,
  },
  totals: {
    name: 'totals.v1',
    partitions: SITE_PARTITIONS,
    key: 'siteId/stream/class',
    producer: 'ledger',
    description: 'Cumulative debits and credits by book, decimal strings.',
    settings: COMPACT,
  },
  checkpoints: {
    name: 'checkpoints.v1',
    partitions: SITE_PARTITIONS,
    key: 'siteId',
    producer: 'ledger',
    description: "Signed checkpoints of each site's log.",
    settings: keep(FOR_EVER),
  },
  deadLetters: {
    name: 'dead-letters.v1',
    partitions: 1,
    key: 'as found',
    producer: 'any',
    description: 'Bytes that no schema accepts, with the reason in the headers.',
    settings: keep(FOR_EVER),
  },
} as const satisfies Record<string, TopicDefinition>;

export type TopicName = keyof typeof TOPICS;

/** A topic's full name, `urbanmine.` being the usual prefix. */
export const topicName = (prefix: string, topic: TopicName): string =>
  `${prefix}${TOPICS[topic].name}`;

/**
 * The topic that a station may write itself, in place of posting to the gateway. One partition:
 * what a source says has one order. LogAppendTime, for a station's clock is not the broker's.
 */
export const INGRESS_SETTINGS = {
  partitions: 1,
  settings: { ...keep(7 * DAY_MS), 'message.timestamp.type': 'LogAppendTime' },
} as const;

export const ingressTopic = (prefix: string, source: string): string =>
  `${prefix}ingress.${source}.v1`;

/** The station whose topic this is; undefined = no ingress topic of ours. */
export function ingressSource(prefix: string, topic: string): string | undefined {
  const source = topic.slice(`${prefix}ingress.`.length, -'.v1'.length);
  return topic === ingressTopic(prefix, source) ? source : undefined;
}

/** Headers of a dead letter: where the bytes stood and why nobody accepted them. */
export const DEAD_LETTER_HEADERS = {
  reason: 'reason',
  detail: 'detail',
  topic: 'origin-topic',
  partition: 'origin-partition',
  offset: 'origin-offset',
  sha256: 'sha256',
  by: 'rejected-by',
} as const;
