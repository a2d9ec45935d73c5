import { setTimeout as sleep } from 'node:timers/promises';
import type { Drill, Tell } from './drill-case.js';
import { OFTEN, type WatchedLine, alertsIn, withWatchedLine } from './watched-line.js';

const WITHIN_MS = 180_000;

/** Page-level alerts that nobody expects of this drill. */
async function assertNoOther(url: string, { alerts, also = [] }: Drill): Promise<void> {
  const pages = await alertsIn(url, 'firing', 'critical');
  const others = [...pages].filter((name) => !alerts.includes(name) && !also.includes(name));
  if (others.length > 0) throw new Error(`pages that do not belong to it: ${others.join(', ')}`);
}

/** Looks every moment until it is so. */
async function watch(
  what: string,
  drill: Drill,
  url: string,
  isSo: (firing: ReadonlySet<string>) => boolean,
): Promise<void> {
  const deadline = Date.now() + WITHIN_MS;
  for (;;) {
    await assertNoOther(url, drill);
    if (isSo(await alertsIn(url, 'firing'))) return;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${WITHIN_MS / 1_000} s`);
    await sleep(500);
  }
}

/** A line of its own; resolves when every alert of the drill has fired and cleared, or throws. */
export async function runDrill(root: string, drill: Drill, tell: Tell): Promise<void> {
  const { name, rate, streams, hurry } = drill;
  tell(`${name}: starting a line of its own`);
  const options = {
    rate: rate ?? 1,
    plant: rate !== undefined,
    ...(streams === undefined ? {} : { streams }),
    hurry,
    hurryConfig: OFTEN,
  };
  await withWatchedLine(root, options, (watched) => drillOn(watched, drill, tell));
}

/** The drill itself, on a line that runs already. */
export async function drillOn(
  { line, prometheusUrl: url }: WatchedLine,
  drill: Drill,
  tell: Tell,
): Promise<void> {
  tell(`provoke: ${drill.what}`);
  await drill.provoke(line, tell);
  const fired = new Set<string>();
  await watch(`${drill.alerts.join(', ')} to fire`, drill, url, (firing) => {
    for (const alert of drill.alerts) {
      if (!firing.has(alert) || fired.has(alert)) continue;
      fired.add(alert);
      tell(`${alert} fires; its runbook is docs/runbooks/${alert}.md`);
    }
    return fired.size === drill.alerts.length;
  });
  tell(`remedy: ${drill.remedy}`);
  await drill.remedyIt(line);
  await watch(
    `${drill.alerts.join(', ')} to clear`,
    drill,
    url,
    (firing) => !drill.alerts.some((alert) => firing.has(alert)),
  );
  tell(`${drill.alerts.join(', ')}: cleared, and no other page came up`);
}
