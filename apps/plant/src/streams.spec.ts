import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  type DefinitionKey,
  MATERIAL_STREAMS,
  decodeBody,
  decodeEntry,
  parseJson,
} from '#contracts';
import { processFigures } from '#custody';
import {
  type PlantDay,
  type SaidEvent,
  foldDay,
  playDay,
  recordOf,
} from './plant-day.spec-tools.js';

const of = <Key extends DefinitionKey>(events: readonly SaidEvent[], key: Key): DataOf<Key>[] =>
  events.flatMap(({ typed }) => (typed.key === key ? [typed.data as DataOf<Key>] : []));

const LOTS = 4;

/** Seeds under which steel and appliance metal have a battery in one of their first lots. */
const SEEDS = { steel: 'day-1', ewaste: 'day-3', textiles: 'day-1' } as const;

/** What an honest plant with honest scales gives no cause for; a hazard it may. */
const WRONG: readonly string[] = [
  'unknown-lot',
  'unknown-run',
  'lot-overdrawn',
  'lot-already-closed',
  'run-unbalanced',
  'outlets-exceed-feed',
  'estimate-difference',
  'closing-difference',
  'shipment-exceeds-lot',
  'quarantined-lot-used',
  'quarantined-lot-shipped',
  'release-refused',
  'subject-mismatch',
  'body-invalid',
];

describe.each(MATERIAL_STREAMS)('A day of %s', (stream) => {
  let day: PlantDay;

  beforeAll(() => {
    day = playDay({ streams: [stream], seed: SEEDS[stream], lots: LOTS, rate: 400 });
  }, 60_000);

  it('is the same for the same seed', () => {
    const again = playDay({ streams: [stream], seed: SEEDS[stream], lots: 1, rate: 400 });
    const { length } = again.events;
    expect(length).toBeGreaterThan(20);
    const first = (events: readonly SaidEvent[]): string =>
      Buffer.concat(
        of(events, 'piecesScanned')
          .slice(0, 3)
          .map((data) => Buffer.from(JSON.stringify(data))),
      ).toString();
    expect(first(again.events)).toBe(first(day.events));
  });

  it('conserves mass: what went in is in an outlet, in the dust, or was picked out', () => {
    expect(day.runs.length).toBe(day.lots.length);
    for (const { fedMg, dustMg, pickedMg, outlets } of day.runs) {
      const out = outlets.reduce((sum, { massMg }) => sum + massMg, 0);
      expect(Math.abs(fedMg - dustMg - pickedMg - out)).toBeLessThan(1_000);
      for (const { massMg, elementsMg, classesMg } of outlets) {
        expect(elementsMg.reduce((sum, mg) => sum + mg, 0)).toBeLessThanOrEqual(
          massMg * (1 + 1e-9),
        );
        const classed = classesMg.reduce((sum, mg) => sum + mg, 0);
        expect(Math.abs(classed - massMg)).toBeLessThan(1);
      }
    }
  });

  it('says as many pieces or devices as there were', () => {
    for (const { runId, pieces } of day.runs) {
      const frames = [...of(day.events, 'piecesScanned'), ...of(day.events, 'devicesDismantled')];
      const said = frames.filter((frame) => frame.runId === runId);
      expect(said.reduce((sum, { massMg }) => sum + massMg.length, 0)).toBe(pieces);
    }
  });

  it('balances in the books of the ledger, and nothing leaves that was set apart', () => {
    const records = day.events.map((event) => recordOf({ ...event, ingestTimeMs: event.saidAtMs }));
    const { set, result } = foldDay(day.registry, records);
    const facts = result.entries.map((entry) => {
      const { attributes, data } = decodeEntry(entry);
      return decodeBody(attributes.type, parseJson(data));
    });
    const all = <Key extends DefinitionKey>(key: Key): DataOf<Key>[] =>
      facts.flatMap((typed) => (typed.key === key ? [typed.data as DataOf<Key>] : []));
    expect(all('runBalanced')).toHaveLength(day.runs.length + day.charges.length);
    for (const { marks, unaccountedMg, unaccountedUncertaintyMg } of all('runBalanced')) {
      expect(marks).toBe('reached');
      expect(Math.abs(Number(unaccountedMg))).toBeLessThan(4 * Number(unaccountedUncertaintyMg));
    }
    const wrong = all('exceptionRaised').filter(({ code }) => WRONG.includes(code));
    expect(wrong).toEqual([]);
    expect(set.parked.size).toBe(0);
    for (const key of [
      'lotWasSplit',
      'lotWasBlended',
      'lotWasQuarantined',
      'lotWasReleased',
    ] as const) {
      expect([key, all(key).length]).not.toEqual([key, 0]);
    }
    for (const run of set.runs.values()) {
      const { energy, yield: share, process } = processFigures([run!], new Map());
      if (process === 'sorting') expect(share!.value).toBeGreaterThan(0.9);
      if (stream === 'textiles') expect(energy[0]!.perProduct!.value).toBeGreaterThan(40);
    }
    // A battery is told at once, set apart, and leaves as a hazardous loss of its run.
    const hasBattery = stream !== 'textiles';
    expect(day.runs.some(({ pickedMg }) => pickedMg > 0)).toBe(hasBattery);
    const found = all('exceptionRaised').filter(({ code }) => code === 'hazard-found');
    expect(found.some(({ figures }) => figures['hazard'] === 'battery')).toBe(hasBattery);
    const losses = all('runBalanced').flatMap((balance) => balance.losses);
    expect(losses.some(({ account }) => account === 'hazardous')).toBe(hasBattery);
    expect(of(day.events, 'stockCounted').length).toBeGreaterThan(0);
  });
});
