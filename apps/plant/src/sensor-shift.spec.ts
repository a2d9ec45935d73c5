import { describe, expect, it } from '@jest/globals';
import { type FoldResult, type LotState, type WorkingSet, compositionOf } from '#custody';
import { TWO_SIDED_95, intervalOf } from '#materials';
import { APPLIANCE_METAL } from './appliance-world.js';
import { conditionsOf } from './conditions.js';
import { compositionOf as truthOf } from './lot-plan.js';
import { foldDay } from './plant-day.spec-tools.js';
import { type LinePlayed, type SensorDay, playLine } from './sensor-line.spec-tools.js';
import { STEEL } from './steel-world.js';
import { TEXTILES } from './textile-world.js';

/** Shifts of sensors as a ledger finds them (docs/truth.md, "A scale or a sensor that drifts"). */

type Line = Pick<SensorDay, 'world' | 'lineId' | 'pieces'>;

const SHRED: Line = { world: STEEL, lineId: 'line-1', pieces: 1_500 };
const METAL: Line = { world: APPLIANCE_METAL, lineId: 'line-3', pieces: 1_000 };
const GARMENTS: Line = { world: TEXTILES, lineId: 'line-5', pieces: 1_000 };
const LOTS = 80;
/** Lots of a sensor that is right, before it is not. */
const RIGHT = 40;

interface Seen {
  readonly analyte: string;
  readonly direction: string;
  /** Of the lot whose assay said so, from 1. */
  readonly lot: number;
}

interface Watched {
  readonly played: LinePlayed;
  readonly set: WorkingSet;
  readonly shifts: readonly Seen[];
  readonly steps: number;
}

function watch(day: SensorDay): Watched {
  const played = playLine(day);
  const { set, result } = foldDay(played.registry, played.records);
  const lots = [...set.lots.values()].filter((lot) => lot !== null);
  return {
    played,
    set,
    shifts: shiftsOf(result, lots),
    steps: lots.reduce((sum, { anchors = [] }) => sum + anchors.length, 0),
  };
}

const shiftsOf = ({ exceptionsRaised }: FoldResult, lots: readonly LotState[]): Seen[] =>
  exceptionsRaised
    .filter(({ code }) => code === 'sensor-shift')
    .map(({ figures, raisedIndex }) => {
      const told = lots.flatMap(({ lotId, assays }) =>
        assays.some(({ logIndex }) => logIndex <= raisedIndex) ? [lotNumber(lotId)] : [],
      );
      return {
        analyte: figures['analyte']!,
        direction: figures['direction']!,
        lot: Math.max(...told),
      };
    });

const lotNumber = (lotId: string): number => Number(/lot-([0-9]+)/.exec(lotId)![1]);

const quiet = (lot: number): boolean => lot % 4 !== 0;

describe('a sensor of the simulated plant that is as good as it says', () => {
  const watched = [
    { ...SHRED, seed: 'plain/1' },
    { ...METAL, seed: 'plain/1' },
    { ...GARMENTS, seed: 'plain/1' },
    { ...GARMENTS, seed: 'plain/2' },
  ].map((line) => ({ line, ...watch({ ...line, lots: LOTS, isAssayed: quiet }) }));

  it('is not named in 1,200 steps', () => {
    expect(watched.flatMap(({ shifts }) => shifts)).toEqual([]);
    expect(watched.reduce((sum, { steps }) => sum + steps, 0)).toBe(1_200);
  });

  it('makes lots without an assay no better known than a sorter lets them be', () => {
    let held = 0;
    let judged = 0;
    for (const { line, played, set } of watched) {
      for (const run of played.runs.filter(({ number }) => !quiet(number))) {
        const [product] = run.outlets;
        const truth = truthOf(line.world, product!);
        const lot = set.lots.get(product!.lotId)!;
        expect(lot.readings![0]!.gain).toBeDefined();
        for (const [analyte, share] of compositionOf(lot)) {
          const { low, high } = intervalOf(share, TWO_SIDED_95);
          judged++;
          if (low <= truth[analyte]! && truth[analyte]! <= high) held++;
        }
      }
    }
    expect(judged).toBe(400);
    expect(held / judged).toBeGreaterThan(0.95);
  });
});

describe('a sensor of the simulated plant that changes', () => {
  it.each([
    { line: SHRED, seed: 'up/2', times: 1.1, within: 30 },
    { line: SHRED, seed: 'down/2', times: 0.9, within: 15 },
    { line: GARMENTS, seed: 'up/1', times: 1.1, within: 10 },
    { line: GARMENTS, seed: 'down/1', times: 0.9, within: 10 },
  ])('at once is named, and which way ($line.lineId, $seed)', ({ line, seed, times, within }) => {
    const factor = (lot: number): number => (lot > RIGHT ? times : 1);
    const { shifts } = watch({ ...line, seed, lots: RIGHT + within, factor });
    expect(shifts.length).toBeGreaterThan(0);
    for (const { direction, lot } of shifts) {
      expect(lot).toBeGreaterThan(RIGHT);
      expect(direction).toBe(times > 1 ? 'high' : 'low');
    }
  });

  it('slowly, as in the world that drifts, is named once it reads a tenth too much', () => {
    const seed = 'drifting/2';
    const { driftPerMillionPieces } = conditionsOf(seed);
    const { shifts } = watch({ ...SHRED, pieces: 4_000, seed, lots: 50, driftPerMillionPieces });
    expect(shifts).toEqual([{ analyte: 'Mo', direction: 'high', lot: 49 }]);
  });
});
