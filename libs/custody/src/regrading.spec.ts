import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { DataOf } from '#contracts';
import { correct } from '../../../test/arbitraries/corrections.js';
import { Day, RUN, deliver, id, runStart } from '../../../test/arbitraries/site-day.js';
import { regrading } from '../../../test/arbitraries/yard-history.js';
import type { FoldResult, LotState } from './model.js';

type Graded = DataOf<'lotGraded'>;

const LOT = id('lot-1');
const MILL = 'grades-customer-example-mill';
const lotOf = (day: Day): LotState => day.set.lots.get(LOT)!;

const assay = (day: Day, ppm: number, lotId = LOT): FoldResult =>
  day.fold(
    day.lab.say('lotAssayed', lotId, {
      lotId,
      assayId: 'assay-1',
      method: 'melt-OES',
      sampleMassMg: 5,
      fractions: [{ analyte: 'Cu', ppm, uncertaintyPpm: 20 }],
    }),
  );

const regrade = (day: Day, lotId: string, grade?: string, book?: string): FoldResult =>
  day.fold(day.office.say('gradingRequested', lotId, regrading(lotId, grade, book)));

const factsIn = ({ facts }: FoldResult): Graded[] =>
  facts
    .filter(({ attributes }) => attributes.type.includes('lot.graded'))
    .map(({ data }) => JSON.parse(data.toString()) as Graded);

const refusalIn = ({ exceptionsRaised }: FoldResult): string | undefined =>
  exceptionsRaised.find(({ code }) => code === 'request-refused')?.figures['problem'];

/** Delivered as E40; copper keeps that, and not what the mill asks for low-copper shred. */
function graded(ppm = 2_000): Day {
  const day = new Day();
  deliver(day, 'visit-1', { 'lot-1': 1_000 });
  assay(day, ppm);
  return day;
}

describe('a request to grade a lot anew', () => {
  it('says it once more, and replaces what was said', () => {
    const day = graded();
    const before = lotOf(day).graded!;
    const [stated] = factsIn(regrade(day, LOT));
    expect(stated).toMatchObject({ grade: 'E40', verdict: 'accepted', supersedes: before.seq });
  });

  it('against a grade and book holds it against that from then on', () => {
    const day = graded();
    const [stated] = factsIn(regrade(day, LOT, 'low-copper-shred', MILL));
    expect(stated).toMatchObject({
      grade: 'low-copper-shred',
      verdict: 'rejected',
      book: { name: MILL },
      nextBestGrade: 'standard-shred',
    });
    expect(stated?.supersedes).toBeGreaterThan(0);
    expect(factsIn(assay(day, 1_200))).toMatchObject([
      { grade: 'low-copper-shred', verdict: 'accepted' },
    ]);
    expect(lotOf(day)).toMatchObject({ targetGrade: 'low-copper-shred', gradeBook: `${MILL}@1` });
    expect(lotOf(day).materialClass).toBe('E40');
  });

  it('against a grade alone takes the first book in force that names it', () => {
    const day = graded();
    expect(factsIn(regrade(day, LOT, 'E1'))).toMatchObject([
      { grade: 'E1', book: { name: 'grades-eu27' }, verdict: 'accepted' },
    ]);
  });

  it('lets go of a book that was named before when it names a grade alone', () => {
    const day = graded();
    regrade(day, LOT, 'low-copper-shred', MILL);
    regrade(day, LOT, 'E1');
    expect(lotOf(day).gradeBook).toBeUndefined();
    regrade(day, LOT, 'E1', 'grades-eu27');
    regrade(day, LOT);
    expect(lotOf(day)).toMatchObject({ targetGrade: 'E1', gradeBook: 'grades-eu27@1' });
  });

  it.each<[string, string | undefined, string | undefined, string]>([
    ['a book that nobody has', 'E40', 'no-book', 'no book of grades in force is called "no-book"'],
    ['a book out of force', 'HRS101', 'grades-gbt39733-2020', 'no book of grades in force is'],
    ['a grade of another book', 'E40', MILL, `"${MILL}@1" has no grade "E40" for steel`],
    ['a book of another stream', 'wipers', 'grades-fibres', 'has no grade "wipers" for steel'],
    ['a grade of no book', 'E99', undefined, 'no book of grades in force names "E99" for steel'],
    ['a grade of which nothing was measured', '210', undefined, 'nothing was measured'],
  ])('against %s is refused, and changes nothing', (_what, grade, book, problem) => {
    const day = graded();
    const before = structuredClone(lotOf(day));
    const result = regrade(day, LOT, grade, book);
    expect(refusalIn(result)).toContain(problem);
    expect(factsIn(result)).toEqual([]);
    expect(lotOf(day)).toEqual(before);
  });

  it('of a lot that there is not is refused, and opens none', () => {
    const day = graded();
    expect(refusalIn(regrade(day, id('lot-9')))).toBe('there is no such lot');
    expect(day.set.lots.get(id('lot-9'))).toBeNull();
  });

  it('says the same as often as it is asked, and moves nothing', () => {
    const grade = fc.constantFrom(undefined, 'E40', 'E1', 'low-copper-shred');
    fc.assert(
      fc.property(grade, fc.integer({ min: 100, max: 5_000 }), (asked, ppm) => {
        const day = graded(ppm);
        const [first] = factsIn(regrade(day, LOT, asked));
        const between = structuredClone(lotOf(day));
        const again = regrade(day, LOT, asked);
        const [second] = factsIn(again);
        const { restsOn, supersedes } = second!;
        expect(second).toEqual({ ...first!, restsOn, supersedes });
        expect(supersedes).toBe(between.graded!.seq);
        expect(again.postings).toEqual([]);
        const { seq, logIndex } = lotOf(day).graded!;
        const { changedIndex } = lotOf(day);
        expect(lotOf(day)).toEqual({
          ...between,
          changedIndex,
          graded: { ...between.graded!, seq, logIndex },
        });
      }),
      { numRuns: 30 },
    );
  });
});

describe('a correction of the grade that an outlet is meant for', () => {
  const started = (targetGrade?: string): DataOf<'runStarted'> => {
    const said = runStart('run-1', 'lot-2');
    return {
      ...said,
      outlets: said.outlets.map((outlet) => ({
        ...outlet,
        targetClass: 'E40',
        ...(targetGrade === undefined ? {} : { targetGrade }),
      })),
    };
  };
  const lotId = id('lot-2');

  it('grades its lot anew', () => {
    const day = graded();
    const event = day.line.say('runStarted', RUN, started('low-copper-shred'));
    const { firstIndex } = day.fold(event);
    expect(factsIn(assay(day, 2_000, lotId))).toMatchObject([{ verdict: 'rejected' }]);
    const right = day.fold(correct(day.office, event, firstIndex, started('standard-shred')));
    expect(factsIn(right)).toMatchObject([{ grade: 'standard-shred', verdict: 'accepted' }]);
    const none = day.fold(correct(day.office, event, firstIndex, started()));
    expect(factsIn(none)).toMatchObject([{ grade: 'E40' }]);
  });

  it('leaves what was asked for since', () => {
    const day = graded();
    const event = day.line.say('runStarted', RUN, started('low-copper-shred'));
    const { firstIndex } = day.fold(event);
    assay(day, 2_000, lotId);
    regrade(day, lotId, 'E1');
    day.fold(correct(day.office, event, firstIndex, started('standard-shred')));
    expect(day.set.lots.get(lotId)).toMatchObject({ targetGrade: 'E1', graded: { grade: 'E1' } });
  });
});
