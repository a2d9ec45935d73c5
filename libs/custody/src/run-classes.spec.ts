import { describe, expect, it } from '@jest/globals';
import { addContents, emptySums, sumsToText } from '#materials';
import { RULES } from './limits.js';
import { lotClasses } from './lot-classes.js';
import type { RunState } from './model.js';
import { runClasses } from './run-classes.js';

const ERRORS = RULES.get(1)!.estimates;
const LOT = 'north.lot-1';

function readBy(sensorModel: string, outlet: number): NonNullable<RunState['readings']>[number] {
  const sums = emptySums();
  addContents(sums, { massMg: new Array(400).fill(1_000), ppm: new Array(400).fill(900) });
  const source = `north.${sensorModel}`;
  const row = { source, sensorModel, calibrationId: 'cal-1', massUncertaintyPpm: 80_000 };
  return { outlet, ...row, sums: { Cu: sumsToText(sums) } };
}

const row = (outlet: number, name: string, massMg: bigint): RunState['estimatedOut'][number] => ({
  outlet,
  class: name,
  massMg,
  pieces: 1n,
});

const STEEL = [row(0, 'carbon-steel', 300_000n), row(0, 'unresolved', 100_000n)];
const READ = [readBy('xrf-belt-1', 0)];
const run = (of: Partial<RunState> = {}) => ({
  recipe: 'steel-shred-1',
  estimatedOut: STEEL,
  readings: READ,
  ...of,
});

describe('classes of a run', () => {
  it('are what was said, and what it most probably was', () => {
    const { whole, byOutlet } = runClasses(run(), ERRORS);
    expect(whole.notCorrected).toBeNull();
    const shares = new Map(whole.shares.map((one) => [one.class, one]));
    expect(shares.get('unresolved')).toMatchObject({ observed: 0.25, corrected: null });
    expect(shares.get('carbon-steel')!.observed).toBe(0.75);
    const corrected = whole.shares.map((one) => one.corrected?.value ?? 0);
    expect(corrected.reduce((sum, one) => sum + one)).toBeCloseTo(1, 9);
    expect(byOutlet.get(0)!.shares.map((one) => one.corrected?.value)).toEqual(
      whole.shares.map((one) => one.corrected?.value),
    );
  });

  it('leave a hazard as it was said, and correct the rest', () => {
    const estimatedOut = [...STEEL, row(0, 'battery-lithium', 100_000n)];
    const { shares } = runClasses(run({ estimatedOut }), ERRORS).whole;
    expect(shares.find((one) => one.class === 'battery-lithium')).toEqual({
      class: 'battery-lithium',
      observed: 0.2,
      corrected: null,
    });
    const corrected = shares.map((one) => one.corrected?.value ?? 0);
    expect(corrected.reduce((sum, one) => sum + one)).toBeCloseTo(0.8, 9);
  });

  it.each<[string, Partial<RunState>]>([
    ['not-read', { readings: [] }],
    ['several-models', { readings: [...READ, readBy('libs-belt-1', 0)] }],
    ['no-confusion', { recipe: 'house-recipe' }],
    ['no-class', { estimatedOut: [row(0, 'moon-rock', 5n)] }],
  ])('say why they are not corrected: %s', (reason, of) => {
    const { whole, byOutlet } = runClasses(run(of), ERRORS);
    for (const found of [whole, byOutlet.get(0)!]) {
      expect(found.notCorrected).toBe(reason);
      expect(found.shares.every(({ corrected }) => corrected === null)).toBe(true);
    }
  });
});

describe('classes of a lot', () => {
  const into = (of: Partial<RunState> = {}): RunState =>
    ({ outlets: [{ outlet: 0, lotId: LOT, targetClass: 'x' }], ...run(of) }) as RunState;

  it('are those of its outlets by mass', () => {
    const cast = into({ estimatedOut: [row(0, 'cast-iron', 1_200_000n)] });
    const { massMg, shares } = lotClasses({ lotId: LOT }, [into(), cast], ERRORS);
    expect(massMg).toBe(1_600_000n);
    const observed = new Map(shares.map((one) => [one.class, one.observed]));
    expect(observed.get('cast-iron')).toBeCloseTo(0.75, 12);
    expect(observed.get('carbon-steel')).toBeCloseTo(0.75 / 4, 12);
  });

  it('are not corrected where those of one outlet are not, and none without a run', () => {
    const found = lotClasses({ lotId: LOT }, [into(), into({ readings: [] })], ERRORS);
    expect(found.notCorrected).toBe('not-read');
    expect(found.shares.every(({ corrected }) => corrected === null)).toBe(true);
    expect(lotClasses({ lotId: LOT }, [], ERRORS).shares).toEqual([]);
  });
});
