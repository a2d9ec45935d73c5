import {
  type DataOf,
  INGEST_TIME_HEADER,
  type SiteRegistry,
  encodeHeaders,
  siteOf,
} from '#contracts';
import { Buffer } from 'node:buffer';
import type { KafkaRecord } from '#kafka';
import {
  SITE,
  START_MS,
  Station,
  type StationEvent,
  adoption,
  registry,
} from '../../../test/arbitraries/site-stream.js';

/** A stream of one site as the broker would hold it, for the ledger's specs. */

const LOT = `${SITE}.lot-1`;
const RUN = `${SITE}.run-1`;

export const specRegistry: SiteRegistry = registry;

const adopted = (): StationEvent => {
  const { attributes, value } = adoption();
  return { attributes: { ...attributes, subject: attributes.source }, value };
};

/** A frame of `pieces` pieces whose figures vary with `n`, to be booked to two outlets. */
function frame(n: number, pieces: number): DataOf<'piecesClassified'> {
  const column = (cell: (index: number) => number): number[] =>
    Array.from({ length: pieces }, (_, index) => cell(n * pieces + index));
  const spread = (i: number, modulus: number): number => (i * 7_919 + 104_729) % modulus;
  const element = (modulus: number): number[] => column((i) => 10 + spread(i * 31, modulus));
  return {
    scan: {
      runId: RUN,
      offsetMs: column((i) => i % 100),
      massMg: column((i) => 50_000 + spread(i, 2_000_000)),
      massMethod: 'volume-model',
      massUncertaintyPpm: 80_000,
      outlet: column((i) => i % 2),
      ppm: {
        Cu: element(4_000),
        Cr: element(2_000),
        Ni: element(2_100),
        Mn: element(9_000),
        Sn: element(300),
        Mo: element(310),
        Si: element(4_100),
        Zn: element(5_000),
      },
      sensorModel: 'xrf-1',
      calibrationId: 'cal-1',
      recipe: 'steel-1',
    },
    classification: {
      model: 'bayes-1',
      modelDigest: '9a'.repeat(32),
      classes: ['carbon-steel', 'copper-bearing'],
      flags: [],
      class: column((i) => i % 2),
      confidencePpm: column((i) => 900_000 + spread(i, 99_999)),
      flagged: [],
    },
  };
}

export interface SpecDay {
  readonly frames: number;
  readonly pieces: number;
  /** The run closes and its first lot leaves. */
  readonly closes: boolean;
}

const FEED_MG = 40_000_000_000;

/** Delivery, run, frames, containers, closing, dispatch; one frame comes twice and two swapped. */
export function scrapDay({ frames, pieces, closes }: SpecDay): StationEvent[] {
  const gate = new Station('gate');
  const line = new Station('line');
  const belt = new Station('belt');
  const sorter = new Station('sorter');
  const floor = new Station('floor');
  const scans = Array.from({ length: frames }, (_, n) =>
    sorter.say('piecesClassified', RUN, frame(n, pieces)),
  );
  if (frames > 4) {
    scans.push(scans[1]!);
    [scans[2], scans[3]] = [scans[3]!, scans[2]!];
  }
  const day = [adopted(), delivery(gate), runStart(line), feed(belt), ...scans];
  if (!closes) return day;
  day.push(container(floor, 0, 30_000_000_000), container(floor, 1, 9_900_000_000));
  day.push(runClose(line, [belt, sorter, floor]), dispatch(gate));
  return day;
}

const delivery = (gate: Station): StationEvent =>
  gate.say('deliveryCompleted', `${SITE}.visit-1`, {
    visitId: `${SITE}.visit-1`,
    lines: [
      {
        lotId: LOT,
        stream: 'steel',
        declaredGrade: 'E40',
        ewc: '191001',
        origin: 'yard',
        massMg: FEED_MG,
        uncertaintyMg: 10_000_000,
      },
    ],
  });

const runStart = (line: Station): StationEvent =>
  line.say('runStarted', RUN, {
    runId: RUN,
    lineId: 'line-1',
    recipe: 'steel-1',
    stream: 'steel',
    inputs: [LOT],
    outlets: [
      { outlet: 0, lotId: `${SITE}.lot-101`, targetClass: 'carbon-steel' },
      { outlet: 1, lotId: `${SITE}.lot-102`, targetClass: 'copper-bearing' },
    ],
  });

const feed = (belt: Station): StationEvent =>
  belt.say('feedMetered', RUN, {
    runId: RUN,
    lotId: LOT,
    cumulativeMg: FEED_MG,
    uncertaintyMg: 20_000_000,
    method: 'belt-scale',
  });

const container = (floor: Station, outlet: number, massMg: number): StationEvent =>
  floor.say('containerWeighed', RUN, {
    runId: RUN,
    outlet,
    containerId: 'skip',
    scaleId: 'floor-1',
    massMg,
    uncertaintyMg: 300_000,
  });

const runClose = (line: Station, stations: readonly Station[]): StationEvent =>
  line.say('runClosed', RUN, {
    runId: RUN,
    losses: [{ account: 'dust', massMg: 90_000_000, uncertaintyMg: 2_000_000, reason: 'filter' }],
    upTo: stations.map(({ source, boot, lastSeq }) => ({ source, boot, seq: lastSeq })),
  });

const dispatch = (gate: Station): StationEvent =>
  gate.say('shipmentDispatched', `${SITE}.shipment-1`, {
    shipmentId: `${SITE}.shipment-1`,
    consignee: 'Mill',
    lines: [
      { lotId: `${SITE}.lot-101`, massMg: 29_999_000_000, uncertaintyMg: 100_000, all: true },
    ],
  });

/** What the classifier writes: headers, value and the time at which the gateway's record was kept. */
export const classified = (
  { attributes, value }: StationEvent,
  ingestTimeMs: number,
): { headers: Record<string, string>; value: Buffer; key: string } => ({
  headers: { ...encodeHeaders(attributes), [INGEST_TIME_HEADER]: String(ingestTimeMs) },
  value,
  key: siteOf(attributes.source),
});

/** The events as records of a partition, one every 100 ms. */
export const recordsOf = (events: readonly StationEvent[], firstOffset = 0): KafkaRecord[] =>
  events.map((event, index) => {
    const { headers, value, key } = classified(event, START_MS + (firstOffset + index) * 100);
    return {
      offset: BigInt(firstOffset + index),
      timestamp: START_MS,
      key: Buffer.from(key),
      value,
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
      ),
    };
  });
