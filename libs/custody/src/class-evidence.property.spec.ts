import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataOf } from '#contracts';
import { correct } from '../../../test/arbitraries/corrections.js';
import { Day, container, feed, id, runEnd, runStart } from '../../../test/arbitraries/site-day.js';
import {
  Station,
  type StationEvent,
  adoption,
  emptySite,
  loadAndFold,
  stream,
} from '../../../test/arbitraries/site-stream.js';
import { compositionOf } from './composition.js';
import type { LotState, WorkingSet } from './model.js';

type Window = DataOf<'fractionsObserved'>;
type Shares = Readonly<Record<string, number>>;

const RUN = id('run-1');
const LOT = id('out');
const MASS_MG = 20_000_000;

/** A camera that names classes and reads no element. */
const window = (shares: Shares, massMg = MASS_MG): Window => ({
  runId: RUN,
  outlet: 0,
  windowMs: 60_000,
  method: 'camera',
  observed: {
    basis: 'mass-share',
    massMg,
    uncertaintyMg: Math.floor(massMg / 50),
    classes: Object.entries(shares).map(([name, ppm]) => ({
      class: name,
      ppm,
      uncertaintyPpm: Math.floor(ppm / 20),
    })),
  },
});

const CLEAN = { 'carbon-steel': 950_000, 'coated-steel': 50_000 };

const start = (): DataOf<'runStarted'> => {
  const started = runStart('run-1', 'out');
  return { ...started, outlets: [{ outlet: 0, lotId: LOT, targetClass: 'E1' }] };
};

/** A run of windows alone, balanced; the gradings that were stated. */
function balanced(day: Day, shares: Shares): Record<string, unknown>[] {
  day.fold(day.line.say('runStarted', RUN, start()));
  day.fold(day.belt.say('feedMetered', RUN, feed('run-1', 'lot-1', MASS_MG)));
  day.fold(day.sorter.say('fractionsObserved', RUN, window(shares)));
  day.fold(day.floor.say('containerWeighed', RUN, container('run-1', 0, MASS_MG)));
  return gradings(
    day.fold(
      day.line.say('runClosed', RUN, runEnd('run-1', day.line, day.belt, day.sorter, day.floor)),
    ),
  );
}

const gradings = ({ facts }: ReturnType<Day['fold']>): Record<string, unknown>[] =>
  facts
    .filter(({ attributes }) => attributes.type.includes('lot.graded'))
    .map(({ data }) => JSON.parse(data.toString()) as Record<string, unknown>);

const lotOf = (set: WorkingSet): LotState => set.lots.get(LOT)!;

describe('a lot of which a sorter gave no pieces', () => {
  it('is graded by its classes when its run is balanced, and the fact says so', () => {
    const [stated] = balanced(new Day(), CLEAN);
    expect(stated).toMatchObject({ grade: 'E1', evidence: { pieces: 0, assays: [] } });
    const limits = stated!['limits'] as { analytes: string[]; basis?: string; biasPpm: number }[];
    expect(limits.map(({ analytes, basis }) => [analytes.join('+'), basis])).toContainEqual([
      'Cu',
      'classes',
    ]);
    expect(limits.every(({ basis }) => basis === 'classes')).toBe(true);
  });

  it('breaks the limit when the windows say that it holds copper-bearing pieces', () => {
    const day = new Day();
    const rich = { 'carbon-steel': 950_000, 'copper-bearing': 50_000 };
    const [stated] = balanced(day, rich);
    expect(stated).toMatchObject({ verdict: 'rejected' });
  });

  it('goes by an assay where there is one, and by its classes in all else', () => {
    const day = new Day();
    balanced(day, CLEAN);
    const assay = {
      lotId: LOT,
      assayId: 'assay-1',
      method: 'melt-OES',
      sampleMassMg: 5,
      fractions: [{ analyte: 'Cu', ppm: 1_234, uncertaintyPpm: 20 }],
    };
    day.fold(day.lab.say('lotAssayed', LOT, assay));
    const shares = compositionOf(lotOf(day.set));
    expect(shares.get('Cu')).toMatchObject({ value: 1_234, parts: { bias: 0, assay: 20 } });
    expect(shares.get('Cu')!.basis).toBeUndefined();
    expect(shares.get('Ni')!.basis).toBe('classes');
  });

  it('is graded anew by a window that comes after the balance, and when one is withdrawn', () => {
    const day = new Day();
    balanced(day, CLEAN);
    const late = day.sorter.say('fractionsObserved', RUN, window({ 'copper-bearing': 1_000_000 }));
    const came = day.fold(late);
    expect(gradings(came)).toMatchObject([{ verdict: 'rejected' }]);
    const before = compositionOf(lotOf(day.set)).get('Cu')!.value;
    const gone = day.fold(correct(day.office, late, came.firstIndex, null));
    expect(gradings(gone).map(({ verdict }) => verdict)).not.toContain('rejected');
    expect(compositionOf(lotOf(day.set)).get('Cu')!.value).toBeLessThan(before / 10);
    expect(lotOf(day.set).estimatedMgPpm!['copper-bearing']).toBe(0n);
  });
});

const drawn = fc.record({
  'carbon-steel': fc.integer({ min: 500_000, max: 800_000 }),
  'copper-bearing': fc.nat({ max: 100_000 }),
  'cast-iron': fc.nat({ max: 100_000 }),
});

it('is the same for every split of the stream into calls, and wherever the run starts', () => {
  const folded = (events: readonly StationEvent[], size: number): WorkingSet => {
    const set = emptySite();
    const records = stream(events);
    for (let at = 0; at < records.length; at += size) {
      loadAndFold(set, records.slice(at, at + size));
    }
    return set;
  };
  fc.assert(
    fc.property(
      fc.array(drawn, { minLength: 1, maxLength: 6 }),
      fc.nat({ max: 6 }),
      fc.integer({ min: 1, max: 4 }),
      (windows, early, size) => {
        const sorter = new Station('sorter');
        const said = windows.map((shares) => sorter.say('fractionsObserved', RUN, window(shares)));
        said.splice(early, 0, new Station('line').say('runStarted', RUN, start()));
        const events = [adoption(), ...said];
        const [whole, parts] = [folded(events, events.length), folded(events, size)];
        expect(lotOf(parts).estimatedMgPpm).toEqual(lotOf(whole).estimatedMgPpm);
        expect([...compositionOf(lotOf(parts))]).toEqual([...compositionOf(lotOf(whole))]);
        const copper = compositionOf(lotOf(whole)).get('Cu')!;
        const sums = (of: keyof (typeof windows)[number]): number =>
          windows.reduce((sum, shares) => sum + shares[of], 0);
        const known = sums('carbon-steel') + sums('copper-bearing') + sums('cast-iron');
        const content =
          sums('carbon-steel') * 800 + sums('copper-bearing') * 190_000 + sums('cast-iron') * 3_500;
        expect(copper.value).toBeCloseTo(content / known, 6);
      },
    ),
    { numRuns: 50 },
  );
});
