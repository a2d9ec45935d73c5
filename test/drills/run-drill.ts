import { setTimeout as sleep } from 'node:timers/promises';
import { query } from '../prometheus-reading.js';
import type { Drill, Tell } from './drill-case.js';
import type { AlertSeen, DrillOutcome } from './drill-outcome.js';
import { OFTEN, type WatchedLine, withWatchedLine } from './watched-line.js';

const WITHIN_MS = 180_000;
/** A step of a drill that hangs MUST NOT keep those after it waiting. */
const DRILL_WITHIN_MS = 900_000;

/** What a drill has seen so far. */
class Seen {
  private readonly fired = new Map<string, number>();
  private readonly cleared = new Map<string, number>();
  private readonly besides = new Set<string>();

  constructor(private readonly drill: Drill) {}

  /** Looks once. Throws when a page has come up that does not belong to the drill. */
  async look(url: string): Promise<ReadonlySet<string>> {
    const { alerts, also = [] } = this.drill;
    const series = await query(url, 'ALERTS{alertstate="firing"}');
    const pages: string[] = [];
    const firing = new Set<string>();
    for (const { metric } of series) {
      const name = metric['alertname'] ?? '';
      firing.add(name);
      if (alerts.includes(name)) continue;
      this.besides.add(name);
      if (metric['severity'] === 'critical' && !also.includes(name)) pages.push(name);
    }
    if (pages.length > 0) throw new Error(`pages that do not belong to it: ${pages.join(', ')}`);
    return firing;
  }

  /** True the first time. */
  firedAfter(alert: string, ms: number): boolean {
    if (this.fired.has(alert)) return false;
    this.fired.set(alert, ms);
    return true;
  }

  clearedAfter(alert: string, ms: number): void {
    this.cleared.set(alert, ms);
  }

  /** It was clear and fires again. */
  notCleared(alert: string): void {
    this.cleared.delete(alert);
  }

  get allFired(): boolean {
    return this.fired.size === this.drill.alerts.length;
  }

  isCleared(alert: string): boolean {
    return this.cleared.has(alert);
  }

  get alerts(): readonly AlertSeen[] {
    return this.drill.alerts.map((alert) => ({
      alert,
      firedAfterMs: this.fired.get(alert) ?? null,
      clearedAfterMs: this.cleared.get(alert) ?? null,
    }));
  }

  get others(): readonly string[] {
    return [...this.besides].sort();
  }
}

/**
 * On a line of its own. What went wrong is in the outcome: one drill that fails MUST NOT hide the
 * others.
 */
export async function runDrill(root: string, drill: Drill, tell: Tell): Promise<DrillOutcome> {
  const { name, rate, streams, hurry } = drill;
  tell(`${name}: starting a line of its own`);
  const options = {
    rate: rate ?? 1,
    plant: rate !== undefined,
    ...(streams === undefined ? {} : { streams }),
    hurry,
    hurryConfig: OFTEN,
  };
  const seen = new Seen(drill);
  let problem: string | null = null;
  try {
    await withWatchedLine(root, options, (watched) =>
      inTime(DRILL_WITHIN_MS, drillOn(watched, drill, seen, tell)),
    );
    tell(`${drill.alerts.join(', ')}: cleared, and no other page came up`);
  } catch (error) {
    problem = textOf(error);
    tell(`${name} did not go as it must: ${problem}`);
  }
  return { drill: name, alerts: seen.alerts, others: seen.others, problem };
}

async function drillOn(
  { line, prometheusUrl: url }: WatchedLine,
  drill: Drill,
  seen: Seen,
  tell: Tell,
): Promise<void> {
  const all = drill.alerts.join(', ');
  tell(`provoke: ${drill.what}`);
  const provoked = Date.now();
  await drill.provoke(line, tell);
  await watch(`${all} to fire`, async () => {
    const firing = await seen.look(url);
    for (const alert of drill.alerts) {
      if (!firing.has(alert) || !seen.firedAfter(alert, Date.now() - provoked)) continue;
      tell(`${alert} fires; its runbook is docs/runbooks/${alert}.md`);
    }
    return seen.allFired;
  });
  tell(`remedy: ${drill.remedy}`);
  const mended = Date.now();
  await drill.remedyIt(line);
  await watch(`${all} to clear`, async () => {
    const firing = await seen.look(url);
    for (const alert of drill.alerts) {
      if (firing.has(alert)) seen.notCleared(alert);
      else if (!seen.isCleared(alert)) seen.clearedAfter(alert, Date.now() - mended);
    }
    return drill.alerts.every((alert) => seen.isCleared(alert));
  });
}

/** Looks every moment until it is so. */
async function watch(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${WITHIN_MS / 1_000} s`);
    await sleep(500);
  }
}

/** What goes on after that ends with the line, and nobody hears of it. */
async function inTime<T>(withinMs: number, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = sleep(withinMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`not done within ${withinMs / 1_000} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
    // Not late after all.
    late.catch(() => undefined);
  }
}

/** With what is behind it: `fetch failed` alone says nothing. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message} (${textOf(error.cause)})`;
}
