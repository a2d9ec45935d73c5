import { describe, expect, it } from '@jest/globals';
import { type DataOf, EVENTS } from '#contracts';
import { type FoldResult, type StreamRecord, decodeRecord } from '#custody';
import { createStationIdentity, modelSite, registryOf } from '#edge';
import { foldDay, playDay, recordOf } from './plant-day.spec-tools.js';
import { FIGURES } from './plant-book.js';
import { Random } from './random.js';
import { weigh } from './scales.js';

/** Shifts of scales as a ledger finds them (docs/truth.md, "A scale or a sensor that drifts"). */

interface Shift {
  readonly scale: string;
  readonly direction: string;
  readonly steps: number;
}

const shiftsOf = ({ exceptionsRaised }: FoldResult): Shift[] =>
  exceptionsRaised
    .filter(({ code }) => code === 'scale-shift')
    .map(({ about, figures }) => ({
      scale: about,
      direction: figures['direction']!,
      steps: Number(figures['steps']),
    }));

/** What a ledger says of a day of three lots on each of five lines. */
function shiftsOfDay(seed: string): Shift[] {
  const streams = ['steel', 'ewaste', 'textiles'] as const;
  const day = playDay({ streams, seed, lots: 3, rate: 100 });
  const records = day.events.map((event) => recordOf({ ...event, ingestTimeMs: event.saidAtMs }));
  return shiftsOf(foldDay(day.registry, records).result);
}

describe('a floor scale of the simulated plant', () => {
  it('that shows 1 % too much is named after four runs', () => {
    const found = shiftsOfDay('biased-floor/1');
    // The belts that it is compared with are several, so it is the one that is off.
    expect(found.map(({ scale }) => scale).sort()).toEqual(['floor', 'light']);
    for (const { direction, steps } of found) {
      expect(direction).toBe('high');
      expect(steps).toBeLessThanOrEqual(4);
    }
  });

  it('that is as good as it says is not named', () => {
    expect(shiftsOfDay('1')).toEqual([]);
  });
});

const SITE = modelSite(1, ['steel']);
const KEYS = new Random('bridge/keys');
const REGISTRY = registryOf(
  SITE,
  SITE.stations.map((plan) => createStationIdentity(plan, (count) => KEYS.bytes(count)).entry),
);
/** What a load of shred weighs. */
const LOAD = { lowMg: 20_000_000_000, highMg: 25_000_000_000 };
const START_MS = Date.parse('2026-11-24T06:00:00.000Z');

/** So many loads over a bridge that is off by `bias`, to a mill whose bridge is of the same class. */
function loadsOver(bias: number, loads: number, seed: string): StreamRecord[] {
  const random = new Random(`bridge/${seed}`);
  const interval = FIGURES.bridgeIntervalMg.value;
  const { siteId } = SITE;
  const seqs = new Map<string, number>();
  const records: StreamRecord[] = [];
  const say = <Key extends keyof typeof EVENTS>(
    station: string,
    key: Key,
    subject: string,
    data: DataOf<Key>,
  ): void => {
    const source = `${siteId}.${station}`;
    const seq = (seqs.get(source) ?? 0) + 1;
    seqs.set(source, seq);
    const ingestTimeMs = START_MS + records.length * 1_000;
    const time = new Date(ingestTimeMs).toISOString();
    const { type } = EVENTS[key];
    const attributes = { source, boot: 1, seq, type, time, subject, siteid: siteId };
    records.push(
      decodeRecord({ attributes, value: Buffer.from(JSON.stringify(data)), ingestTimeMs }),
    );
  };
  for (let load = 1; load <= loads; load++) {
    const [visitId, shipmentId] = [`${siteId}.visit-${load}`, `${siteId}.shipment-${load}`];
    const tareMg = random.between(FIGURES.vehicleTareMg.low, FIGURES.vehicleTareMg.high);
    const netMg = random.between(LOAD.lowMg, LOAD.highMg);
    for (const [weighing, mg] of [
      ['tare', tareMg],
      ['gross', tareMg + netMg],
    ] as const) {
      const reading = weigh(random, mg, interval, bias);
      say('bridge', 'weighingRecorded', visitId, {
        visitId,
        weighing,
        scaleId: 'bridge',
        ...reading,
      });
    }
    const line = { lotId: `${siteId}.lot-1`, massMg: Math.round(netMg), uncertaintyMg: interval };
    const consignee = 'Mill';
    const lines = [{ ...line, all: false }];
    say('gate', 'shipmentDispatched', shipmentId, { shipmentId, visitId, consignee, lines });
    const [gross, tare] = [
      weigh(random, tareMg + netMg, interval),
      weigh(random, tareMg, interval),
    ];
    const receiptId = `${siteId}.receipt-${load}`;
    say('office', 'shipmentReceived', receiptId, {
      shipmentId,
      receiptId,
      verdict: 'accepted',
      lines: [],
      acceptedMg: gross.massMg - tare.massMg,
      uncertaintyMg: Math.round(Math.hypot(gross.uncertaintyMg, tare.uncertaintyMg)),
      remainder: 'none',
    });
  }
  return records;
}

const shiftsOver = (bias: number, loads: number, seed: string): Shift[] =>
  shiftsOf(foldDay(REGISTRY, loadsOver(bias, loads, seed)).result);

describe('a weighbridge', () => {
  it('that shows 1 % too much or too little is named after three tickets', () => {
    for (let seed = 0; seed < 20; seed++) {
      const high = shiftsOver(0.01, 4, `high/${seed}`);
      expect(high).toEqual([{ scale: 'bridge', direction: 'high', steps: 3 }]);
      const low = shiftsOver(-0.01, 4, `low/${seed}`);
      expect(low).toEqual([{ scale: 'bridge', direction: 'low', steps: 3 }]);
    }
  });

  it('that shows 0.3 % too much is named after six', () => {
    for (let seed = 0; seed < 20; seed++) {
      const [found] = shiftsOver(0.003, 6, `little/${seed}`);
      expect(found).toMatchObject({ scale: 'bridge', direction: 'high' });
    }
  });

  it('that is as good as it says is not named in 1,000 tickets', () => {
    expect(shiftsOver(0, 1_000, 'right')).toEqual([]);
  });
});
