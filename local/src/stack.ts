import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { endLeftover } from './child.js';
import { startKafka } from './kafka.js';
import type { KafkaPasswords } from './kafka-security.js';
import { foreignServer, type ManagedServer, type ServerControl } from './managed-server.js';
import { freePortBase, PORTS } from './ports.js';
import { databaseUrl, endStalePostmaster, startPostgres } from './postgres.js';
import { identify, isRunning, type ProcessIdentity } from './processes.js';
import { prometheusBinary, startPrometheus } from './prometheus.js';
import { PortTakenError, StackError } from './stack-error.js';

export interface StackOptions {
  /** Where all data, logs and records of processes lie; made when absent. It survives stop(). */
  dataDir: string;
  /** PostgreSQL listens on base + 10, Kafka on + 11 (controller + 19), Prometheus on + 12; loopback only. */
  portBase?: number | 'free';
  /** Used in place of the embedded PostgreSQL. */
  databaseUrl?: string | undefined;
  /** Used in place of the embedded broker. */
  kafkaBrokers?: string[] | undefined;
  /** Started when the binary is on the path. */
  prometheus?: { configFile: string } | false;
  /** Nobody keeps the data: quicker making, and stop() removes the folder. */
  throwAway?: boolean;
  /** Kafka asks everybody who he is, and lets him do what he may. Of the embedded broker only. */
  secure?: boolean;
  onProgress?(step: StackStep, detail: string): void;
}

export type StackStep = 'postgres' | 'kafka' | 'prometheus';

