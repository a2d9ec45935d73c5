import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  LocalRun,
  type ServiceName,
  type Stack,
  allPorts,
  enrolPlantSites,
  freePortBase,
  serviceUrl,
  testDataDir,
} from '#local';
import type { MaterialStream } from '#contracts';
import { readTokens } from '#edge';

/** The whole line in processes of their own, as `npm start` runs it; needs `dist/`. */
export interface RunningLine {
  /** The repository. */
  readonly root: string;
  readonly dataDir: string;
  readonly portBase: number;
  url(service: ServiceName): string;
  /** kill -9 of a service, `plant`, `kafka` or `postgres`; each is started again. */
  kill9(name: string): void;
  pids(): Map<string, number>;
  /** Enrols model sites as `npm start` does before its plant; resolves with the tokens by source. */
  enrol(sites: number): Promise<Readonly<Record<string, string>>>;
  /** SIGTERM, for good. */
  stopService(name: ServiceName | 'plant'): Promise<void>;
  /** Ends a service cleanly and starts it anew, with these variables over its own. */
  restartService(name: ServiceName | 'plant', environment?: Record<string, string>): Promise<void>;
  /** To stop a server and start it again: what `kill9` of these ends stays down. */
  readonly servers: Pick<Stack, 'kafka' | 'postgres'>;
  /** Pieces that the plant scanned since it was started last, by what it said when it stopped. */
  plantPieces(): number;
  /** What the person at the terminal would have been told: who ended, and what was done. */
  notices(): readonly string[];
  readonly databaseUrl: string;
  readonly brokers: readonly string[];
  /** Undefined where no Prometheus is installed. */
  readonly prometheusUrl: string | undefined;
  stop(): Promise<void>;
}

export interface LineOptions {
  readonly rate: number;
  readonly sites?: number;
  /** Steel alone, unless given. */
  readonly streams?: readonly MaterialStream[];
  readonly plant?: boolean;
  /** A folder whose `observability/` takes the place of the repository's. */
  readonly watchedBy?: string;
  /** Told of every step, for a person who waits. */
  readonly onStep?: (title: string) => void;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** `root` is the repository; differs from the default for what runs from `dist/`. */
export async function startLine(options: LineOptions, root = ROOT): Promise<RunningLine> {
  const dataDir = testDataDir();
  mkdirSync(dataDir, { recursive: true });
  const portBase = await freePortBase(allPorts());
  const notices: string[] = [];
  const run = new LocalRun(
    root,
    {
      fresh: false,
      plant: options.plant ?? true,
      rate: options.rate,
      streams: [...(options.streams ?? (['steel'] as const))],
      sites: options.sites ?? 1,
      portBase,
      dataDir,
      secure: false,
      ...(options.watchedBy === undefined ? {} : { watchedBy: options.watchedBy }),
    },
    (text) => {
      notices.push(text);
      options.onStep?.(text);
    },
    new AbortController().signal,
  );
  try {
    for (const step of run.steps()) {
      options.onStep?.(step.title);
      await step.run(() => undefined);
    }
  } catch (error) {
    await run.stop();
    throw error;
  }
  const stack = run.stack;
  if (stack === undefined) throw new Error('the stack is not there after its start');
  return {
    root,
    dataDir,
    portBase,
    databaseUrl: stack.databaseUrl,
    brokers: stack.kafkaBrokers,
    prometheusUrl: stack.prometheusUrl,
    url: (service) => serviceUrl(service, portBase),
    kill9: (service) => {
      const pid = run.pids().get(service);
      if (pid === undefined) throw new Error(`${service} does not run`);
      process.kill(pid, 'SIGKILL');
    },
    pids: () => run.pids(),
    enrol: async (sites) => {
      const { databaseUrl } = stack;
      const gatewayUrl = serviceUrl('gateway', portBase);
      await enrolPlantSites(root, { databaseUrl, gatewayUrl, dataDir, sites });
      return readTokens(join(dataDir, 'tokens.json'));
    },
    stopService: (name) => run.stopService(name),
    restartService: (name, environment) => run.restartService(name, environment),
    servers: stack,
    plantPieces: () => plantPieces(dataDir),
    notices: () => notices,
    stop: () => run.stop(),
  };
}

/** Read from the last line of the plant's log that names them; 0 when there is none. */
function plantPieces(dataDir: string): number {
  const log = readFileSync(join(dataDir, 'logs', 'plant.log'), 'utf8');
  const last = [...log.matchAll(/"pieces":(\d+)/g)].at(-1);
  return Number(last?.[1] ?? 0);
}

/** Polls until `probe` gives something; throws with `what` when it does not within the time. */
export async function until<T>(
  what: string,
  withinMs: number,
  probe: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found !== undefined) return found;
    } catch (error) {
      // A service that is being restarted refuses connections; the deadline decides.
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`${what}: not within ${withinMs / 1_000} s`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
