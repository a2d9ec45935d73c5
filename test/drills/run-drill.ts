import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query } from '../prometheus-reading.js';
import { startLine, until } from '../running-line.js';
import type { Drill } from './drill-case.js';

const RULES = join('observability', 'rules', 'urbanmine.rules.yml');
const FIRES_WITHIN_MS = 180_000;

/** The rules with shorter waits. Throws when the file has no such text any more. */
export function hurried(rules: string, hurry: Drill['hurry']): string {
  return hurry.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`the rules do not say "${from}" any more`);
    return text.replace(from, to);
  }, rules);
}

/** Alerts that fire at this moment. */
async function firing(url: string): Promise<ReadonlySet<string>> {
  const series = await query(url, 'ALERTS{alertstate="firing"}');
  return new Set(series.map(({ metric }) => metric['alertname'] ?? ''));
}

/** Page-level alerts that nobody expects of this drill. */
async function unexpected(url: string, { alert, also = [] }: Drill): Promise<readonly string[]> {
  const series = await query(url, 'ALERTS{alertstate="firing",severity="critical"}');
  return series
    .map(({ metric }) => metric['alertname'] ?? '')
    .filter((name) => name !== alert && !also.includes(name));
}

/** A line of its own; resolves when the alert has fired and cleared. Throws when it does not. */
export async function runDrill(
  root: string,
  drill: Drill,
  tell: (text: string) => void,
): Promise<void> {
  const watchedBy = mkdtempSync(join(tmpdir(), 'urbanmine-drill-'));
  cpSync(join(root, 'observability'), join(watchedBy, 'observability'), { recursive: true });
  mkdirSync(join(watchedBy, 'observability', 'rules'), { recursive: true });
  const rules = hurried(readFileSync(join(root, RULES), 'utf8'), drill.hurry);
  writeFileSync(join(watchedBy, RULES), rules);
  tell(`${drill.name}: starting a line of its own`);
  const line = await startLine(
    { rate: drill.rate ?? 1, plant: drill.rate !== undefined, watchedBy },
    root,
  );
  try {
    const url = line.prometheusUrl;
    if (url === undefined) throw new Error('no prometheus: apt-get install prometheus');
    await until('rules that have seen every process', 60_000, async () => {
      const up = await query(url, 'sum(app_topic:urbanmine_kafka_lag_records:sum >= 0) >= 0');
      return up.length > 0 && (await firing(url)).size === 0 ? true : undefined;
    });
    tell(`provoke: ${drill.what}`);
    await drill.provoke(line);
    await until(`${drill.alert} to fire`, FIRES_WITHIN_MS, async () =>
      (await firing(url)).has(drill.alert) ? true : undefined,
    );
    tell(`${drill.alert} fires; its runbook is docs/runbooks/${drill.alert}.md`);
    const others = await unexpected(url, drill);
    if (others.length > 0) throw new Error(`pages that do not belong to it: ${others.join(', ')}`);
    tell(`remedy: ${drill.remedy}`);
    await drill.remedyIt(line);
    await until(`${drill.alert} to clear`, FIRES_WITHIN_MS, async () =>
      (await firing(url)).has(drill.alert) ? undefined : true,
    );
    tell(`${drill.alert} has cleared`);
  } finally {
    await line.stop();
    rmSync(watchedBy, { recursive: true });
  }
}
