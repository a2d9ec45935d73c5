import type { DataOf } from '#contracts';
import { container, delivery, feed, id, runStart } from './site-day.js';
import { Station, type StationEvent } from './site-stream.js';

/** A textile lot is dissolved: pulp, what was no textile, and what the process took. */

type Metered = DataOf<'processMetered'>['metered'];

export const metered = (
  run: string,
  meterId: string,
  reading: Metered,
): DataOf<'processMetered'> => ({
  runId: id(run),
  meterId,
  metered: reading,
  uncertaintyPpm: 10_000,
});

const CONDITIONED = {
  changeMg: 0,
  uncertaintyMg: 0,
  method: 'moisture-meter',
  basis: 'wet',
} as const;

/** Garments of 500 g with 8 % water become 400 g of pulp with 6 %, and 40 g of residue. */
export function dissolvingDay(
  stationOf: (name: string) => Station = (name) => new Station(name),
  name = '1',
): StationEvent[] {
  const [gate, line, belt, floor, lab] = ['gate', 'line', 'belt', 'floor', 'lab'].map(
    stationOf,
  ) as [Station, Station, Station, Station, Station];
  const [runName, fed] = [`run-${name}`, `lot-${name}`];
  const start = runStart(runName, 'pulp', 'left');
  const [pulp, left] = start.outlets as [(typeof start.outlets)[0], (typeof start.outlets)[0]];
  const run = {
    ...start,
    lineId: 'reactor-1',
    inputs: [id(fed)],
    stream: 'textiles' as const,
    process: 'dissolution' as const,
    outlets: [
      { ...pulp, targetClass: 'cotton-dissolving' },
      { ...left, targetClass: 'non-textile', role: 'residue' as const },
    ],
  };
  const { visitId, lines } = delivery(`visit-${name}`, { [fed]: 600_000 });
  const meter = (meterName: string, reading: Metered): StationEvent =>
    line.say('processMetered', run.runId, metered(runName, meterName, reading));
  const dry = (lot: string, after: number): StationEvent =>
    lab.say('lotConditioned', id(lot), {
      ...CONDITIONED,
      lotId: id(lot),
      moisturePpm: { before: null, after },
    });
  return [
    gate.say('deliveryCompleted', visitId, {
      visitId,
      lines: lines.map((one) => ({ ...one, stream: 'textiles', declaredGrade: 'mono-cotton' })),
    }),
    dry(fed, 80_000),
    line.say('runStarted', run.runId, run),
    belt.say('feedMetered', run.runId, feed(runName, fed, 500_000)),
    floor.say('containerWeighed', run.runId, container(runName, 0, 400_000)),
    floor.say('containerWeighed', run.runId, container(runName, 1, 40_000)),
    dry('pulp', 60_000),
    lab.say('lotAssayed', id('pulp'), {
      lotId: id('pulp'),
      assayId: 'assay-1',
      method: 'ISO-1833',
      sampleMassMg: 5_000,
      fractions: [
        { analyte: 'cotton', ppm: 980_000, uncertaintyPpm: 4_000 },
        { analyte: 'polyester', ppm: 10_000, uncertaintyPpm: 2_000 },
        { analyte: 'elastane', ppm: 2_000, uncertaintyPpm: 500 },
      ],
    }),
    meter('power-1', { kind: 'energy', carrier: 'electricity', cumulativeWh: 300 }),
    meter('power-1', { kind: 'energy', carrier: 'electricity', cumulativeWh: 800 }),
    meter('steam-1', { kind: 'energy', carrier: 'steam', cumulativeWh: 2_000 }),
    meter('water-1', { kind: 'water', flow: 'drawn', cumulativeMg: 4_000_000 }),
    meter('dosing-1', {
      kind: 'reagent',
      substance: 'nmmo',
      flow: 'taken',
      cumulativeMg: 2_000_000,
    }),
    meter('dosing-2', {
      kind: 'reagent',
      substance: 'nmmo',
      flow: 'recovered',
      cumulativeMg: 1_980_000,
    }),
    meter('clock-1', { kind: 'labour', cumulativeSeconds: 3_600 }),
    line.say('runClosed', run.runId, {
      runId: run.runId,
      losses: [
        { account: 'residue', massMg: 30_000, uncertaintyMg: 3_000, reason: 'buttons, by hand' },
      ],
      upTo: [],
    }),
  ];
}
