import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endLeftover, startChild } from './child.js';
import {
  type KafkaPasswords,
  kafkaPasswords,
  scramOptions,
  securityProperties,
} from './kafka-security.js';
import { classArchive, javaBinary, kafkaClassPath } from './kafka-jars.js';
import { ManagedServer, type ServerRecipe } from './managed-server.js';
import { assertFree } from './ports.js';
import { StackError } from './stack-error.js';

const run = promisify(execFile);

export interface KafkaOptions {
  dataDir: string;
  port: number;
  controllerPort: number;
  /** With principals and access lists, on loopback. */
  secure: boolean;
  onProgress: (detail: string) => void;
}

export interface KafkaServer {
  server: ManagedServer;
  clusterId: string;
  /** Of a secured one. */
  passwords?: KafkaPasswords;
}

/** C1 alone and the serial collector: less processor time than C2 for a broker under 20 s of load, and half the start. */
const JVM = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];

/**
 * A stock Apache Kafka broker (KRaft, one node, broker and controller in one) on `<dataDir>/kafka`. Formats the folder
 * when it is new and ends the broker that an earlier run left on it.
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaServer> {
  const { dataDir, onProgress } = options;
  const home = join(dataDir, 'kafka');
  const java = javaBinary();
  const classPath = kafkaClassPath();
  const left = await endLeftover(dataDir, 'kafka', 'SIGTERM', 10_000);
  if (left) onProgress(`ended the broker of an earlier run (process ${left})`);
  await assertFree(options.port, 'Kafka');
  await assertFree(options.controllerPort, "Kafka's controller");
  mkdirSync(home, { recursive: true });
  const passwords = kafkaPasswords(home, options.secure);
  const properties = join(home, 'server.properties');
  writeFileSync(properties, serverProperties(options, home, passwords), { mode: 0o600 });
  writeFileSync(join(home, 'log4j2.properties'), LOG_SETTINGS);
  if (!existsSync(join(home, 'data', 'meta.properties'))) {
    onProgress('formatting its folder');
    await format(java, classPath, properties, home, passwords);
  }
  const server = new ManagedServer(recipe(options, java, classPath, properties));
  onProgress('starting');
  await server.start();
  return { server, clusterId: clusterIdOf(home), ...(passwords && { passwords }) };
}

function recipe(
  options: KafkaOptions,
  java: string,
  classPath: string,
  properties: string,
): ServerRecipe {
  const { dataDir, port } = options;
  const archive = classArchive(java, classPath);
  const draft = `${archive}.${process.pid}-${port}`;
  const log4j = join(dataDir, 'kafka', 'log4j2.properties');
  return {
    name: 'kafka',
    dataDir,
    launch: () => {
      const sharing = existsSync(archive)
        ? `-XX:SharedArchiveFile=${archive}`
        : `-XX:ArchiveClassesAtExit=${draft}`;
      const args = [
        '-Xms64m',
        '-Xmx256m',
        ...JVM,
        sharing,
        '-Xlog:cds=off',
        '-Xlog:cds+dynamic=off',
      ];
      args.push(`-Dlog4j2.configurationFile=${log4j}`, '-cp', classPath, 'kafka.Kafka', properties);
      return startChild({ name: 'kafka', dataDir, command: java, args, mark: properties });
    },
    probe: () => answersApiVersions(port),
    readyTimeoutMs: 60_000,
    stopSignal: 'SIGTERM',
    stopTimeoutMs: 30_000,
    stopped: () => {
      if (existsSync(draft)) renameSync(draft, archive);
    },
  };
}

async function format(
  java: string,
  classPath: string,
  properties: string,
  home: string,
  passwords?: KafkaPasswords,
): Promise<void> {
  rmSync(join(home, 'data'), { recursive: true, force: true });
  // Any UUID in base64url; a leading hyphen would read as an option.
  const id = `A${randomBytes(16).toString('base64url').slice(1)}`;
  const log4j = `-Dlog4j2.configurationFile=${join(home, 'log4j2.properties')}`;
  const tool = ['kafka.tools.StorageTool', 'format', '-t', id, '-c', properties];
  if (passwords) tool.push(...scramOptions(passwords));
  try {
    await run(java, [...JVM, '-Xshare:auto', log4j, '-cp', classPath, ...tool], { cwd: home });
  } catch (error) {
    const { stderr, stdout } = error as { stderr?: string; stdout?: string };
    throw new StackError(
      `The broker's folder could not be formatted: ${stderr ?? ''}${stdout ?? ''}`,
      {
        cause: error,
      },
    );
  }
}

function clusterIdOf(home: string): string {
  const meta = readFileSync(join(home, 'data', 'meta.properties'), 'utf8');
  const id = /^cluster\.id=(.*)$/m.exec(meta)?.[1]?.trim();
  if (!id) throw new StackError(`No cluster.id in ${join(home, 'data', 'meta.properties')}`);
  return id;
}

const LOG_SETTINGS = `rootLogger.level=warn
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %p %c{1}: %m%n
`;

/** What containers' brokers are given too. */
export const BROKER_SETTINGS = {
  'num.partitions': 4,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 4,
  'auto.create.topics.enable': false,
  'group.initial.rebalance.delay.ms': 0,
  // Allocated at start; its default alone is half of our heap.
  'log.cleaner.dedupe.buffer.size': 4_194_304,
  // After a kill -9 the broker waits until its old registration has timed out.
  'broker.session.timeout.ms': 3_000,
  'broker.heartbeat.interval.ms': 500,
  'group.min.session.timeout.ms': 1_000,
} as const;

function serverProperties(
  options: KafkaOptions,
  home: string,
  passwords: KafkaPasswords | undefined,
): string {
  const { port, controllerPort } = options;
  const lines = Object.entries(BROKER_SETTINGS)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
  const listener = passwords ? 'CLIENT' : 'PLAINTEXT';
  return `process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${controllerPort}
listeners=${listener}://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=${listener}://127.0.0.1:${port}
controller.listener.names=CONTROLLER
${passwords ? securityProperties(passwords) : 'inter.broker.listener.name=PLAINTEXT\n'}log.dirs=${join(home, 'data')}
${lines}
`;
}

/**
 * Asks ApiVersions version 0 in raw bytes. The port opens earlier than the broker serves, and this request is the one
 * that every broker answers, before authentication too.
 */
async function answersApiVersions(port: number): Promise<boolean> {
  const request = Buffer.alloc(14);
  request.writeInt32BE(10, 0);
  request.writeInt16BE(18, 4);
  request.writeInt16BE(0, 6);
  request.writeInt32BE(1, 8);
  request.writeInt16BE(-1, 12);
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => {
      settle(false);
    });
    socket.once('error', () => {
      settle(false);
    });
    socket.once('connect', () => socket.write(request));
    // Size, correlation id, error code: 10 bytes, which the first segment holds.
    socket.once('data', (bytes: Buffer) => {
      settle(bytes.length >= 10 && bytes.readInt32BE(4) === 1 && bytes.readInt16BE(8) === 0);
    });
    socket.once('close', () => {
      settle(false);
    });
  });
}
