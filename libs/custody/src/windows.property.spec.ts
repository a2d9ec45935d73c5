import { describe, expect, it } from '@jest/globals';
import type { DataOf } from '#contracts';
import fc from 'fast-check';
import { correct } from '../../../test/arbitraries/corrections.js';
import { Day, RUN, codesOf, id, start } from '../../../test/arbitraries/site-day.js';
import { balanceMg } from './mass.js';
import { windowParts } from './windows.js';

type Window = DataOf<'fractionsObserved'>;

const window = (observed: Window['observed'], outlet?: number): Window => ({
  runId: RUN,
  ...(outlet === undefined ? {} : { outlet }),
  windowMs: 60_000,
  method: 'camera',
  observed,
});

const shares = fc
  .array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 6 })
  .map((weights) => {
    const sum = weights.reduce((total, one) => total + one, 0);
    // Some of the window nobody found a class for.
    return weights.map((one) => (sum === 0 ? 0 : Math.floor((one * 990_000) / sum)));
  });

it('the parts of a window are its mass, to the milligram', () => {
  fc.assert(
    fc.property(shares, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (ppm, massMg) => {
      const classes = ppm.map((share, at) => ({
        class: `class-${at}`,
        ppm: share,
        uncertaintyPpm: 1_000,
      }));
      const observed = { basis: 'mass-share' as const, massMg, uncertaintyMg: 5, classes };
      const parts = windowParts(window(observed, 0));
      expect(parts.reduce((sum, part) => sum + BigInt(part.massMg ?? 0), 0n)).toBe(BigInt(massMg));
      for (const { massUncertaintyPpm } of parts) {
        expect(Number.isInteger(massUncertaintyPpm)).toBe(true);
      }
    }),
  );
});

describe('a window of a sorter without piece data', () => {
  const seen = window(
    {
      basis: 'mass-share',
      massMg: 1_000_000,
      uncertaintyMg: 40_000,
      classes: [
        { class: 'carbon-steel', ppm: 900_000, uncertaintyPpm: 27_000 },
        { class: 'battery', ppm: 1_000, uncertaintyPpm: 500 },
      ],
    },
    0,
  );

  it('is booked to the outlet by its shares, with its uncertainty, and names hazards', () => {
    const day = new Day();
    start(day, 'out');
    const { turnovers, exceptionsRaised } = day.fold(
      day.sorter.say('fractionsObserved', RUN, seen),
    );
    const booked = (name: string): bigint | undefined =>
      turnovers.get(`E:lot:${id('out')}:${name}`)?.debitsMg;
    expect([booked('carbon-steel'), booked('battery'), booked('unresolved')]).toEqual([
      900_000n,
      1_000n,
      99_000n,
    ]);
    expect(exceptionsRaised.map(({ code }) => code)).toEqual(['hazard-found']);
    const run = day.set.runs.get(RUN)!;
    expect(run.estimatedOut[0]).toMatchObject({
      pieces: 0n,
      // 4 % of the mass and 3 % of the share: 5 %.
      uncertaintyMgPpm: 900_000n * 50_000n,
    });
  });

  it('that is withdrawn is taken back whole', () => {
    const day = new Day();
    start(day, 'out');
    const said = day.sorter.say('fractionsObserved', RUN, seen);
    const { firstIndex } = day.fold(said);
    day.fold(correct(day.office, said, firstIndex, null));
    const lot = day.set.lots.get(id('out'))!;
    for (const turnover of Object.values(lot.estimated)) expect(balanceMg(turnover)).toBe(0n);
    for (const row of day.set.runs.get(RUN)!.estimatedOut) {
      expect([row.massMg, row.pieces, row.uncertaintyMgPpm]).toEqual([0n, 0n, 0n]);
    }
  });

  it('of counts is counted, and without outlet or mass it is in the log alone', () => {
    const day = new Day();
    const count = { basis: 'count' as const, classes: [{ class: 'carbon-steel', count: 1_904 }] };
    expect(codesOf(day.fold(day.sorter.say('fractionsObserved', RUN, window(count))))).toEqual([]);
    expect(day.set.runs.get(RUN) ?? null).toBeNull();
    start(day, 'out');
    day.fold(day.sorter.say('fractionsObserved', RUN, window(count, 0)));
    expect(day.set.runs.get(RUN)!.estimatedOut).toMatchObject([
      { class: 'carbon-steel', massMg: 0n, pieces: 1_904n, unweighed: 1_904n },
    ]);
  });
});
