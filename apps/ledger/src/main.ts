import 'reflect-metadata';
import { SITE_PARTITIONS } from '#contracts';
import type { BatchConsumer } from '#kafka';
import { configOrExit, createLogger, openTracing, runService } from '#process';
import { readLedgerConfig } from './ledger.config.js';
import { LedgerModule, ledgerReadiness, openLedger } from './ledger.module.js';

const config = configOrExit(() => readLedgerConfig(process.env));
const logger = createLogger('ledger', config.logLevel);
const tracing = openTracing(config.traces, 'ledger', logger);
const tracer = tracing?.tracer;
const ledger = await openLedger(config, logger, tracer);
let server: BatchConsumer | undefined;

await runService({
  name: 'ledger',
  module: LedgerModule.register(ledger, logger),
  port: config.port,
  host: config.host,
  logger,
  tracing,
  transports: (_app, onFatal) => {
    server = ledger.transport.createConsumer({
      groupId: config.groupId,
      prefix: config.topicPrefix,
      logger,
      tracer,
      onFatal,
      onPoison: ledger.onPoison,
      offsets: ledger.claims,
      // While one partition waits for its commit, another is folded.
      partitionsConsumedConcurrently: SITE_PARTITIONS,
      // Cost is per transaction: the broker collects for a while instead of answering at once.
      fetch: { minBytes: 1_048_576, maxWaitTimeInMs: 220, maxBytesPerPartition: 4_194_304 },
    });
    return [server];
  },
  readiness: () => [
    {
      name: 'stream',
      check: () => server?.readiness() ?? { ready: false, reason: 'not started yet' },
    },
    ...ledgerReadiness(ledger),
  ],
});
