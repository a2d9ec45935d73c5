import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DynamicModule,
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { RetriableError, topicName } from '#contracts';
import { type Pool, createPool, databaseFailure, migrate, registerPoolGauges } from '#database';
import {
  type RecordProducer,
  type BatchTracer,
  type Transport,
  askCluster,
  createKafka,
  deadLetters,
  kafkajsTransport,
} from '#kafka';
import { type Logger, type ReadinessCheck, exitCodeOf } from '#process';
import { register } from 'prom-client';
import { BookBatchController } from './book-batch/book-batch.controller.js';
import { BookBatch } from './book-batch/book-batch.handler.js';
import { CheckInvariants } from './check-invariants/check-invariants.js';
import { InvariantMetrics } from './check-invariants/invariants.metrics.js';
import { Claims } from './claim-partition/claims.js';
import type { LedgerConfig } from './ledger.config.js';
import { LedgerMetrics, registerDiskGauges } from './ledger.metrics.js';
import { NotifyMetrics } from './notify-peers/notify.metrics.js';
import { NotifyPeers } from './notify-peers/notify-peers.js';
import { HttpPeer } from './notify-peers/peer-client.js';
import { readPeers } from './notify-peers/peers-file.js';
import { PublishFacts } from './publish-facts/publish.handler.js';
import { Repeat } from './repeat.js';
import { CollectCosignatures } from './sign-checkpoint/collect-cosignatures.js';
import { GuardFile } from './sign-checkpoint/guard-file.js';
import { SignCheckpoint } from './sign-checkpoint/sign-checkpoint.handler.js';
import { SignerKeys } from './sign-checkpoint/signer-keys.js';
import { HttpWitness } from './sign-checkpoint/witness-client.js';
import { readWitnessPolicy } from './sign-checkpoint/witness-policy.js';

/** Everything of the ledger that holds a resource, wired once. */
export interface Ledger {
  readonly transport: Transport;
  readonly pool: Pool;
  readonly producer: RecordProducer;
  readonly claims: Claims;
  readonly guard: GuardFile;
  readonly bookBatch: BookBatch;
  readonly onPoison: ReturnType<typeof deadLetters>;
  readonly signing: SignCheckpoint;
  readonly publishing: PublishFacts;
  readonly cosigning: CollectCosignatures;
  readonly notifying: NotifyPeers;
  readonly checking: CheckInvariants;
}

const LEDGER = Symbol('ledger');
const LOGGER = Symbol('logger');

/** Signing follows the commits, but a site is not signed more often than this. */
const SIGN_GAP_MS = 250;
const SIGN_AT_LEAST_EVERY_MS = 1_000;
const PUBLISH_EVERY_MS = 50;
const COSIGN_EVERY_MS = 1_000;
const NOTIFY_EVERY_MS = 500;
const CHECK_EVERY_MS = 15_000;
const DATABASE_ATTEMPTS = 60;

export async function openLedger(
  config: LedgerConfig,
  logger: Logger,
  tracer?: BatchTracer,
): Promise<Ledger> {
  await migrateWhenReachable(config.databaseUrl, logger);
  const { topicPrefix: prefix, dataDir } = config;
  const transport = openTransport(config, logger);
  const pool = openPool(config, logger);
  registerGauges(pool, dataDir);
  const producer = transport.createProducer({ logger });
  const metrics = new LedgerMetrics();
  const claims = openClaims(pool, transport, prefix, logger);
  const onPoison = deadLetters({ producer, prefix, by: 'ledger' });
  const publishing = new PublishFacts({ pool, claims, producer, prefix, metrics, tracer });
  const guard = new GuardFile(join(dataDir, 'guard.jsonl'));
  const signing = new SignCheckpoint({
    pool,
    claims,
    guard,
    keys: new SignerKeys(config.signerKeyFile, config.logOrigin, config.signerSeeds),
    metrics,
    logger,
    dataDir,
    onSigned: (siteIds) => {
      publishing.noteSigned(siteIds);
    },
  });
  const notifying = notifyPeers(config, { pool, claims, logger });
  const bookBatch = new BookBatch({
    pool,
    claims,
    metrics,
    onPoison,
    onBooked: (booked) => {
      publishing.noteBooked(booked);
      notifying.noteBooked(booked);
      signing.note(booked.map(({ result }) => result.siteId));
    },
  });
  const cosigning = collectCosignatures(config, { pool, claims, metrics, logger });
  return {
    transport,
    pool,
    producer,
    claims,
    guard,
    bookBatch,
    onPoison,
    signing,
    publishing,
    cosigning,
    notifying,
    checking: checkInvariants({ pool, claims, logger }),
  };
}

function openClaims(pool: Pool, transport: Transport, prefix: string, logger: Logger): Claims {
  const topic = topicName(prefix, 'classifiedEvents');
  const owner = `${hostname()}:${process.pid}`;
  return new Claims(pool, topic, owner, () => clusterIdBy(transport), logger);
}

const openPool = ({ databaseUrl }: LedgerConfig, logger: Logger): Pool =>
  createPool({
    databaseUrl,
    applicationName: 'urbanmine-ledger',
    size: 8,
    onIdleError: (error) => {
      logger.warn({ err: error }, 'an idle connection to the database was lost');
    },
  });

