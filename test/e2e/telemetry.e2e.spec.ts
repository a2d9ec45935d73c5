import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FACTS } from '#contracts';
import { container, delivery, feed, frame, id, runEnd, runStart } from '../arbitraries/site-day.js';
import { Station, type StationEvent } from '../arbitraries/site-stream.js';
import { type ReadRecord, readTopic, untilDrained } from '../line-reading.js';
import { type RunningLine, startLine } from '../running-line.js';
import { StationClient, booted } from '../station-client.js';

/** What a real line tells about itself: traces from station to fact. */
const SITE = 'north';
const RUN = id('run-1');
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`;

let line: RunningLine;
let stations: StationClient;

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
  line = await startLine({ rate: 1, plant: false });
  stations = new StationClient(line, await line.enrol(1));
}, 120_000);

afterAll(async () => {
  await line.stop();
}, 60_000);

describe('an event that is part of a trace', () => {
  let facts: readonly ReadRecord[];
  const ofTrace = (records: readonly ReadRecord[]): (string | undefined)[] =>
    records.flatMap(({ headers }) =>
      headers['ce_traceparent']?.includes(TRACE) === true ? [headers['ce_type']] : [],
    );

  beforeAll(async () => {
    const [gateUp, deskUp, ...others] = [gate, lineDesk, belt, sorter, floor].map(booted);
    await stations.send(gateUp!, deskUp!, ...others);
    const visit = id('visit-1');
    await stations.send(
      gate.say('deliveryCompleted', visit, delivery('visit-1', { 'lot-1': 1_000_000 })),
      lineDesk.say('runStarted', RUN, runStart('run-1', 'out-1')),
      belt.say('feedMetered', RUN, feed('run-1', 'lot-1', 900_000)),
      traced(sorter.say('piecesScanned', RUN, frame('run-1', [[0, 700_000]]).scan)),
      floor.say('containerWeighed', RUN, container('run-1', 0, 880_000)),
    );
    const closing = lineDesk.say('runClosed', RUN, runEnd('run-1', belt, sorter, floor));
    // The same event with a trace that is none is taken all the same.
    const other = gate.say('deliveryCompleted', id('visit-2'), delivery('visit-2', { 'lot-2': 9 }));
    await stations.send(traced(closing), traced(other, 'ff-not-a-trace'));
    await untilDrained(line, SITE, 30_000);
    facts = await readTopic(line, 'custody-events.v1');
  }, 60_000);

  it('keeps it on its way, classified or not', async () => {
    const types = ['urbanmine.pieces.classified.v1', 'urbanmine.run.closed.v1'];
    expect(ofTrace(await readTopic(line, 'station-events.v1'))).toEqual([
      'urbanmine.pieces.scanned.v1',
      'urbanmine.run.closed.v1',
    ]);
    expect(ofTrace(await readTopic(line, 'classified-events.v1'))).toEqual(types);
  });

  it('hands it to the facts that it causes, and to no others', () => {
    expect(ofTrace(facts)).toContain(FACTS.runBalanced.type);
    const untraced = facts.filter(({ headers }) => headers['ce_traceparent'] === undefined);
    expect(untraced.map(({ headers }) => headers['ce_type'])).toContain(FACTS.lotOpened.type);
    expect(untraced.length + ofTrace(facts).length).toBe(facts.length);
  });
});
