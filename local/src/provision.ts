import { join } from 'node:path';
import { pino } from 'pino';
import { migrate } from '#database';
import { createKafka, createTopics } from '#kafka';
import type { StreamName } from './start-options.js';

/** What lies ready before the services start, and what they are told about it. */
interface ProvisionTarget {
  databaseUrl: string;
  brokers: string[];
  topicPrefix: string;
  dataDir: string;
  sites: number;
  streams: StreamName[];
}

interface ProvisionStep {
  title: string;
  /** Safe to run again on what an earlier run made. Resolves with a short word on what it did. */
  run: (target: ProvisionTarget) => Promise<string>;
}

/** Between the servers and the services, in this order. */
export const PROVISION_STEPS: readonly ProvisionStep[] = [
  {
    title: 'Topics',
    run: async ({ brokers, topicPrefix, dataDir }) => {
      const dest = join(dataDir, 'logs', 'start.log');
      const logger = pino(pino.destination({ dest, sync: true, mkdir: true }));
      const kafka = createKafka({ brokers, clientId: 'urbanmine-start', logger });
      const { created, differences } = await createTopics(kafka, topicPrefix);
      return [`${created.length} made`, ...differences].join('; ');
    },
  },
  {
    title: 'Database schema',
    run: async ({ databaseUrl }) => {
      await migrate(databaseUrl);
      return 'up to date';
    },
  },
];
