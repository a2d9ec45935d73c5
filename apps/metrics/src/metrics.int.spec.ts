import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  EVENTS,
  type EventDefinition,
  FACTS,
  type TopicName,
  type TotalStateValue,
  encodeHeaders,
  topicName,
} from '#contracts';
import { type RecordProducer, createKafka, createProducer, createTopics } from '#kafka';
import { type TestStack, testStack } from '#local';
import { type RunningService, createLogger, startService } from '#process';
import { Registry } from 'prom-client';
import { readMetricsConfig } from './metrics.config.js';
import { metricsService } from './metrics.service.js';

const logger = createLogger('metrics', 'silent');
let stack: TestStack;
let producer: RecordProducer;

beforeAll(async () => {
  stack = await testStack();
  const kafka = createKafka({ brokers: stack.brokers, clientId: 'spec', logger });
  await createTopics(kafka, stack.topicPrefix);
  producer = createProducer(kafka, { logger });
  await producer.connect();
}, 60_000);

afterAll(async () => {
  await producer.close();
  await stack.close();
});

const write = (
  topic: TopicName,
  key: string,
  value: Buffer | null,
  headers = {},
): Promise<unknown> =>
  producer.send([
    { topic: topicName(stack.topicPrefix, topic), partition: 0, key, value, headers },
  ]);

const total = (logIndex: number, pieces: number): TotalStateValue => ({
  siteId: 'north',
  stream: 'steel',
  class: 'E40',
  weighed: { debitsMg: '5000', creditsMg: '2000' },
  estimated: { debitsMg: '4000', creditsMg: '0' },
  pieces: String(pieces),
  logIndex,
});
const writeTotal = (value: TotalStateValue): Promise<unknown> =>
  write('totals', 'north/steel/E40', Buffer.from(JSON.stringify(value)));

function say(
  topic: TopicName,
  definition: EventDefinition,
  source: string,
  seq: number,
  data: unknown,
): Promise<unknown> {
  const headers = encodeHeaders({
    source,
    boot: source.endsWith('/ledger') ? 0 : 1_795_000_000,
    seq,
    type: definition.type,
    time: '2026-11-24T08:00:00.000Z',
    subject: 'north.run-1',
    siteid: 'north',
  });
  return write(topic, 'north', Buffer.from(JSON.stringify(data)), headers);
}

interface Running {
  readonly service: RunningService;
  readonly lines: () => Promise<string[]>;
  readonly ready: () => Promise<boolean>;
}

async function start(): Promise<Running> {
  const config = readMetricsConfig({
    KAFKA_BROKERS: stack.brokers.join(','),
    TOPIC_PREFIX: stack.topicPrefix,
    PORT: '0',
    HOST: '127.0.0.1',
  });
  const service = await startService(metricsService(config, logger, new Registry()), (error) => {
    throw error;
  });
  const base = `http://127.0.0.1:${service.port}`;
  return {
    service,
    lines: async () => (await (await fetch(`${base}/metrics`)).text()).split('\n'),
    ready: async () => (await fetch(`${base}/readyz`)).ok,
  };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('not so within 20 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const TOTAL_PIECES = 'urbanmine_pieces_total{site="north",stream="steel",class="E40"}';

describe('the metrics service', () => {
  it('knows every total before it is ready, and sets them anew after a restart', async () => {
    for (let n = 1; n <= 300; n++) await writeTotal(total(n, n));
    const first = await start();
    await until(first.ready);
    const lines = await first.lines();
    expect(lines).toEqual(
      expect.arrayContaining([
        '# TYPE urbanmine_pieces_total counter',
        `${TOTAL_PIECES} 300`,
        'urbanmine_mass_grams_total{site="north",stream="steel",class="E40",book="W"} 5',
        'urbanmine_mass_grams_total{site="north",stream="steel",class="E40",book="E"} 4',
        'urbanmine_mass_out_grams_total{site="north",stream="steel",class="E40",book="W"} 2',
      ]),
    );
    await writeTotal(total(301, 310));
    await until(async () => (await first.lines()).includes(`${TOTAL_PIECES} 310`));
    await first.service.stop();

    const second = await start();
    await until(second.ready);
    expect(await second.lines()).toContain(`${TOTAL_PIECES} 310`);
    await second.service.stop();
  }, 60_000);

  it('rates what passes, takes note of what the ledger says, and goes around garbage', async () => {
    const running = await start();
    await until(running.ready);
    const [frame] = EVENTS.piecesClassified.examples;
    const feed: DataOf<'feedMetered'> = { ...EVENTS.feedMetered.examples[0]!, cumulativeMg: 1000 };
    const [balance] = FACTS.runBalanced.examples;
    const [gap] = FACTS.gapDeclared.examples;
    const [raised] = FACTS.exceptionRaised.examples;
    // Of a site that only stations have spoken of yet.
    await write('classifiedEvents', 'south', Buffer.from('{}'), { ce_siteid: 'south' });
    await say('classifiedEvents', EVENTS.feedMetered, 'north.belt', 1, feed);
    await write('classifiedEvents', 'north', Buffer.from('{'), {
      ce_type: EVENTS.piecesClassified.type,
    });
    await say('classifiedEvents', EVENTS.feedMetered, 'north.belt', 2, {
      ...feed,
      cumulativeMg: 4500,
    });
    const run = { ...EVENTS.runStarted.examples[0]!, runId: 'north.run-2' };
    const seen = { ...frame!, scan: { ...frame!.scan, runId: run.runId } };
    await say('classifiedEvents', EVENTS.runStarted, 'north.line', 1, run);
    for (const seq of [1, 2]) {
      await say('classifiedEvents', EVENTS.piecesClassified, 'north.sorter', seq, seen);
    }
    const calibration = EVENTS.sensorCalibrated.examples[0]!;
    await say('classifiedEvents', EVENTS.sensorCalibrated, 'north.lab', 1, calibration);
    await say('custodyEvents', FACTS.gapDeclared, 'north/ledger', 1, gap);
    await say('custodyEvents', FACTS.gapDeclared, 'north/ledger', 1, gap);
    await say('custodyEvents', FACTS.exceptionRaised, 'north/ledger', 2, raised);
    await say('custodyEvents', FACTS.runBalanced, 'north/ledger', 3, balance);
    await say('custodyEvents', FACTS.lotGraded, 'north/ledger', 4, FACTS.lotGraded.examples[0]);
    const graded = 'urbanmine_lots_graded_total{site="north",verdict="accepted"} 1';
    await until(async () => (await running.lines()).includes(graded));
    const calibrated =
      'urbanmine_station_calibration_timestamp_seconds{site="north",station="sorter-1"} ' +
      String(Date.parse('2026-11-24T08:00:00.000Z') / 1_000);
    await until(async () => (await running.lines()).includes(calibrated));
    await until(async () =>
      (await running.lines()).includes('urbanmine_run_unaccounted_grams{site="north"} 10000'),
    );
    const frames = 'urbanmine_frames_total{site="north",station="sorter"} 2';
    await until(async () => (await running.lines()).includes(frames));
    expect(await running.lines()).toEqual(
      expect.arrayContaining([
        `urbanmine_flow_pieces_total{site="north",station="sorter"} ${2 * frame!.scan.massMg.length}`,
        'urbanmine_flow_unresolved_pieces_total{site="north",station="sorter"} 0',
        'urbanmine_flow_mass_grams_total{site="north",station="sorter",class="carbon-steel",outlet="0"} 824',
        'urbanmine_flow_confidence_total{site="north",station="sorter"} 1.962',
        'urbanmine_feed_mass_grams_total{site="north",station="belt"} 3.5',
        'urbanmine_outlet_target{site="north",station="sorter",class="copper-bearing",outlet="1"} 1',
        'urbanmine_gaps_total{site="north"} 1',
        'urbanmine_gaps_total{site="south"} 0',
        'urbanmine_exceptions_total{site="north",code="shipment-exceeds-lot"} 1',
        'urbanmine_exceptions_total{site="north",code="radiation-alarm"} 0',
        'urbanmine_runs_balanced_total{site="north"} 1',
        'urbanmine_run_unaccounted_uncertainty_grams{site="north"} 6040.177',
      ]),
    );
    const lag = (await running.lines()).filter((line) =>
      line.startsWith('urbanmine_kafka_lag_records{'),
    );
    expect(lag.length).toBeGreaterThan(0);
    await running.service.stop();
  }, 60_000);
});