export interface Stack {
  databaseUrl: string;
  kafkaBrokers: string[];
  /** Of the embedded broker. */
  clusterId?: string;
  /** Of the principals of an embedded broker that is secured. */
  kafkaPasswords?: KafkaPasswords;
  prometheusUrl?: string;
  dataDir: string;
  portBase: number;
  kafka: ServerControl;
  postgres: ServerControl;
  /** Stops what was started: Prometheus, Kafka, PostgreSQL. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL and Kafka side by side and resolves when both answer. What an earlier run of the same folder left
 * running is ended first; its data is used on. Errors: StackError when the folder is in use by a live process, a port
 * is taken, or a part does not start; then nothing is left running.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o755 });
  const dataDir = realpathSync(resolve(options.dataDir));
  claim(dataDir);
  const tries = options.portBase === 'free' ? 5 : 1;
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOnce({ ...options, dataDir });
    } catch (error) {
      // Between the look at a free port and the server's bind another program may take it.
      if (attempt < tries && error instanceof PortTakenError) continue;
      release(dataDir);
      if (options.throwAway) rmSync(dataDir, { recursive: true, force: true });
      throw error;
    }
  }
}

async function startOnce(options: StackOptions): Promise<Stack> {
  const { dataDir } = options;
  const offsets = [
    ...(options.databaseUrl ? [] : [PORTS.postgres]),
    ...(options.kafkaBrokers ? [] : [PORTS.kafka, PORTS.kafkaController]),
    ...(options.prometheus ? [PORTS.prometheus] : []),
  ];
  const portBase =
    options.portBase === 'free' ? await freePortBase(offsets) : (options.portBase ?? 7100);
  const started = new Map<StackStep, ManagedServer>();
  const stopAll = async (): Promise<void> => {
    for (const step of STOP_ORDER) {
      await started.get(step)?.stop();
      started.delete(step);
    }
  };
  try {
    const [postgres, kafka] = await bothOrNone(
      postgresPart(options, portBase, started),
      kafkaPart(options, portBase, started),
    );
    const prometheusUrl = await prometheusPart(options, portBase, started);
    return {
      ...postgres,
      ...kafka,
      ...(prometheusUrl && { prometheusUrl }),
      dataDir,
      portBase,
      stop: async () => {
        await stopAll();
        release(dataDir);
        if (options.throwAway) rmSync(dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

const STOP_ORDER: StackStep[] = ['prometheus', 'kafka', 'postgres'];

/** Waits for both before it rejects, so that the caller knows of everything that came up. */
async function bothOrNone<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

async function postgresPart(
  options: StackOptions,
  portBase: number,
  started: Map<StackStep, ManagedServer>,
): Promise<{ databaseUrl: string; postgres: ServerControl }> {
  if (options.databaseUrl) {
    return { databaseUrl: options.databaseUrl, postgres: foreignServer('PostgreSQL') };
  }
  const port = portBase + PORTS.postgres;
  const server = await startPostgres({
    dataDir: options.dataDir,
    port,
    throwAway: options.throwAway ?? false,
    onProgress: (detail) => options.onProgress?.('postgres', detail),
  });
  started.set('postgres', server);
  return { databaseUrl: databaseUrl(port), postgres: server };
}

async function kafkaPart(
  options: StackOptions,
  portBase: number,
  started: Map<StackStep, ManagedServer>,
): Promise<Pick<Stack, 'kafkaBrokers' | 'clusterId' | 'kafkaPasswords' | 'kafka'>> {
  if (options.kafkaBrokers) {
    return { kafkaBrokers: options.kafkaBrokers, kafka: foreignServer('Kafka') };
  }
  const port = portBase + PORTS.kafka;
  const { server, clusterId, passwords } = await startKafka({
    dataDir: options.dataDir,
    port,
    controllerPort: portBase + PORTS.kafkaController,
    secure: options.secure ?? false,
    onProgress: (detail) => options.onProgress?.('kafka', detail),
  });
  started.set('kafka', server);
  return {
    kafkaBrokers: [`127.0.0.1:${port}`],
    clusterId,
    kafka: server,
    ...(passwords && { kafkaPasswords: passwords }),
  };
}

async function prometheusPart(
  options: StackOptions,
  portBase: number,
  started: Map<StackStep, ManagedServer>,
): Promise<string | undefined> {
  const binary = options.prometheus ? prometheusBinary() : undefined;
  if (!options.prometheus || !binary) return undefined;
  options.onProgress?.('prometheus', 'starting');
  const port = portBase + PORTS.prometheus;
  const { configFile } = options.prometheus;
  const server = await startPrometheus(binary, { dataDir: options.dataDir, port, configFile });
  started.set('prometheus', server);
  return `http://127.0.0.1:${port}`;
}

function ownerFile(dataDir: string): string {
  return join(dataDir, 'run', 'owner.json');
}

/** The live process that has claimed a data folder. */
export function ownerOf(dataDir: string): ProcessIdentity | undefined {
  const file = ownerFile(dataDir);
  if (!existsSync(file)) return undefined;
  const owner = JSON.parse(readFileSync(file, 'utf8') || '{}') as Partial<ProcessIdentity>;
  if (!owner.pid || !owner.startedAt) return undefined;
  const identity = { pid: owner.pid, startedAt: owner.startedAt };
  return isRunning(identity) ? identity : undefined;
}

/** Ends the servers that a killed owner of the folder has left. Touches nothing else and keeps the data. */
export async function endLeftovers(dataDir: string): Promise<void> {
  await endLeftover(dataDir, 'prometheus', 'SIGTERM', 10_000);
  await endLeftover(dataDir, 'kafka', 'SIGTERM', 10_000);
  await endStalePostmaster(join(dataDir, 'postgres'));
}

/** One live process a folder: a second one would take the first one's servers for leftovers. */
function claim(dataDir: string): void {
  mkdirSync(join(dataDir, 'run'), { recursive: true });
  const owner = ownerOf(dataDir);
  if (owner) {
    throw new StackError(
      `${dataDir} is in use by process ${owner.pid}. Stop it, or choose another folder (--data DIR) ` +
        'and other ports (--port-base N)',
    );
  }
  writeFileSync(ownerFile(dataDir), JSON.stringify(identify(process.pid)));
}

function release(dataDir: string): void {
  rmSync(ownerFile(dataDir), { force: true });
}
