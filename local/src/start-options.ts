import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';

const STREAMS = ['steel', 'ewaste', 'textiles'] as const;
type StreamName = (typeof STREAMS)[number];

/** What `npm start -- --flags` asks for. */
export interface StartOptions {
  fresh: boolean;
  plant: boolean;
  /** Pieces per second that the simulated plant makes, all sites together. */
  rate: number;
  streams: StreamName[];
  sites: number;
  portBase: number;
  dataDir: string;
  secure: boolean;
  exitAfterSeconds?: number;
  /** A folder whose `observability/` Prometheus is configured by in place of the repository's. */
  watchedBy?: string;
}

interface RawOptions {
  fresh?: boolean;
  plant: boolean;
  rate: number;
  streams: StreamName[];
  sites: number;
  portBase: number;
  data?: string;
  secure?: boolean;
  exitAfter?: number;
}

/**
 * Reads the flags. Ends the process itself for `--help` (0) and for a flag it does not know or cannot use (1), as
 * commander does, unless `exitOverride` says to throw instead.
 */
export function parseStartOptions(
  argv: string[],
  root: string,
  exitOverride = false,
): StartOptions {
  const command = startCommand();
  if (exitOverride) command.exitOverride().configureOutput({ writeErr: () => undefined });
  const raw = command.parse(argv, { from: 'user' }).opts<RawOptions>();
  return {
    fresh: raw.fresh ?? false,
    plant: raw.plant,
    rate: raw.rate,
    streams: raw.streams,
    sites: raw.sites,
    portBase: raw.portBase,
    dataDir: resolve(root, raw.data ?? defaultDataDir(root)),
    secure: raw.secure ?? false,
    ...(raw.exitAfter !== undefined && { exitAfterSeconds: raw.exitAfter }),
  };
}

/** As root, PostgreSQL runs as another user, who must be able to reach its data: a checkout may lie in a closed home. */
function defaultDataDir(root: string): string {
  if (process.getuid?.() !== 0) return join(root, '.urbanmine');
  const clone = createHash('sha256').update(resolve(root)).digest('hex').slice(0, 8);
  return join(tmpdir(), `urbanmine-${clone}`);
}

function startCommand(): Command {
  return new Command('npm start --')
    .description(
      'Starts all of Urbanmine on this machine: servers, services and a simulated plant.',
    )
    .option('--fresh', 'forget the data of earlier runs')
    .option('--no-plant', 'start without the simulated plant')
    .addOption(
      new Option('--rate <pieces-per-second>', 'pieces that the plant makes')
        .argParser(positive('a number of pieces per second'))
        .default(2_000),
    )
    .addOption(
      new Option('--streams <list>', 'material streams, separated by commas')
        .argParser(streamList)
        .default([...STREAMS], STREAMS.join(',')),
    )
    .addOption(
      new Option('--sites <n>', 'sites that the plant plays').argParser(whole(1, 100)).default(2),
    )
    .addOption(
      new Option('--port-base <n>', 'first of the twenty ports used')
        .argParser(whole(1_024, 65_000))
        .default(7_100),
    )
    .option(
      '--data <dir>',
      'data folder (default: .urbanmine, for root a folder in the temporary place)',
    )
    .option(
      '--secure',
      'passwords and access lists on the broker (see <data>/kafka/passwords.json)',
    )
    .option('--exit-after <seconds>', 'stop cleanly after so many seconds', positive('seconds'))
    .addHelpText(
      'after',
      '\nDATABASE_URL and KAFKA_BROKERS replace the embedded PostgreSQL and Apache Kafka.',
    );
}

function positive(what: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isFinite(value) && value > 0) return value;
    throw new InvalidArgumentError(`Expected ${what} above 0.`);
  };
}

function whole(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };
}

function streamList(text: string): StreamName[] {
  const wanted = text.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !(STREAMS as readonly string[]).includes(name));
  if (unknown.length === 0) return STREAMS.filter((name) => wanted.includes(name));
  throw new InvalidArgumentError(`Known are ${STREAMS.join(', ')}; not ${unknown.join(', ')}.`);
}
