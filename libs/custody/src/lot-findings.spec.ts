import { describe, expect, it } from '@jest/globals';
import type { DataOf } from '#contracts';
import { correct } from '../../../test/arbitraries/corrections.js';
import { Day, deliver, delivery, id } from '../../../test/arbitraries/site-day.js';
import { findingsOf } from './lot-findings.js';
import { gradingOf } from './grading.js';
import type { FoldResult, LotState } from './model.js';

type Graded = DataOf<'lotGraded'>;
type Inspection = Partial<DataOf<'inspectionRecorded'>>;
type Verdict = Graded['verdict'] | 'not-assessed';

const LOT = id('lot-1');
const lotOf = (day: Day): LotState => day.set.lots.get(LOT)!;

const gradedIn = ({ facts }: FoldResult): Graded[] =>
  facts
    .filter(({ attributes }) => attributes.type.includes('lot.graded'))
    .map(({ data }) => JSON.parse(data.toString()) as Graded);

const verdictOf = (day: Day, of: string): Verdict | undefined =>
  gradingOf(lotOf(day))?.declared.limits.find(({ limit }) => limit.of[0] === of)?.verdict;

function delivered(declaredGrade: string, stream: 'steel' | 'textiles' = 'steel'): Day {
  const day = new Day();
  const { visitId, lines } = delivery('visit-1', { 'lot-1': 1_000 });
  const ticket = { visitId, lines: lines.map((line) => ({ ...line, declaredGrade, stream })) };
  day.fold(day.gate.say('deliveryCompleted', visitId, ticket));
  return day;
}

const inspection = (found: Inspection): DataOf<'inspectionRecorded'> => ({
  visitId: id('visit-1'),
  radiation: { verdict: 'clear' },
  sealedContainers: 0,
  moisturePpm: null,
  contaminationPpm: null,
  ...found,
});
const inspect = (day: Day, found: Inspection): FoldResult =>
  day.fold(day.gate.say('inspectionRecorded', id('visit-1'), inspection(found)));

const assay = (day: Day, found: Partial<DataOf<'lotAssayed'>>): FoldResult => {
  const body = { lotId: LOT, assayId: 'a-1', method: 'yard', sampleMassMg: 5, fractions: [] };
  return day.fold(day.lab.say('lotAssayed', LOT, { ...body, ...found }));
};

const dry = (day: Day, basis: 'wet' | 'dry', after: number, uncertaintyPpm?: number): FoldResult =>
  day.fold(
    day.lab.say('lotConditioned', LOT, {
      lotId: LOT,
      changeMg: 0,
      uncertaintyMg: 0,
      method: 'oven',
      basis,
      moisturePpm: {
        before: null,
        after,
        ...(uncertaintyPpm === undefined ? {} : { uncertaintyPpm }),
      },
    }),
  );

describe('the bulk density that E40 asks for', () => {
  it.each<[number, number, Verdict]>([
    [1_000, 20, 'accepted'],
    [920, 40, 'undecided'],
    [860, 20, 'rejected'],
  ])('of %i ± %i kg/m³ is %3$s', (value, uncertainty, verdict) => {
    const day = delivered('E40');
    const measured = { bulkDensityKgPerM3: { value, uncertainty } };
    const [stated] = gradedIn(assay(day, { properties: measured }));
    expect(stated).toMatchObject({
      verdict,
      limits: [],
      properties: [
        {
          property: 'bulk-density',
          unit: 'kg-per-m3',
          bound: 'min',
          limit: 900,
          value,
          uncertainty,
        },
      ],
    });
    expect(stated?.notAssessed).toContain('largest-piece at most 1000 mm');
  });

  it('is not assessed where nobody measured it', () => {
    const day = delivered('E40');
    assay(day, { fractions: [{ analyte: 'Cu', ppm: 1_000, uncertaintyPpm: 20 }] });
    expect(verdictOf(day, 'bulk-density')).toBe('not-assessed');
  });

  it('is what several measurements say together', () => {
    const day = delivered('E40');
    assay(day, { properties: { bulkDensityKgPerM3: { value: 1_000, uncertainty: 30 } } });
    const again = { bulkDensityKgPerM3: { value: 1_100, uncertainty: 30 } };
    assay(day, { assayId: 'a-2', properties: again });
    const { value, deviation } = findingsOf(lotOf(day)).properties['bulk-density']!;
    expect(value).toBeCloseTo(1_050);
    expect(deviation).toBeCloseTo(30 / Math.SQRT2);
  });
});

describe('dimensions', () => {
  it.each<[string, number, number, Verdict]>([
    ['E3', 8_000, 300, 'accepted'],
    ['E3', 6_100, 300, 'undecided'],
    ['E3', 5_000, 300, 'rejected'],
    ['E1', 5_000, 300, 'accepted'],
  ])('%s: a thickness of %i ± %i µm is %4$s', (grade, value, uncertainty, verdict) => {
    const day = delivered(grade);
    const [stated] = gradedIn(
      assay(day, { properties: { thicknessMicrometres: { value, uncertainty } } }),
    );
    expect(stated).toMatchObject({ verdict, properties: [{ limit: 6_000, unit: 'micrometres' }] });
  });

  it('say by how much the largest piece is too long', () => {
    const day = delivered('E40');
    const largestPieceMicrometres = { value: 1_200_000, uncertainty: 10_000 };
    const [stated] = gradedIn(assay(day, { properties: { largestPieceMicrometres } }));
    expect(stated).toMatchObject({ verdict: 'rejected', offSpecPpm: 1_000_000 });
  });
});

describe('steriles that the gate found', () => {
  it.each<[number, number, Verdict]>([
    [2_000, 300, 'accepted'],
    [3_800, 300, 'undecided'],
    [5_000, 300, 'rejected'],
  ])('of %i ± %i ppm are %3$s for E40', (contaminationPpm, uncertainty, verdict) => {
    const day = delivered('E40');
    const contaminationUncertaintyPpm = uncertainty;
    const result = inspect(day, { contaminationPpm, contaminationUncertaintyPpm });
    const [stated] = gradedIn(result);
    expect(stated).toMatchObject({ verdict, limits: [{ analytes: ['sterile'] }] });
    expect(stated?.evidence.measurements).toEqual([result.firstIndex]);
  });

  it('are not assessed without an uncertainty, nor of a load of two lots', () => {
    const day = delivered('E40');
    expect(gradedIn(inspect(day, { contaminationPpm: 2_000 }))).toEqual([]);
    const two = new Day();
    inspect(two, { contaminationPpm: 2_000, contaminationUncertaintyPpm: 300 });
    expect(gradedIn(deliver(two, 'visit-1', { 'lot-1': 1_000, 'lot-2': 500 }))).toEqual([]);
  });

  it('count whichever of inspection and ticket comes first', () => {
    const day = new Day();
    inspect(day, { contaminationPpm: 2_000, contaminationUncertaintyPpm: 300 });
    expect(gradedIn(deliver(day, 'visit-1', { 'lot-1': 1_000 }))).toHaveLength(1);
    const second = deliver(day, 'visit-1', { 'lot-2': 1_000 });
    expect(gradedIn(second)).toEqual([]);
    expect(lotOf(day).graded).toBeUndefined();
  });

  it('are combined with what a laboratory found', () => {
    const day = delivered('E40');
    inspect(day, { contaminationPpm: 2_000, contaminationUncertaintyPpm: 300 });
    assay(day, { fractions: [{ analyte: 'sterile', ppm: 3_000, uncertaintyPpm: 300 }] });
    expect(findingsOf(lotOf(day)).shares['sterile']!.value).toBeCloseTo(2_500);
  });

  it('that were put right grade the lot anew, and that never were leave it ungraded', () => {
    const day = delivered('E40');
    const event = day.gate.say(
      'inspectionRecorded',
      id('visit-1'),
      inspection({ contaminationPpm: 2_000, contaminationUncertaintyPpm: 300 }),
    );
    const { firstIndex } = day.fold(event);
    const right = inspection({ contaminationPpm: 6_000, contaminationUncertaintyPpm: 300 });
    const [stated] = gradedIn(day.fold(correct(day.office, event, firstIndex, right)));
    expect(stated?.verdict).toBe('rejected');
    day.fold(correct(day.office, event, firstIndex, null));
    expect(lotOf(day).graded).toBeUndefined();
  });
});

describe('the moisture that cotton for dissolution may have', () => {
  it.each<['wet' | 'dry', number, number, Verdict]>([
    ['wet', 80_000, 3_000, 'accepted'],
    // 13 % of the dry mass is 11.5 % of the wet.
    ['dry', 130_000, 2_000, 'accepted'],
    ['wet', 118_000, 3_000, 'undecided'],
    ['wet', 130_000, 2_000, 'rejected'],
  ])('on a %s basis of %i ± %i ppm is %4$s', (basis, ppm, uncertainty, verdict) => {
    const day = delivered('cotton-dissolving', 'textiles');
    const [stated] = gradedIn(dry(day, basis, ppm, uncertainty));
    expect(stated?.verdict).toBe(verdict);
  });

  it('is the newest that was measured, and not known when nobody says how well', () => {
    const day = delivered('cotton-dissolving', 'textiles');
    inspect(day, { moisturePpm: 150_000, moistureUncertaintyPpm: 3_000 });
    expect(verdictOf(day, 'moisture')).toBe('rejected');
    dry(day, 'wet', 90_000, 3_000);
    expect(verdictOf(day, 'moisture')).toBe('accepted');
    assay(day, { fractions: [{ analyte: 'moisture', ppm: 119_000, uncertaintyPpm: 3_000 }] });
    expect(verdictOf(day, 'moisture')).toBe('undecided');
    dry(day, 'wet', 85_000);
    expect(lotOf(day).graded).toBeUndefined();
  });

  it('stands beside parts that are no textile', () => {
    const day = delivered('mono-cotton', 'textiles');
    inspect(day, { contaminationPpm: 30_000, contaminationUncertaintyPpm: 2_000 });
    expect(verdictOf(day, 'non-textile')).toBe('rejected');
  });
});
