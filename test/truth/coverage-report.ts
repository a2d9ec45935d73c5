import { BOOKS, TWO_SIDED_95, digestOf, intervalOf, lotShare, referenceOf } from '#materials';
import { Random } from './random.js';
import {
  RUN_WORLDS,
  type RunCoverage,
  coverRuns,
  falseAlarms,
  ticketsToAlarm,
} from './simulate-balances.js';
import {
  type Coverage,
  type StreamWorld,
  WORLDS,
  anchored,
  cover,
  drawAssay,
  drawLot,
  drawSensor,
  emptyCoverage,
} from './simulate-lots.js';

/** How much is simulated: the committed report and its quick check differ only in this. */
export interface Effort {
  readonly lots: number;
  readonly pieces: number;
  readonly runs: number;
  readonly scales: number;
  readonly tickets: number;
}

export const FULL: Effort = {
  lots: 1_050,
  pieces: 12_000,
  runs: 5_000,
  scales: 2_000,
  tickets: 2_000_000,
};

const SCANNED_SHARES = [1, 0.6, 0.3];

export interface LotCoverage {
  readonly world: StreamWorld;
  /** By scanned share, from the frames alone. */
  readonly byShare: readonly { readonly scannedShare: number; readonly coverage: Coverage }[];
  /** With a laboratory's assay of the same lot, and with a sensor anchored by four other lots. */
  readonly withAssay: Coverage;
  readonly anchored: Coverage;
}

export function coverLots(world: StreamWorld, effort: Effort, seed: number): LotCoverage {
  const random = new Random(seed);
  const byShare = SCANNED_SHARES.map((scannedShare) => ({
    scannedShare,
    coverage: emptyCoverage(),
  }));
  const withAssay = emptyCoverage();
  const anchoredLots = emptyCoverage();
  for (let at = 0; at < effort.lots; at++) {
    const { scannedShare, coverage } = byShare[at % byShare.length]!;
    const sensor = drawSensor(world, random);
    const lot = drawLot(world, sensor, { pieces: effort.pieces, scannedShare }, random);
    cover(coverage, lot, sensor.knowledge);
    cover(withAssay, lot, sensor.knowledge, [drawAssay(lot.truthPpm, 0.03, random)]);
    if (at % 4 !== 0) continue;
    const size = { pieces: effort.pieces / 4, scannedShare: 1 };
    const others = [0, 1, 2, 3].map(() => drawLot(world, sensor, size, random));
    cover(anchoredLots, lot, anchored(sensor.knowledge, others, random));
  }
  return { world, byShare, withAssay, anchored: anchoredLots };
}

export const totalOf = ({ byShare }: LotCoverage): Coverage =>
  byShare.reduce((sum, { coverage }) => {
    for (const name of ['lots', 'held', 'below', 'above', 'halfWidths'] as const) {
      sum[name] += coverage[name];
    }
    return sum;
  }, emptyCoverage());

/** Half-widths of a sensor that reads 10 % too much: by pieces scanned, then by lots assayed. */
export interface BiasedSensor {
  readonly byPieces: readonly { readonly pieces: number; readonly halfWidth: number }[];
  readonly byAssays: readonly {
    readonly assays: number;
    readonly halfWidth: number;
    readonly gain: number;
  }[];
}

export function biasedSensor(seed: number): BiasedSensor {
  const random = new Random(seed);
  const world = WORLDS[0]!;
  const sensor = drawSensor(world, random, 1.1);
  const halfWidthOf = (pieces: number): number => {
    const lot = drawLot(world, sensor, { pieces, scannedShare: 1 }, random);
    const coverage = emptyCoverage();
    cover(coverage, lot, sensor.knowledge);
    return coverage.halfWidths;
  };
  const lots = Array.from({ length: 8 }, () =>
    drawLot(world, sensor, { pieces: 4_000, scannedShare: 1 }, random),
  );
  return {
    byPieces: [1_000, 4_000, 16_000, 64_000].map((pieces) => ({
      pieces,
      halfWidth: halfWidthOf(pieces),
    })),
    byAssays: [0, 1, 2, 4, 8].map((assays) => {
      const known = anchored(sensor.knowledge, lots.slice(0, assays), random);
      const scans = [{ sums: lots[0]!.sums, sensor: known }];
      const share = lotShare({ lotMassMg: lots[0]!.lotMassMg, scans, assays: [] })!;
      const { low, high } = intervalOf(share, TWO_SIDED_95);
      return { assays, halfWidth: (high - low) / 2 / share.value, gain: known.gainPpm / 1e6 };
    }),
  };
}

export interface ScaleWatch {
  readonly biasPpm: number;
  readonly median: number;
  readonly ninetyNinth: number;
}

export function watchScales(effort: Effort, seed: number): readonly ScaleWatch[] {
  return [10_000, 5_000, 3_000].map((biasPpm) => {
    const random = new Random(seed);
    const tickets = Array.from({ length: effort.scales }, () =>
      ticketsToAlarm(biasPpm, 1_000, random),
    ).sort((a, b) => a - b);
    return {
      biasPpm,
      median: tickets[Math.floor(tickets.length / 2)]!,
      ninetyNinth: tickets[Math.floor(tickets.length * 0.99)]!,
    };
  });
}

export interface CoverageFigures {
  readonly lots: readonly LotCoverage[];
  readonly biased: BiasedSensor;
  readonly runs: readonly RunCoverage[];
  readonly scales: readonly ScaleWatch[];
  readonly falseAlarms: number;
}

export const measureCoverage = (effort: Effort): CoverageFigures => ({
  lots: WORLDS.map((world, at) => coverLots(world, effort, 7_001 + at)),
  biased: biasedSensor(7_101),
  runs: RUN_WORLDS.map((world, at) => coverRuns(world, effort.runs, new Random(7_201 + at))),
  scales: watchScales(effort, 7_301),
  falseAlarms: falseAlarms(effort.tickets, new Random(7_401)),
});

/** Whatever the figures rest on; a report whose stamp is another must be made again. */
export const stamp = (): string => digestOf(BOOKS.map(referenceOf));
