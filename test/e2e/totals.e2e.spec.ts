import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { prometheusBinary } from '../../local/src/prometheus.js';
import { MATERIAL_STREAMS } from '#contracts';
import { createKafka } from '#kafka';
import { fromApi, topicEnd, untilDrained } from '../line-reading.js';
import { type OwnService, startOwn } from '../own-service.js';
import { query } from '../prometheus-reading.js';
import { type RunningLine, startLine, until } from '../running-line.js';

/** Business totals as metrics, against what the API reads from the ledger's books. */
const SITE = 'north';
// The reporter names this at the end of a run without the tool; the gate demands it.
const withPrometheus = prometheusBinary() ? it : it.skip;
/** What the rules record of each total, out of all replicas. */
const RECORDED = [
  ['urbanmine_pieces_total', 'site_stream_class:urbanmine_pieces_total:max'],
  ['urbanmine_mass_grams_total', 'site_stream_class_book:urbanmine_mass_grams_total:max'],
  ['urbanmine_mass_out_grams_total', 'site_stream_class_book:urbanmine_mass_out_grams_total:max'],
] as const;

interface Turnover {
  readonly debitsMg: string;
  readonly creditsMg: string;
}
interface Total {
  readonly stream: string;
  readonly class: string;
  readonly weighed: Turnover;
  readonly estimated: Turnover;
  readonly pieces: string;
}

let line: RunningLine;
const own: OwnService[] = [];

async function another(app: 'classifier' | 'metrics'): Promise<OwnService> {
  const service = await startOwn(line, app);
  own.push(service);
  return service;
}

const readTotals = async (): Promise<readonly Total[]> =>
  (await fromApi<{ items: readonly Total[] }>(line, `/v1/sites/${SITE}/flow`)).items;

/** Every series that a ledger with these totals must give: milligrams to the nearest double of grams. */
function expectedOf(totals: readonly Total[]): string[] {
  const grams = (mg: string): string => String(Number(mg) / 1_000);
  return totals
    .flatMap(({ stream, class: name, weighed, estimated, pieces }) => {
      const labels = `site="${SITE}",stream="${stream}",class="${name}"`;
      return [
        `urbanmine_pieces_total{${labels}} ${Number(pieces)}`,
        `urbanmine_mass_grams_total{${labels},book="W"} ${grams(weighed.debitsMg)}`,
        `urbanmine_mass_grams_total{${labels},book="E"} ${grams(estimated.debitsMg)}`,
        `urbanmine_mass_out_grams_total{${labels},book="W"} ${grams(weighed.creditsMg)}`,
        `urbanmine_mass_out_grams_total{${labels},book="E"} ${grams(estimated.creditsMg)}`,
      ];
    })
    .sort();
}

async function seriesOf(url: string): Promise<string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text
    .split('\n')
    .filter((series) => /^urbanmine_(pieces|mass_grams|mass_out_grams)_total\{/.test(series))
    .sort();
}

/** As `expectedOf` writes them. */
async function recordedIn(url: string): Promise<string[]> {
  const series = await Promise.all(
    RECORDED.map(async ([name, rule]) =>
      (await query(url, rule)).map(({ metric, value }) => {
        const labels = ['site', 'stream', 'class', 'book'].flatMap((label) =>
          metric[label] === undefined ? [] : [`${label}="${metric[label]}"`],
        );
        return `${name}{${labels.join(',')}} ${Number(value[1])}`;
      }),
    ),
  );
  return series.flat().sort();
}

/** What was told last may still be on its way; then it must be exactly this. */
async function expectTotals(url: string, totals: readonly Total[]): Promise<void> {
  const wanted = expectedOf(totals);
  let found: string[] = [];
  await until('the newest totals', 20_000, async () => {
    found = await seriesOf(url);
    return JSON.stringify(found) === JSON.stringify(wanted) ? true : undefined;
  }).catch((error: unknown) => {
    // Says which of them differ, where they do.
    expect(found).toEqual(wanted);
    throw error;
  });
}

const isReady = (url: string): Promise<true | undefined> =>
  fetch(`${url}/readyz`).then(({ ok }) => (ok ? true : undefined));

beforeAll(async () => {
  line = await startLine({ rate: 1_500, streams: MATERIAL_STREAMS });
}, 120_000);

afterAll(async () => {
  await Promise.all(own.map((service) => service.stop()));
  await line.stop();
}, 60_000);

describe('the totals of the metrics service', () => {
  let totals: readonly Total[];
  let replica: OwnService;

  it('are those of the ledger in two replicas, one of them killed in full flow', async () => {
    replica = await another('metrics');
    await until('totals of every stream', 60_000, async () => {
      const streams = new Set((await readTotals()).map(({ stream }) => stream));
      const seen = (await seriesOf(line.url('metrics'))).length;
      return MATERIAL_STREAMS.every((stream) => streams.has(stream)) && seen > 0 ? true : undefined;
    });
    const before = line.pids().get('metrics');
    line.kill9('metrics');
    await until('metrics back in work', 30_000, async () => {
      const now = line.pids().get('metrics');
      return now === undefined || now === before ? undefined : isReady(line.url('metrics'));
    });
    await line.stopService('plant');
    await untilDrained(line, SITE, 30_000);
    totals = await readTotals();
    expect(totals.length).toBeGreaterThan(10);
    await expectTotals(line.url('metrics'), totals);
    await expectTotals(replica.url, totals);
  }, 150_000);

  withPrometheus(
    'are recorded once, and exactly, by a Prometheus that asks both replicas',
    async () => {
      const url = line.prometheusUrl!;
      const target = { targets: [new URL(replica.url).host], labels: { app: 'metrics' } };
      writeFileSync(join(line.dataDir, 'targets', 'replica.yml'), JSON.stringify([target]));
      await until('every total by both', 30_000, async () => {
        const twice = await query(url, `count by (stream, class) (urbanmine_pieces_total) == 2`);
        return twice.length === totals.length ? true : undefined;
      });
      await until('what is recorded of both', 30_000, async () => {
        const found = await recordedIn(url);
        return JSON.stringify(found) === JSON.stringify(expectedOf(totals)) ? true : undefined;
      });
    },
    70_000,
  );

  it('are the same after a replay of all topics from the beginning', async () => {
    const classified = await topicEnd(line, 'classified-events.v1');
    await Promise.all([
      line.stopService('classifier'),
      line.stopService('metrics'),
      replica.stop(),
    ]);
    const admin = createKafka({
      brokers: [...line.brokers],
      clientId: 'spec',
      logger: SILENT,
    }).admin();
    await admin.connect();
    // Without a place to go on from they begin with the first record.
    await admin.deleteGroups(['urbanmine.classifier', 'urbanmine.metrics']);
    await admin.disconnect();
    const [fresh] = await Promise.all([another('metrics'), another('classifier')]);
    await until('everything classified again', 30_000, async () =>
      (await topicEnd(line, 'classified-events.v1')) >= 2 * classified ? true : undefined,
    );
    await untilDrained(line, SITE, 30_000);
    await until('metrics that know every total', 30_000, () => isReady(fresh.url));
    const ledger = await (await fetch(`${line.url('ledger')}/metrics`)).text();
    const duplicates = /^urbanmine_ledger_records_total\{outcome="duplicate"\} (\d+)/m.exec(ledger);
    expect(Number(duplicates?.[1])).toBeGreaterThanOrEqual(classified);
    expect(await readTotals()).toEqual(totals);
    await expectTotals(fresh.url, totals);
  }, 120_000);
});

const silent = (): void => undefined;
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };
