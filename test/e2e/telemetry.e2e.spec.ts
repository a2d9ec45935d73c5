import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FACTS, encodeHeaders } from '#contracts';
import { conceal, createEncryptionKey } from '#edge';
import { createKafka, createProducer } from '#kafka';
import { urbanmine } from '#local';
import { container, delivery, feed, frame, id, runEnd, runStart } from '../arbitraries/site-day.js';
import { Station, type StationEvent } from '../arbitraries/site-stream.js';
import { type ReadRecord, readTopic, untilDrained } from '../line-reading.js';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../otlp-receiver.js';
import { type RunningLine, startLine, until } from '../running-line.js';
import { StationClient, booted, lineOf } from '../station-client.js';

/** What a real line tells about itself: traces from station to fact, spans, and its logs. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SITE = 'north';
const RUN = id('run-1');
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;
/** Of a request, whose event says nothing of a trace itself. */
const ASKED = '0af7651916cd43dd8448eb211c80319c';
const OFFICE = '11111111111111111111111111111111';
const SECRETS = { supplier: 'Schrotthandel Geheim', plate: 'M-UM 4711', price: '312.50 EUR' };

let line: RunningLine;
let stations: StationClient;
let receiver: OtlpReceiver;
let tokens: Readonly<Record<string, string>>;

const gate = new Station('gate');
const lineDesk = new Station('line-1');
const belt = new Station('belt-1');
const sorter = new Station('sorter-1');
const floor = new Station('floor');

const traced = ({ attributes, value }: StationEvent, traceparent = TRACEPARENT): StationEvent => ({
  attributes: { ...attributes, traceparent },
  value,
});

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = receiver.url;
  // So that batches are told, too.
  process.env['LOG_LEVEL'] = 'debug';
  line = await startLine({ rate: 1, plant: false });
  tokens = await line.enrol(1);
  stations = new StationClient(line, tokens);
}, 120_000);

afterAll(async () => {
  delete process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  delete process.env['LOG_LEVEL'];
  await line.stop();
  receiver.close();
}, 60_000);

const ofTrace = (records: readonly ReadRecord[], trace = TRACE): (string | undefined)[] =>
  records.flatMap(({ headers }) =>
    headers['ce_traceparent']?.includes(trace) === true ? [headers['ce_type']] : [],
  );

describe('an event that is part of a trace', () => {
  let facts: readonly ReadRecord[];

  beforeAll(async () => {
    await stations.send(...[gate, lineDesk, belt, sorter, floor].map(booted));
    await stations.send(
      gate.say(
        'deliveryCompleted',
        id('visit-1'),
        delivery('visit-1', { 'lot-1': 1_000_000, 'lot-2': 1_000_000 }),
      ),
      lineDesk.say('runStarted', RUN, runStart('run-1', 'out-1')),
      belt.say('feedMetered', RUN, feed('run-1', 'lot-1', 900_000)),
      traced(sorter.say('piecesScanned', RUN, frame('run-1', [[0, 700_000]]).scan)),
      floor.say('containerWeighed', RUN, container('run-1', 0, 880_000)),
    );
    const closing = lineDesk.say('runClosed', RUN, runEnd('run-1', belt, sorter, floor));
    await stations.send(traced(closing));
    const asked = gate.say('deliveryCompleted', id('visit-2'), delivery('visit-2', { 'lot-3': 9 }));
    // A trace that is none: the event is taken all the same, in the trace of its request.
    const answer = await fetch(`${line.url('gateway')}/v1/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/cloudevents+json',
        authorization: `Bearer ${stations.tokenOf(gate)}`,
        traceparent: `00-${ASKED}-00f067aa0ba902b7-01`,
      },
      body: new Uint8Array(lineOf(traced(asked, 'ff-not-a-trace'))),
    });
    expect(answer.status).toBe(202);
    await untilDrained(line, SITE, 30_000);
    facts = await readTopic(line, 'custody-events.v1');
  }, 60_000);

  it('keeps it on its way, classified or not', async () => {
    expect(ofTrace(await readTopic(line, 'station-events.v1'))).toEqual([
      'urbanmine.pieces.scanned.v1',
      'urbanmine.run.closed.v1',
    ]);
    expect(ofTrace(await readTopic(line, 'classified-events.v1'))).toEqual([
      'urbanmine.pieces.classified.v1',
      'urbanmine.run.closed.v1',
    ]);
  });

  it('hands it to the facts that it causes, and to no others', () => {
    expect(ofTrace(facts)).toContain(FACTS.runBalanced.type);
    expect(ofTrace(facts)).not.toContain(FACTS.lotOpened.type);
    expect(ofTrace(facts, ASKED)).toContain(FACTS.lotOpened.type);
  });

  const spanOf = (what: string, is: (span: ReceivedSpan) => boolean): Promise<ReceivedSpan> =>
    until(what, 20_000, () => Promise.resolve(receiver.spans.find(is)));

  it.each([
    ['gateway', 'POST /v1/events'],
    ['classifier', 'process urbanmine.station-events.v1'],
    ['ledger', 'process urbanmine.classified-events.v1'],
    ['ledger', 'publish custody-events'],
    ['metrics', 'process urbanmine.custody-events.v1'],
  ])('is linked to by the span of the %s: %s', async (app, name) => {
    const span = await spanOf(
      `${name} of ${TRACE}`,
      (one) => one.service === `urbanmine-${app}` && one.name === name && one.links.includes(TRACE),
    );
    expect(span.traceId).not.toBe(TRACE);
  });

  it('of its request alone goes on in the span of the gateway', async () => {
    const span = await spanOf('the request', ({ traceId }) => traceId === ASKED);
    expect(span).toMatchObject({
      service: 'urbanmine-gateway',
      parentSpanId: '00f067aa0ba902b7',
      attributes: { 'http.route': '/v1/events', 'http.response.status_code': '202' },
    });
    const said = facts.find(({ headers }) => headers['ce_traceparent']?.includes(ASKED) === true);
    expect(said?.headers['ce_traceparent']).toBe(`00-${ASKED}-${span.spanId}-01`);
  });

  it('begins at the office too', async () => {
    const response = await fetch(`${line.url('api')}/v1/office/delivery.completed`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        actor: 'p-17',
        'idempotency-key': 'telemetry-1',
        traceparent: `00-${OFFICE}-00f067aa0ba902b7-01`,
      },
      body: JSON.stringify({ siteId: SITE, data: delivery('visit-3', { 'lot-4': 1_000 }) }),
    });
    expect(response.status).toBe(201);
    const span = await spanOf('the entry', ({ traceId }) => traceId === OFFICE);
    expect(span).toMatchObject({ service: 'urbanmine-api', name: 'POST /v1/office/:name' });
    await spanOf('its way through the gateway', ({ service, links }) => {
      return service === 'urbanmine-gateway' && links.includes(OFFICE);
    });
    await until('its fact', 20_000, async () => {
      const found = ofTrace(await readTopic(line, 'custody-events.v1'), OFFICE);
      return found.includes(FACTS.lotOpened.type) ? true : undefined;
    });
  }, 60_000);

  it('leaves log and database as an audit finds them, traced or not', async () => {
    const args = [
      'audit',
      `${line.url('api')}/log/${SITE}`,
      '--database',
      line.databaseUrl,
      '--json',
    ];
    expect(JSON.parse(await urbanmine(ROOT, args))).toMatchObject({ findings: [] });
  }, 60_000);
});

describe('the logs of the line', () => {
  type Line = Readonly<Record<string, unknown>>;
  const APPS = ['gateway', 'classifier', 'ledger', 'metrics', 'api'] as const;
  const textOf = (app: string): string =>
    readFileSync(join(line.dataDir, 'logs', `${app}.log`), 'utf8');
  const linesOf = (app: string): Line[] =>
    textOf(app)
      .split('\n')
      // What stands behind the last line break is still being written.
      .slice(0, -1)
      .map((text) => JSON.parse(text) as Line);
  const secrets: string[] = [];

  beforeAll(async () => {
    const visit = id('visit-secret');
    const { commitments, recorded } = conceal(visit, SECRETS, createEncryptionKey().public);
    const arrival = gate.say('vehicleArrived', visit, {
      visitId: visit,
      direction: 'inbound',
      commitments,
    });
    await stations.send(arrival, gate.say('confidentialRecorded', visit, recorded));
    // Words of a person and a token go to the wrong door, and into bytes that nobody can read.
    await stations.post('wrong-token-4711', '{}');
    const refused = lineOf(gate.say('vehicleArrived', visit, { visitId: visit } as never));
    const good = stations.tokenOf(gate);
    expect((await stations.post(good, refused)).status).toBe(400);
    const { attributes } = traced(gate.say('stationSealed', gate.source, {} as never));
    const producer = createProducer(
      createKafka({ brokers: [...line.brokers], clientId: 'spec', logger: SILENT }),
      { logger: SILENT },
    );
    await producer.connect();
    const [{ partition } = { partition: 0 }] = await readTopic(line, 'station-events.v1');
    await producer.send([
      {
        topic: 'urbanmine.station-events.v1',
        partition,
        key: SITE,
        value: Buffer.from(`${SECRETS.supplier} ${SECRETS.plate}`),
        headers: encodeHeaders(attributes),
      },
    ]);
    await producer.close();
    await until('the dead letter', 20_000, async () =>
      (await readTopic(line, 'dead-letters.v1')).length > 0 ? true : undefined,
    );
    const jwes = recorded.openings.map(({ jwe }) => jwe);
    const keys = readdirSync(join(line.dataDir, 'keys')).flatMap((file) =>
      readFileSync(join(line.dataDir, 'keys', file), 'utf8').match(/[A-Za-z0-9+/_-]{40,}/g),
    );
    secrets.push(...Object.values(SECRETS), ...jwes, ...Object.values(tokens), 'wrong-token-4711');
    secrets.push(...keys.filter((text) => text !== null));
    await untilDrained(line, SITE, 30_000);
  }, 60_000);

  it.each(APPS)('are JSON with time, level and name: %s', (app) => {
    const lines = linesOf(app);
    expect(lines.length).toBeGreaterThan(0);
    const levels = ['debug', 'info', 'warn', 'error', 'fatal'];
    for (const { time, level, name, msg } of lines) {
      expect([levels.includes(String(level)), name, typeof msg]).toEqual([true, app, 'string']);
      expect(new Date(String(time)).toISOString()).toBe(time);
    }
  });

  it.each(APPS)('hold nothing that is confidential: %s', (app) => {
    expect(secrets.length).toBeGreaterThan(10);
    const text = textOf(app);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });

  it('name the event, its site and its trace where something is wrong with one', () => {
    const refused = linesOf('gateway').find(({ msg }) => msg === 'events are refused');
    expect(refused).toMatchObject({ source: gate.source, site: SITE, reasons: ['data-invalid'] });
    expect(refused?.['ids']).toHaveLength(1);
    expect(refused?.['traceId']).toMatch(/^[0-9a-f]{32}$/);
    const rejected = linesOf('classifier').find(({ msg }) => msg === 'a record cannot be accepted');
    expect(rejected).toMatchObject({
      level: 'warn',
      topic: 'urbanmine.station-events.v1',
      offset: expect.stringMatching(/^[0-9]+$/),
      reason: 'data-not-json',
      source: gate.source,
      site: SITE,
      id: `${gate.boot}.${gate.lastSeq}`,
      traceId: TRACE,
    });
  });

  it('name the place and the traces of a batch', () => {
    for (const app of ['classifier', 'ledger', 'metrics']) {
      const batches = linesOf(app).filter(({ msg }) => msg === 'batch handled');
      expect(batches.length).toBeGreaterThan(0);
      for (const batch of batches) {
        expect(batch).toMatchObject({
          topic: expect.stringMatching(/^urbanmine\./),
          partition: expect.any(Number),
          firstOffset: expect.stringMatching(/^[0-9]+$/),
          lastOffset: expect.stringMatching(/^[0-9]+$/),
        });
      }
      const traces = batches.flatMap(({ traceIds }) => (traceIds as string[] | undefined) ?? []);
      expect(traces).toContain(TRACE);
    }
  });
});

const silent = (): void => undefined;
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };
