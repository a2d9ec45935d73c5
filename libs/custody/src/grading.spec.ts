import { describe, expect, it } from '@jest/globals';
import type { DataOf } from '#contracts';
import {
  CAPPED_ANALYTES,
  EU27_GRADES,
  GRADE_BOOKS,
  digestOf,
  referenceOf,
  SUMMED_ANALYTES,
} from '#materials';
import { correct } from '../../../test/arbitraries/corrections.js';
import { Day, deliver, delivery, factNames, id } from '../../../test/arbitraries/site-day.js';
import { compositionOf } from './composition.js';
import { gradingOf } from './grading.js';
import { FIRST_RULES, RULES } from './limits.js';
import type { FoldResult, LotState } from './model.js';

type Graded = DataOf<'lotGraded'>;

const LOT = id('lot-1');
const lotOf = (day: Day): LotState => day.set.lots.get(LOT)!;

const assayed = (assayId: string, shares: Record<string, [number, number]>) => ({
  lotId: LOT,
  assayId,
  method: 'melt-OES',
  sampleMassMg: 5,
  fractions: Object.entries(shares).map(([analyte, [ppm, uncertaintyPpm]]) => ({
    analyte,
    ppm,
    uncertaintyPpm,
  })),
});
const assay = (day: Day, assayId: string, shares: Record<string, [number, number]>): FoldResult =>
  day.fold(day.lab.say('lotAssayed', LOT, assayed(assayId, shares)));

const gradedIn = ({ facts }: FoldResult): Graded[] =>
  facts
    .filter(({ attributes }) => attributes.type.includes('lot.graded'))
    .map(({ data }) => JSON.parse(data.toString()) as Graded);

const delivered = (): Day => {
  const day = new Day();
  deliver(day, 'visit-1', { 'lot-1': 1_000 });
  return day;
};

describe('an assay of a lot delivered as E40', () => {
  it('states a grading with book, evidence, limits and what nobody assessed', () => {
    const day = delivered();
    const [stated] = gradedIn(assay(day, 'assay-1', { Cu: [1_850, 40] }));
    const { book: name, version, digest } = referenceOf(EU27_GRADES);
    expect(stated).toMatchObject({
      lotId: LOT,
      grade: 'E40',
      verdict: 'accepted',
      book: { name, version, digest },
      evidence: { pieces: 0, readMg: '0', lotMg: '1000', assays: ['assay-1'], calibrations: [] },
    });
    expect(stated?.limits).toMatchObject([
      { analytes: ['Cu'], bound: 'max', limitPpm: 2_500, meanPpm: 1_850, assayPpm: 40 },
    ]);
    // 1850 · exp(1.645 · 40 / 1850)
    expect(stated?.limits[0]?.confidenceLimitPpm).toBe(1_917);
    expect(stated?.notAssessed).toContain('Sn at most 200 ppm');
    expect(lotOf(day).graded).toMatchObject({ grade: 'E40', keeps: 'E40' });
  });

  it.each<[number, number, Graded['verdict']]>([
    [2_400, 30, 'accepted'],
    [2_400, 200, 'undecided'],
    [2_600, 200, 'rejected'],
  ])('of %i ± %i ppm Cu is %3$s', (ppm, uncertainty, verdict) => {
    const [stated] = gradedIn(assay(delivered(), 'assay-1', { Cu: [ppm, uncertainty] }));
    expect(stated?.verdict).toBe(verdict);
  });

  it('of copper and tin breaks either with a probability above each', () => {
    const found = assay(delivered(), 'assay-1', { Cu: [2_400, 100], Sn: [180, 20] });
    const [stated] = gradedIn(found);
    const each = stated!.limits.map(({ offSpecPpm }) => offSpecPpm);
    expect(each).toHaveLength(2);
    expect(stated!.offSpecPpm).toBeGreaterThan(Math.max(...each));
    expect(stated!.offSpecPpm).toBeLessThan(each[0]! + each[1]!);
  });

  it('is replaced by a later one, which names it; both facts stay', () => {
    const day = delivered();
    const first = assay(day, 'assay-1', { Cu: [2_400, 200] });
    const second = assay(day, 'assay-2', { Cu: [2_300, 50] });
    const [stated] = gradedIn(second);
    expect(stated).toMatchObject({ verdict: 'accepted', supersedes: first.facts.at(-1)!.seq });
    expect(stated?.evidence.assays).toEqual(['assay-1', 'assay-2']);
    expect(compositionOf(lotOf(day)).get('Cu')!.deviation).toBeLessThan(50);
  });

  it('counts once when the laboratory reports it again', () => {
    const day = delivered();
    assay(day, 'assay-1', { Cu: [2_400, 200] });
    assay(day, 'assay-1', { Cu: [2_000, 200] });
    expect(compositionOf(lotOf(day)).get('Cu')).toMatchObject({ value: 2_000, deviation: 200 });
  });

  it('tells what would decide', () => {
    const day = delivered();
    assay(day, 'assay-1', { Cu: [2_400, 200] });
    const remedies = gradingOf(lotOf(day))?.grading.above?.remedies;
    expect(remedies).toMatchObject([{ kind: 'assay', of: 'Cu' }]);
  });

  it('of something that no limit bounds states nothing', () => {
    expect(factNames(assay(delivered(), 'assay-1', { Zn: [500, 5] }))).toEqual([]);
  });

  it('that is withdrawn leaves the lot ungraded', () => {
    const day = delivered();
    const event = day.lab.say('lotAssayed', LOT, assayed('assay-1', { Cu: [1_850, 40] }));
    const { firstIndex } = day.fold(event);
    day.fold(correct(day.office, event, firstIndex, null));
    expect(lotOf(day).graded).toBeUndefined();
  });

  it('that was put right grades it anew', () => {
    const day = delivered();
    const event = day.lab.say('lotAssayed', LOT, assayed('assay-1', { Cu: [1_850, 40] }));
    const { firstIndex } = day.fold(event);
    const right = assayed('assay-1', { Cu: [2_850, 40] });
    const [stated] = gradedIn(day.fold(correct(day.office, event, firstIndex, right)));
    expect(stated?.verdict).toBe('rejected');
    expect(lotOf(day).graded?.keeps).toBeNull();
  });
});

it.each<[string, number, number, string | undefined]>([
  // A book of more than shares: thick new scrap that misses its alloys is thick old scrap.
  ['E2', 1_000, 2_400, 'E3'],
  ['E2', 4_500, 2_400, undefined],
  ['E40', 3_000, 0, undefined],
])('a lot delivered as %s with %i ppm Cu keeps the next grade of its form', (...given) => {
  const [declaredGrade, copper, chromium, nextBest] = given;
  const day = new Day();
  const { visitId, lines } = delivery('visit-1', { 'lot-1': 1_000 });
  const ticket = { visitId, lines: lines.map((line) => ({ ...line, declaredGrade })) };
  day.fold(day.gate.say('deliveryCompleted', visitId, ticket));
  const shares: Record<string, [number, number]> = {
    Cu: [copper, 20],
    Sn: [50, 5],
    Cr: [chromium, 20],
    Ni: [10, 2],
    Mo: [10, 2],
  };
  const [stated] = gradedIn(assay(day, 'assay-1', shares));
  expect(stated).toMatchObject({ grade: declaredGrade, verdict: 'rejected' });
  expect(stated?.nextBestGrade).toBe(nextBest);
});

it('grades a lot that was assayed before it was known once it is', () => {
  const day = new Day();
  expect(gradedIn(assay(day, 'assay-1', { Cu: [1_850, 40] }))).toEqual([]);
  expect(gradedIn(deliver(day, 'visit-1', { 'lot-1': 1_000 }))).toHaveLength(1);
});

it('sums by the lists of the rules: another list is another version of the rules', () => {
  expect(digestOf([SUMMED_ANALYTES, CAPPED_ANALYTES])).toBe(
    '8a6dc79398da25b72291a0ead6e97a49976326f606ca95c54a8c2f9dc3edb6d0',
  );
});

it('grades by the books of the rules: other books are another version of the rules', () => {
  const pinned = RULES.get(FIRST_RULES)?.gradeBooks;
  expect(pinned).toBe(digestOf(GRADE_BOOKS.map(referenceOf)));
});