function registerGauges(pool: Pool, dataDir: string): void {
  registerPoolGauges(register, pool);
  registerDiskGauges(register, dataDir);
}

const checkInvariants = (parts: { pool: Pool; claims: Claims; logger: Logger }): CheckInvariants =>
  new CheckInvariants({ ...parts, metrics: new InvariantMetrics() });

function collectCosignatures(
  { witnessesFile }: LedgerConfig,
  parts: { pool: Pool; claims: Claims; metrics: LedgerMetrics; logger: Logger },
): CollectCosignatures {
  const { quorum, witnesses } =
    witnessesFile === null ? { quorum: 1, witnesses: [] } : readWitnessPolicy(witnessesFile);
  return new CollectCosignatures({
    ...parts,
    quorum,
    witnesses: witnesses.map((entry) => new HttpWitness(entry)),
    owned: () => parts.claims.confirmed(),
  });
}

function notifyPeers(
  { peersFile }: LedgerConfig,
  parts: { pool: Pool; claims: Claims; logger: Logger },
): NotifyPeers {
  const peers = peersFile === null ? [] : readPeers(peersFile);
  const metrics = new NotifyMetrics();
  return new NotifyPeers({ ...parts, metrics, peers: peers.map((peer) => new HttpPeer(peer)) });
}

/** Services start together with their database; what is broken in it is not waited for. */
async function migrateWhenReachable(databaseUrl: string, logger: Logger): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await migrate(databaseUrl);
      return;
    } catch (error) {
      const failure = databaseFailure(error);
      if (!(failure instanceof RetriableError) || attempt >= DATABASE_ATTEMPTS) throw error;
      logger.warn({ attempt, err: failure }, 'waiting for the database');
      await sleep(1_000);
    }
  }
}

const openTransport = (config: LedgerConfig, logger: Logger): Transport =>
  kafkajsTransport(createKafka({ ...config.kafka, clientId: 'urbanmine-ledger', logger }));

const clusterIdBy = (transport: Transport): Promise<string> =>
  askCluster(transport.createClusterView(), (cluster) => cluster.clusterId());

/** What must be so before the ledger counts as at work, besides its consumer. */
export function ledgerReadiness({ pool, signing, producer }: Ledger): ReadinessCheck[] {
  return [
    {
      name: 'database',
      check: async () => {
        await pool.query('SELECT 1');
        return { ready: true };
      },
    },
    {
      name: 'signer',
      check: () => {
        const refused = [...signing.refused];
        if (refused.length === 0) return { ready: true };
        const reason = refused.map(([siteId, why]) => `${siteId}: ${why.detail}`).join('; ');
        return { ready: false, reason: `not signed: ${reason}. See urbanmine signer adopt` };
      },
    },
    { name: 'producer', check: () => producer.readiness() },
  ];
}

@Module({})
export class LedgerModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly loops: readonly Repeat[];

  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const { signing, publishing, notifying, checking } = ledger;
    const die = (error: unknown): void => {
      logger.fatal({ err: error }, 'stopping on an error that cannot be handled');
      process.exit(exitCodeOf(error));
    };
    const sign = async (): Promise<boolean> => {
      await signing.run();
      return false;
    };
    const check = (): Promise<boolean> => checking.run().then(() => false);
    const signs = new Repeat('signing', SIGN_AT_LEAST_EVERY_MS, sign, logger, die);
    ledger.bookBatch.whenAtRest(() => {
      signs.soon(SIGN_GAP_MS);
    });
    this.loops = [
      signs,
      new Repeat('publishing', PUBLISH_EVERY_MS, () => publishing.run(), logger, die),
      new Repeat('checking the books', CHECK_EVERY_MS, check, logger, die),
      ...ledger.cosigning.rounds.map(({ witness, run }) => {
        const round = (): Promise<boolean> => run().then(() => false);
        return new Repeat(`cosigning by ${witness}`, COSIGN_EVERY_MS, round, logger, die);
      }),
      ...notifying.rounds.map(
        ({ peer, run }) => new Repeat(`notices of ${peer}`, NOTIFY_EVERY_MS, run, logger, die),
      ),
    ];
  }

  static register(ledger: Ledger, logger: Logger): DynamicModule {
    return {
      module: LedgerModule,
      controllers: [BookBatchController],
      providers: [
        { provide: LEDGER, useValue: ledger },
        { provide: LOGGER, useValue: logger },
        { provide: BookBatch, useValue: ledger.bookBatch },
      ],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.ledger.producer.connect();
    for (const loop of this.loops) loop.start();
  }

  async onApplicationShutdown(): Promise<void> {
    const { signing, publishing, cosigning, notifying, producer, pool, guard } = this.ledger;
    cosigning.stop();
    notifying.stop();
    for (const loop of this.loops) await loop.stop();
    try {
      await signing.run();
      await publishing.run();
    } catch (error) {
      this.logger.warn({ err: error }, 'the next start signs and tells what is left');
    }
    await producer.close();
    await pool.end();
    guard.close();
  }
}
