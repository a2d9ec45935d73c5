import { describe, expect, it } from '@jest/globals';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { ApiMetrics } from '../../apps/api/src/api.metrics.js';
import { metalPrices, registerLotGauges, registerPrices } from '../../apps/api/src/lot-gauges.js';
import { registerSiteGauges } from '../../apps/api/src/site-gauges.js';
import { classifierMetrics } from '../../apps/classifier/src/classifier.metrics.js';
import { GatewayMetrics } from '../../apps/gateway/src/gateway.metrics.js';
import { InFlight } from '../../apps/gateway/src/receive-events/in-flight.js';
import { LedgerMetrics } from '../../apps/ledger/src/ledger.metrics.js';
import { FrameTally } from '../../apps/metrics/src/flow/frame-tally.js';
import { PipelineMetrics } from '../../apps/metrics/src/metrics.metrics.js';
import { NewestTotals } from '../../apps/metrics/src/totals/newest-totals.js';
import { type DataOf, FACTS, MATERIAL_STREAMS, REJECT_REASONS } from '#contracts';
import { batchMetrics } from '#kafka';
import { EXAMPLE_PRICES, RECIPES, UNRESOLVED, compositionsOf } from '#materials';
import { MetricsText, createLogger } from '#process';

/**
 * How many series a large installation gives to Prometheus: every sensor has given every class to
 * every outlet, every station has been refused for every second reason, every route is slow.
 */
const SITES = 10;
const LINES = 20;
const OUTLETS = 3;
const SERIES_MAX = 20_000;
const PARTITIONS = 16;
const SCRAPES = 9;

const sites = Array.from({ length: SITES }, (_, at) => `site-${at}`);
const lines = sites.flatMap((site) =>
  Array.from({ length: LINES }, (_, at) => ({ site, sorter: `sorter-${at}`, belt: `belt-${at}` })),
);
const recipeClasses = RECIPES.recipes.map((recipe) => [
  ...compositionsOf(recipe).classes.map((entry) => entry.class),
]);

function gateway(registry: Registry): void {
  const limits = { requests: 1, bytes: 1, requestsOfSource: 1 };
  const metrics = new GatewayMetrics(registry, new InFlight(limits));
  for (const { site, sorter, belt } of lines) {
    for (const station of [sorter, belt]) {
      const source = `${site}.${station}`;
      const caller = {
        source,
        siteId: site,
        kind: 'sensor-sorter',
        partition: 0,
        pending: false,
      } as const;
      const attributes = { time: '2026-11-24T08:00:00.000Z' };
      metrics.accepted(caller, [{ attributes, data: Buffer.alloc(0) } as never]);
      for (const reason of REJECT_REASONS.slice(0, 3)) metrics.refused(caller, reason);
    }
  }
  for (const route of ['/v1/events', '/v1/stations/:source/position']) {
    for (const status of [200, 202, 400, 401, 403, 413, 429, 503]) {
      metrics.requestSeconds.observe({ route, status }, 1);
    }
  }
}

function metricsApp(registry: Registry): void {
  const totals = new NewestTotals();
  const metrics = new PipelineMetrics(registry, totals);
  for (const [at, { site, sorter, belt }] of lines.entries()) {
    const tally = new FrameTally();
    const classes = recipeClasses[at % recipeClasses.length]!;
    const cells = [...classes, UNRESOLVED].flatMap((_, which) =>
      Array.from({ length: OUTLETS }, (__, outlet) => ({ which, outlet })),
    );
    tally.add(`${site}.${sorter}`, {
      scan: { massMg: cells.map(() => 1_000), outlet: cells.map(({ outlet }) => outlet) },
      classification: {
        classes: [...classes, UNRESOLVED],
        class: cells.map(({ which }) => which),
        confidencePpm: cells.map(() => 900_000),
      },
    } as unknown as DataOf<'piecesClassified'>);
    metrics.observeFrames(tally);
    const targets = Array.from({ length: OUTLETS }, (_, outlet) => ({
      outlet,
      targetClass: classes[outlet % classes.length]!,
    }));
    metrics.observeTargets(`${site}.${sorter}`, targets);
    metrics.observeFeed(`${site}.${belt}`, 1);
    metrics.observeCalibration(`${site}.${sorter}`, 0, 1);
  }
  const balance = { key: 'runBalanced', data: FACTS.runBalanced.examples[0]! } as const;
  for (const site of sites) {
    metrics.observeFact(site, balance);
    for (const [at, classes] of recipeClasses.entries()) {
      for (const name of classes) {
        const sides = { debitsMg: '1', creditsMg: '1' };
        const stream = MATERIAL_STREAMS[at % MATERIAL_STREAMS.length]!;
        const key = `${site}/${stream}/${name}`;
        const total = { siteId: site, stream, class: name, weighed: sides, estimated: sides };
        totals.apply(key, Buffer.from(JSON.stringify({ ...total, pieces: '1', logIndex: 1 })));
      }
    }
  }
}

