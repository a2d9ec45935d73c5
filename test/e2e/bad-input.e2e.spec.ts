import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EventEnvelope, decodeBody } from '#contracts';
import { structuredLine } from '#edge';
import {
  container,
  delivery,
  dispatch,
  feed,
  frame,
  id,
  runEnd,
  runStart,
} from '../arbitraries/site-day.js';
import { BOOT, Station, type StationEvent, calibration } from '../arbitraries/site-stream.js';
import { type Page, fromApi, readTopic, stationEventsEnd, untilDrained } from '../line-reading.js';
import { CompletenessCheck, walkLog } from '../log-walk.js';
import { type RunningLine, startLine } from '../running-line.js';
import { type Answer, StationClient, booted, lineOf } from '../station-client.js';

/** Everything that can come in wrong, through real HTTP into a real line: the defined answer, and nothing lost. */
const SITE = 'north';
const RUN = id('run-1');
const NDJSON = 'application/x-ndjson';
const VISIT = id('visit-1');

let line: RunningLine;
let stations: StationClient;

const gate = new Station('gate');
const bridge = new Station('bridge');
const lineDesk = new Station('line-1');
const belt = new Station('belt-1');
const sorter = new Station('sorter-1');
const floor = new Station('floor');
const lab = new Station('lab');

const drained = (): Promise<void> => untilDrained(line, SITE, 30_000);

beforeAll(async () => {
  line = await startLine({ rate: 1, plant: false });
  stations = new StationClient(line, await line.enrol(1));
}, 120_000);

afterAll(async () => {
  await line.stop();
}, 60_000);

describe('a request that is refused', () => {
  const arrival = (seq: number, source = gate.source, data: object = {}): string => {
    const attributes = {
      source,
      boot: BOOT,
      seq,
      type: 'urbanmine.vehicle.arrived.v1',
      time: '2026-11-24T08:00:00.000Z',
      subject: VISIT,
      siteid: SITE,
    };
    const body = { visitId: VISIT, direction: 'inbound', ...data };
    return structuredLine(attributes, JSON.stringify(body)).line.toString();
  };
  const negative = (): string => {
    const { scan } = frame('run-1', [
      [0, 400_000],
      [0, -1],
    ]);
    const spoken = new Station('sorter-1').say('piecesScanned', RUN, scan);
    return lineOf(spoken).toString();
  };
  const problem = (status: number, title: string, detail: unknown, problems?: unknown) => ({
    status,
    contentType: 'application/problem+json',
    body: { type: 'about:blank', title, status, detail, ...(problems ? { problems } : {}) },
  });
  const one = (reason: string, detail: unknown, seq: number | null = 1, source = gate.source) => [
    { index: 0, source: seq && source, boot: seq && BOOT, seq, reason, detail },
  ];
  const REFUSED = '1 event refused, none accepted';
  const said = (text: string): unknown => expect.stringContaining(text);
  const post = (from: Station | string | undefined, body: string, type?: string): Promise<Answer> =>
    stations.post(from instanceof Station ? stations.tokenOf(from) : from, body, type);

  const CASES: readonly (readonly [string, () => Promise<Answer>, unknown])[] = [
    [
      'no token',
      () => post(undefined, arrival(1)),
      problem(401, 'Unauthorized', 'no bearer token'),
    ],
    [
      'a wrong token',
      () => post('wrong', arrival(1)),
      problem(401, 'Unauthorized', 'unknown token'),
    ],
    [
      'an unknown station',
      () => post(gate, arrival(1, `${SITE}.nobody`)),
      problem(403, 'Forbidden', REFUSED, [
        ...one('source-unknown', said('may not speak as "north.nobody"'), 1, `${SITE}.nobody`),
      ]),
    ],
    [
      "another's source",
      () => post(gate, arrival(1, bridge.source)),
      problem(403, 'Forbidden', REFUSED, [
        ...one('source-unknown', said('may not speak as "north.bridge"'), 1, bridge.source),
      ]),
    ],
    [
      'a type of another kind of station',
      () => post(bridge, arrival(1, bridge.source)),
      problem(403, 'Forbidden', REFUSED, [
        ...one('type-not-allowed', said('a weighbridge may not send'), 1, bridge.source),
      ]),
    ],
    [
      'a schema violation between two good events',
      () =>
        post(
          gate,
          [arrival(1), arrival(2, gate.source, { direction: 'up' }), arrival(3)].join('\n'),
          NDJSON,
        ),
      problem(400, 'Bad Request', REFUSED, [
        { ...one('data-invalid', said('direction: '), 2)[0], index: 1 },
      ]),
    ],
    [
      'a frame with a negative mass',
      () => post(sorter, negative()),
      problem(
        400,
        'Bad Request',
        REFUSED,
        one('data-invalid', said('massMg.1: '), 1, sorter.source),
      ),
    ],
    [
      'a body of 2 MB',
      () => post(gate, arrival(1, gate.source, { note: 'x'.repeat(2_000_000) })),
      problem(413, 'Payload Too Large', 'the body has more than 1048576 bytes'),
    ],
    [
      'truncated JSON',
      () => post(gate, arrival(1).slice(0, -9)),
      problem(400, 'Bad Request', REFUSED, one('data-not-json', expect.any(String), null)),
    ],
    [
      'a truncated batch',
      () => post(gate, `[${arrival(1)},${arrival(2)}`, 'application/cloudevents-batch+json'),
      problem(400, 'Bad Request', REFUSED, [
        {
          index: null,
          source: null,
          boot: null,
          seq: null,
          reason: 'data-not-json',
          detail: said(']'),
        },
      ]),
    ],
  ];

  it.each(CASES)(
    'for %s has its answer, and nothing of it is accepted',
    async (_what, ask, wanted) => {
      const end = await stationEventsEnd(line);
      expect(await ask()).toEqual(wanted);
      expect(await stationEventsEnd(line)).toBe(end);
    },
  );

  it('leaves the gateway at work', async () => {
    await stations.send(booted(gate));
    await drained();
    expect(await stations.position(gate)).toEqual([{ boot: BOOT, position: 1, openSlots: [] }]);
  });
});

describe('what comes out of its order', () => {
  it('waits above a hole and is entered when the hole is filled', async () => {
    const second = gate.say('vehicleArrived', VISIT, { visitId: VISIT, direction: 'inbound' });
    const third = gate.say('deliveryCompleted', VISIT, delivery('visit-1', { 'lot-1': 1_000_000 }));
    await stations.send(third);
    await drained();
    expect(await stations.position(gate)).toEqual([{ boot: BOOT, position: 1, openSlots: [] }]);
    await expect(fromApi(line, `/v1/lots/${id('lot-1')}`)).rejects.toThrow(/404/);
    await stations.send(second);
    await drained();
    expect(await stations.position(gate)).toEqual([{ boot: BOOT, position: 3, openSlots: [] }]);
    const lot = await fromApi<{ weighedMg: string }>(line, `/v1/lots/${id('lot-1')}`);
    expect(lot.weighedMg).toBe('1000000');
  }, 60_000);

  it('fills a declared gap late', async () => {
    const first = booted(lab);
    const late = calibration(lab);
    calibration(lab);
    const newBoot = new Station('lab', BOOT + 60);
    const again = newBoot.say('stationBooted', newBoot.source, {
      previousBoot: BOOT,
      previousLastSeq: 3,
      software: { name: 'spec', version: '1' },
    });
    await stations.send(first, again);
    await drained();
    expect(await stations.position(lab)).toEqual([
      { boot: BOOT + 60, position: 1, openSlots: [] },
      { boot: BOOT, position: 3, openSlots: [[2, 3]] },
    ]);
    await stations.send(late);
    await drained();
    expect(await stations.position(lab)).toEqual([
      { boot: BOOT + 60, position: 1, openSlots: [] },
      { boot: BOOT, position: 3, openSlots: [[3, 3]] },
    ]);
  }, 60_000);
});

