import { INGRESS_SETTINGS, type TopicName, ingressTopic, topicName } from '#contracts';
import kafkajs, { type AclEntry, type Kafka } from 'kafkajs';
import { setScramPassword } from './scram-users.js';
import type { TopicPlacement } from './topics.js';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

interface Access {
  readonly reads: readonly TopicName[];
  readonly writes: readonly TopicName[];
  /** Also the topics of all stations. */
  readonly readsIngress?: true;
}

/** Principals of our own processes: each may do its part of design section 2 and no more. */
const SERVICES = {
  gateway: { reads: [], writes: ['stationEvents', 'deadLetters'], readsIngress: true },
  classifier: { reads: ['stationEvents'], writes: ['classifiedEvents', 'deadLetters'] },
  ledger: {
    reads: ['classifiedEvents'],
    writes: ['custodyEvents', 'lots', 'totals', 'checkpoints', 'deadLetters'],
  },
  metrics: { reads: ['classifiedEvents', 'custodyEvents', 'totals'], writes: [] },
} as const satisfies Record<string, Access>;

export const SERVICE_PRINCIPALS = Object.keys(SERVICES) as (keyof typeof SERVICES)[];

/** Lets our own processes do their part. Needs a broker with an authorizer; safe to run again. */
export async function allowServices(kafka: Kafka, prefix: string): Promise<void> {
  const entries = Object.entries<Access>(SERVICES).flatMap(([service, access]) => [
    ...access.reads.map((name) => onTopic(service, topicName(prefix, name), 'READ')),
    ...access.writes.map((name) => onTopic(service, topicName(prefix, name), 'WRITE')),
    ...(access.readsIngress === true ? [onIngress(service, `${prefix}ingress.`)] : []),
    // Groups of a process begin with its name; no other principal's do.
    prefixed(entry(service, AclResourceTypes.GROUP, `${prefix}${service}`, 'READ')),
  ]);
  await withAdmin(kafka, (admin) => admin.createAcls({ acl: entries }));
}

export interface IngressGrant {
  readonly topic: string;
  /** Of the broker: the source itself. */
  readonly principal: string;
}

/**
 * All that a station needs to write its own topic, in one step: the topic, a principal of the
 * station's name with this password, and the right to write that one topic by its literal name.
 * Safe to run again; the principal then has the new password.
 */
export async function openIngress(
  kafka: Kafka,
  prefix: string,
  source: string,
  password: string,
  { replicationFactor = 1, minInsyncReplicas = 1 }: TopicPlacement = {},
): Promise<IngressGrant> {
  const topic = ingressTopic(prefix, source);
  const settings = {
    ...INGRESS_SETTINGS.settings,
    'min.insync.replicas': String(minInsyncReplicas),
  };
  await withAdmin(kafka, async (admin) => {
    // False where it is there already; its records stay.
    await admin.createTopics({
      waitForLeaders: true,
      topics: [
        {
          topic,
          numPartitions: INGRESS_SETTINGS.partitions,
          replicationFactor,
          configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
        },
      ],
    });
    await admin.createAcls({ acl: [onTopic(source, topic, 'WRITE')] });
  });
  await setScramPassword(kafka, source, password);
  return { topic, principal: source };
}

async function withAdmin(
  kafka: Kafka,
  work: (admin: ReturnType<Kafka['admin']>) => Promise<unknown>,
): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}

const onTopic = (principal: string, topic: string, operation: 'READ' | 'WRITE'): AclEntry =>
  entry(principal, AclResourceTypes.TOPIC, topic, operation);

const onIngress = (principal: string, prefix: string): AclEntry =>
  prefixed(entry(principal, AclResourceTypes.TOPIC, prefix, 'READ'));

const prefixed = (acl: AclEntry): AclEntry => ({
  ...acl,
  resourcePatternType: ResourcePatternTypes.PREFIXED,
});

const entry = (
  principal: string,
  resourceType: AclEntry['resourceType'],
  resourceName: string,
  operation: 'READ' | 'WRITE',
): AclEntry => ({
  resourceType,
  resourceName,
  resourcePatternType: ResourcePatternTypes.LITERAL,
  principal: `User:${principal}`,
  host: '*',
  operation: AclOperationTypes[operation],
  permissionType: AclPermissionTypes.ALLOW,
});
