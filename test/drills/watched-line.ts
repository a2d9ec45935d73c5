import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query } from '../prometheus-reading.js';
import { type LineOptions, type RunningLine, startLine, until } from '../running-line.js';
import type { Hurry } from './drill-case.js';

/** A line under a real Prometheus, whose alerts a drill asks for. */
export interface WatchedLine {
  readonly line: RunningLine;
  readonly prometheusUrl: string;
}

export type Watching = Omit<LineOptions, 'watchedBy'> & {
  /** In the rules. */
  readonly hurry: Hurry;
  /** In `prometheus.yml`; a drill looks more often than a plant has to. */
  readonly hurryConfig?: Hurry;
};

export const RULES = join('observability', 'rules', 'urbanmine.rules.yml');
export const CONFIG = join('observability', 'prometheus.yml');
const RULES_SEEN_WITHIN_MS = 90_000;

/** A drill sees an alert two seconds after it fires. */
export const OFTEN: Hurry = [
  ['scrape_interval: 5s', 'scrape_interval: 2s'],
  ['evaluation_interval: 5s', 'evaluation_interval: 2s'],
];

/** The text with shorter waits. Throws when it says no such thing any more. */
export function hurried(text: string, hurry: Hurry): string {
  return hurry.reduce((so, [from, to]) => {
    if (!so.includes(from)) throw new Error(`nothing says "${from}" any more`);
    return so.replace(from, to);
  }, text);
}

/** Alerts in that state at this moment, by name. */
export async function alertsIn(
  url: string,
  state: 'firing' | 'pending',
  severity = '.*',
): Promise<ReadonlySet<string>> {
  const series = await query(url, `ALERTS{alertstate="${state}",severity=~"${severity}"}`);
  return new Set(series.map(({ metric }) => metric['alertname'] ?? ''));
}

/**
 * Starts a line of its own, waits until the rules have seen every process and nothing fires, and
 * stops it after `use`. `root` is the repository.
 */
export async function withWatchedLine<T>(
  root: string,
  { hurry, hurryConfig = [], ...options }: Watching,
  use: (watched: WatchedLine) => Promise<T>,
): Promise<T> {
  const watchedBy = mkdtempSync(join(tmpdir(), 'urbanmine-drill-'));
  try {
    cpSync(join(root, 'observability'), join(watchedBy, 'observability'), { recursive: true });
    for (const [file, edits] of [
      [RULES, hurry],
      [CONFIG, hurryConfig],
    ] as const) {
      writeFileSync(join(watchedBy, file), hurried(readFileSync(join(root, file), 'utf8'), edits));
    }
    const line = await startLine({ ...options, watchedBy }, root);
    const forget = stoppedBySignals(line);
    try {
      const { prometheusUrl } = line;
      if (prometheusUrl === undefined) throw new Error('no prometheus: apt-get install prometheus');
      await untilWatched(prometheusUrl);
      const used = await use({ line, prometheusUrl });
      await line.stop();
      // A line that failed leaves its logs; twenty that did not would fill the disk.
      rmSync(line.dataDir, { recursive: true, force: true });
      return used;
    } catch (error) {
      await line.stop();
      throw new Error(`its logs are in ${join(line.dataDir, 'logs')}`, { cause: error });
    } finally {
      forget();
    }
  } finally {
    rmSync(watchedBy, { recursive: true });
  }
}

/** Its processes are in sessions of their own: a Ctrl-C would leave them running. */
function stoppedBySignals(line: RunningLine): () => void {
  const end = (): void => {
    void line.stop().finally(() => process.exit(130));
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.once(name, end);
  return () => {
    for (const name of signals) process.removeListener(name, end);
  };
}

async function untilWatched(url: string): Promise<void> {
  await until('rules that have seen every process', RULES_SEEN_WITHIN_MS, async () => {
    const up = await query(
      url,
      'sum(up) == 5 and sum(app_topic:urbanmine_kafka_lag_records:sum) >= 0',
    );
    return up.length > 0 && (await alertsIn(url, 'firing')).size === 0 ? true : undefined;
  });
}
