import { existsSync } from 'node:fs';
import { openDataDir } from './data-dir.js';
import type { ServerControl } from './managed-server.js';
import { signal } from './processes.js';
import { writePrometheusConfig } from './prometheus-config.js';
import { enrolPlantSites, provision } from './provision.js';
import {
  planServices,
  scrapeTargets,
  SERVICE_STOP_ORDER,
  serviceUrl,
  type ServiceSpec,
} from './services.js';
import { type Stack, startStack } from './stack.js';
import { StackError } from './stack-error.js';
import type { StartOptions } from './start-options.js';
import { Supervisor } from './supervisor.js';

type Progress = (text: string) => void;

/** One visible step of a start. */
export interface StartStep {
  title: string;
  run: (progress: Progress) => Promise<void>;
}

const READY_TIMEOUT_MS = 60_000;
/** Its port is free again by then; everybody waits for it meanwhile. */
const RESTART_PAUSE_MS = 200;
/** After a start that failed, what hindered it may need a while to go away. */
const FAILED_START_PAUSE_MS = 5_000;

/** Everything that one `npm start` runs: the servers, the services on them, and their order at start and stop. */
export class LocalRun {
  stack: Stack | undefined;
  private readonly supervisor: Supervisor;
  private stopping: Promise<void> | undefined;
  private readonly root: string;
  private readonly options: StartOptions;
  private readonly onNotice: (text: string) => void;
  private readonly interrupted: AbortSignal;

  /** `root` holds `dist/` and `observability/`; `interrupted` cuts a start short. */
  constructor(
    root: string,
    options: StartOptions,
    onNotice: (text: string) => void,
    interrupted: AbortSignal,
  ) {
    this.interrupted = interrupted;
    this.root = root;
    this.options = options;
    this.onNotice = onNotice;
    this.supervisor = new Supervisor({ dataDir: options.dataDir, onNotice });
  }

  steps(): StartStep[] {
    return [
      { title: 'PostgreSQL and Apache Kafka', run: (progress) => this.startServers(progress) },
      { title: 'Topics and schema', run: (progress) => this.provision(progress) },
      { title: 'Services', run: (progress) => this.startServices(progress) },
      ...(this.options.plant
        ? [
            { title: 'Enrolment', run: (progress: Progress) => this.enrol(progress) },
            { title: 'Plant', run: (progress: Progress) => this.startPlant(progress) },
          ]
        : []),
    ];
  }

  /** Process ids of the services by name, and of `kafka` and `postgres` where they are ours. */
  pids(): Map<string, number> {
    const pids = this.supervisor.pids();
    for (const name of ['kafka', 'postgres'] as const) {
      const pid = this.stack?.[name].pid;
      if (pid !== undefined) pids.set(name, pid);
    }
    return pids;
  }

  /** Stops one service for good, as its own SIGTERM does. */
  async stopService(name: string): Promise<void> {
    await this.supervisor.stopOne(name);
  }

  /** Ends a service as its SIGTERM does, and starts it anew with these variables over its own. */
  async restartService(name: string, environment: Record<string, string> = {}): Promise<void> {
    const services = planServices(this.root, this.options, this.running());
    const service = services.find((planned) => planned.name === name);
    if (service === undefined) throw new StackError(`There is no service ${name}`);
    await this.supervisor.stopOne(name);
    await this.bring([{ ...service, env: { ...service.env, ...environment } }], () => undefined);
  }

  /** Stops what runs, services first, each after what feeds it. Safe to call twice. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  /** Without waiting: for somebody who asks a second time. PostgreSQL keeps what it committed. */
  killAll(): void {
    for (const pid of this.supervisor.pids().values()) signal(pid, 'SIGKILL');
    const { kafka, postgres } = this.stack ?? {};
    if (kafka?.pid) signal(kafka.pid, 'SIGKILL');
    if (postgres?.pid) signal(postgres.pid, 'SIGQUIT');
  }

  private async stopAll(): Promise<void> {
    await this.supervisor.stop(SERVICE_STOP_ORDER);
    await this.stack?.stop();
  }

  private async startServers(progress: (text: string) => void): Promise<void> {
    const { dataDir, fresh, portBase, watchedBy = this.root } = this.options;
    await openDataDir(dataDir, fresh);
    const configFile = writePrometheusConfig(watchedBy, dataDir, scrapeTargets(portBase));
    this.stack = await startStack({
      dataDir,
      portBase,
      databaseUrl: process.env.DATABASE_URL,
      kafkaBrokers: process.env.KAFKA_BROKERS?.split(','),
      secure: this.options.secure,
      prometheus: configFile ? { configFile } : false,
      onProgress: (step, detail) => {
        progress(`${step}: ${detail}`);
      },
    });
    this.keepUp('PostgreSQL', this.stack.postgres);
    this.keepUp('Kafka', this.stack.kafka);
  }

  /** A server that dies by itself is started again on its data; the services wait for it by their own retries. */
  private keepUp(name: string, server: ServerControl): void {
    const restart = (): void => {
      if (this.stopping) return;
      server.restart().catch((error: unknown) => {
        if (this.stopping) return;
        this.onNotice(`${name} does not start again: ${String(error)}`);
        setTimeout(restart, FAILED_START_PAUSE_MS).unref();
      });
    };
    server.onUnexpectedExit((exit) => {
      if (this.stopping) return;
      this.onNotice(
        `${name} ended (${exit.signal ?? `code ${exit.code ?? '?'}`}); starting it again`,
      );
      setTimeout(restart, RESTART_PAUSE_MS).unref();
    });
  }

  private async provision(progress: Progress): Promise<void> {
    const { databaseUrl, kafkaBrokers: brokers, kafkaPasswords } = this.running();
    const topicPrefix = process.env.TOPIC_PREFIX ?? 'urbanmine.';
    progress(await provision(this.root, { databaseUrl, brokers, topicPrefix, kafkaPasswords }));
  }

  private async startServices(progress: (text: string) => void): Promise<void> {
    const services = planServices(this.root, this.options, this.running());
    const missing = services.filter(({ entry }) => !existsSync(entry));
    if (missing.length > 0) {
      const names = missing.map(({ name }) => name).join(', ');
      throw new StackError(`Not built: ${names}. Run npm run build and look for its errors`);
    }
    await this.bring(
      services.filter(({ name }) => name !== 'plant'),
      progress,
    );
  }

  /** The plant's sites, through the gateway as anybody would; needs the services. */
  private async enrol(progress: Progress): Promise<void> {
    const { databaseUrl, dataDir, portBase } = this.running();
    const gatewayUrl = serviceUrl('gateway', portBase);
    const { sites } = this.options;
    progress(await enrolPlantSites(this.root, { databaseUrl, gatewayUrl, dataDir, sites }));
  }

  /** Last: its first pieces then meet a pipeline that is ready. */
  private async startPlant(progress: Progress): Promise<void> {
    const services = planServices(this.root, this.options, this.running());
    await this.bring(
      services.filter(({ name }) => name === 'plant'),
      progress,
    );
  }

  private async bring(services: ServiceSpec[], progress: (text: string) => void): Promise<void> {
    const waiting = new Set(services.map(({ name }) => name));
    for (const service of services) this.supervisor.start(service);
    await Promise.all(
      services.map(async ({ name }) => {
        await this.supervisor.ready(name, READY_TIMEOUT_MS, this.interrupted);
        waiting.delete(name);
        progress(waiting.size > 0 ? `waiting for ${[...waiting].join(', ')}` : 'all ready');
      }),
    );
  }

  private running(): Stack {
    if (!this.stack) throw new StackError('The servers are not running');
    return this.stack;
  }
}