function api(registry: Registry): void {
  const metrics = new ApiMetrics(registry);
  for (let route = 0; route < 30; route++) {
    metrics.seconds.observe({ route: `/v1/${route}` }, 1);
    for (const code of ['200', '400', '404', '503']) {
      metrics.requests.inc({ route: `/v1/${route}`, code });
    }
  }
  const site = { treeSize: 1, committedAt: 1, checkpointSize: 1, checkpointAt: 1 };
  const open = {
    exceptionsOpen: 1,
    hazardsOpen: 1,
    hazardsUnacknowledged: 1,
    hazardUnacknowledgedAt: 1,
  };
  const station = { accepted: 1, duplicates: 1, sealsVerified: 1, sealsFailed: 0 };
  const waiting = { sealsIncomplete: 0, slotsOpen: 0, parked: 0 };
  const figures = {
    sites: () => Promise.resolve(sites.map((siteId) => ({ siteId, ...site, ...open }))),
    stations: () =>
      Promise.resolve(
        lines.flatMap(({ site: siteId, sorter, belt }) =>
          [sorter, belt].map((name) => ({ siteId, station: name, ...station, ...waiting })),
        ),
      ),
    scales: () =>
      Promise.resolve(
        lines.map(({ site: siteId, belt: scale }) => ({
          ...{ siteId, scale },
          ...{ sigmas: 1, shifted: null },
        })),
      ),
    sensors: () =>
      Promise.resolve(
        lines.map(({ site: siteId, sorter: station }) => ({
          ...{ siteId, station, sigmas: 9 },
          shifts: [{ analyte: 'Cu', direction: 'high' as const }],
        })),
      ),
    lines: () =>
      Promise.resolve(
        lines.flatMap(({ site: siteId, sorter, belt }, at) =>
          [sorter, belt].map((station) => ({ siteId, station, line: `line-${at % LINES}` })),
        ),
      ),
    databaseBytes: () => Promise.resolve(1),
    databaseQuotaBytes: 1,
  };
  const silent = createLogger('spec', 'silent');
  registerSiteGauges(registry, figures, silent);
  const places = sites.flatMap((siteId) => MATERIAL_STREAMS.map((stream) => ({ siteId, stream })));
  const stock = {
    figures: places.map((place) => ({ ...place, lots: 1, offSpecExpected: 1, offSpecMost: 1 })),
    metals: places.flatMap((place) =>
      metalPrices(EXAMPLE_PRICES).map(({ analyte }) => ({
        ...place,
        ...{ analyte, grams: 1, uncertaintyGrams: 1 },
      })),
    ),
  };
  registerLotGauges(registry, () => Promise.resolve(stock), silent);
  registerPrices(registry, EXAMPLE_PRICES);
}

function consumers(registry: Registry): void {
  const metrics = batchMetrics(registry);
  for (const topic of ['station-events.v1', 'classified-events.v1', 'custody-events.v1']) {
    metrics.records.inc({ topic });
    metrics.batchSize.observe({ topic }, 1);
    metrics.seconds.observe({ topic }, 1);
    metrics.retries.inc({ topic });
    metrics.stopped.set({ topic }, 0);
    for (const reason of REJECT_REASONS) metrics.poison.inc({ topic, reason });
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const place = { topic, partition: String(partition) };
      metrics.lag.set(place, 0);
      metrics.lagSeconds.set(place, 0);
    }
  }
}

/** CPU time of a scrape in the middle of `SCRAPES`: wall time is the machine's, not ours. */
async function cpuMs(scrape: () => Promise<unknown>): Promise<number> {
  const taken: number[] = [];
  for (let n = 0; n < SCRAPES; n++) {
    const before = process.cpuUsage();
    await scrape();
    const { user, system } = process.cpuUsage(before);
    taken.push((user + system) / 1_000);
  }
  return taken.sort((a, b) => a - b)[(SCRAPES - 1) / 2]!;
}

describe('10 sites of 20 lines', () => {
  it(`give fewer than ${SERIES_MAX} series, each app in one answer`, async () => {
    const apps: Record<string, (registry: Registry) => void> = {
      gateway,
      classifier: classifierMetrics,
      ledger: (registry) => new LedgerMetrics(registry),
      metrics: metricsApp,
      api,
      consumers,
    };
    let series = 0;
    for (const [app, define] of Object.entries(apps)) {
      const registry = new Registry();
      define(registry);
      if (app !== 'consumers') collectDefaultMetrics({ register: registry });
      const metrics = new MetricsText(registry);
      const text = await metrics.text();
      const [plain, ours] = [
        await cpuMs(() => registry.metrics()),
        await cpuMs(() => metrics.text()),
      ];
      const own = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
      series += own;
      // Not held to a bound: the machine may have other things to do.
      const ms = `${ours.toFixed(1)} ms of CPU (${plain.toFixed(1)} by prom-client alone)`;
      process.stderr.write(`${app}: ${own} series, a scrape in ${ms}\n`);
    }
    process.stderr.write(`in all: ${series} series\n`);
    expect(series).toBeGreaterThan(SITES * LINES * 2);
    expect(series).toBeLessThan(SERIES_MAX);
  });
});