describe('what contradicts the books', () => {
  const EXPECTED = [
    `lot-overdrawn ${id('lot-9')}`,
    `outlets-exceed-feed ${RUN}`,
    `run-closed-twice ${RUN}`,
    `run-unbalanced ${RUN}`,
    `shipment-exceeds-lot ${id('out-1')}`,
    `unknown-lot ${id('lot-9')} closed: lot-confirmed`,
    `unknown-run ${id('run-2')}`,
  ];
  const facts: EventEnvelope[] = [];
  let sent: StationEvent[] = [];

  beforeAll(async () => {
    sent = [
      lineDesk.say('runStarted', RUN, runStart('run-1', 'out-1')),
      belt.say('feedMetered', RUN, feed('run-1', 'lot-1', 500_000)),
      belt.say('feedMetered', RUN, feed('run-1', 'lot-9', 300_000)),
      sorter.say('piecesScanned', RUN, frame('run-1', [[0, 700_000]]).scan),
      floor.say('containerWeighed', RUN, container('run-1', 0, 900_000)),
      floor.say('containerWeighed', id('run-2'), container('run-2', 0, 5_000)),
      lineDesk.say('runClosed', RUN, runEnd('run-1', belt, sorter, floor)),
      lineDesk.say('runClosed', RUN, runEnd('run-1', belt, sorter, floor)),
      gate.say(
        'shipmentDispatched',
        id('shipment-1'),
        dispatch('shipment-1', 'out-1', 950_000, false),
      ),
      gate.say('deliveryCompleted', id('visit-2'), delivery('visit-2', { 'lot-9': 1_000_000 })),
    ];
    await stations.send(...sent);
    await drained();
  }, 60_000);

  interface Exception {
    readonly code: string;
    readonly about: string;
    readonly closedReason: string | null;
    readonly raisedIndex: number;
  }
  const exceptions = async (): Promise<readonly Exception[]> =>
    (await fromApi<Page<Exception>>(line, '/v1/exceptions?site=north')).items;

  const books = async (): Promise<unknown[]> => [
    await fromApi(line, `/v1/sites/${SITE}/balance`),
    await fromApi(line, `/v1/lots/${id('lot-1')}`),
    await fromApi(line, `/v1/lots/${id('out-1')}`),
    await fromApi(line, `/v1/runs/${RUN}`),
    await fromApi(line, '/v1/exceptions?site=north'),
  ];

  it('is booked, with an exception each', async () => {
    const named = (await exceptions()).map(
      ({ code, about, closedReason }) =>
        `${code} ${about}${closedReason === null ? '' : ` closed: ${closedReason}`}`,
    );
    expect(named.sort()).toEqual(EXPECTED);
    const held = async (lot: string): Promise<string> =>
      (await fromApi<{ weighedMg: string }>(line, `/v1/lots/${id(lot)}`)).weighedMg;
    expect(await held('lot-1')).toBe('500000');
    // What the unknown lot gave is taken off what was delivered later.
    expect(await held('lot-9')).toBe('700000');
    expect(await held('out-1')).toBe('0');
  });

  it('leaves the books closed', async () => {
    const balance = await fromApi<{ closes: boolean; unaccounted: { massMg: string } }>(
      line,
      `/v1/sites/${SITE}/balance`,
    );
    expect(balance).toMatchObject({ closes: true, unaccounted: { massMg: '-100000', runs: 1 } });
  });

  it('stands in the log beside everything else that was said, once', async () => {
    const complete = new CompletenessCheck();
    const spoken: string[] = [];
    await walkLog(line.url('api'), SITE, (entry) => {
      complete.visit(entry);
      const { source, boot, seq } = entry.attributes;
      if (source === `${SITE}/ledger`) facts.push(entry);
      else spoken.push(`${source} ${boot}.${seq}`);
    });
    expect(complete.problems()).toEqual([]);
    for (const { attributes } of sent) {
      expect(spoken).toContain(`${attributes.source} ${attributes.boot}.${attributes.seq}`);
    }
    const raised = facts.flatMap(({ attributes, data }) => {
      const typed = decodeBody(attributes.type, JSON.parse(data.toString()) as unknown);
      return typed.key === 'exceptionRaised' ? [`${typed.data.code} ${typed.data.about}`] : [];
    });
    expect(raised.sort()).toEqual(EXPECTED.map((text) => text.replace(/ closed:.*/, '')));
    const types = facts.map(({ attributes }) => attributes.type);
    expect(types).toContain('urbanmine.custody.gap.declared.v1');
    expect(types).toContain('urbanmine.custody.gap.filled.v1');
    expect(await readTopic(line, 'dead-letters.v1')).toEqual([]);
  });

  it('changes nothing when all of it is sent again', async () => {
    const before = await books();
    await stations.send(...sent);
    await drained();
    expect(await books()).toEqual(before);
  }, 60_000);
});
