import { describe, expect, it } from '@jest/globals';
import { EXAMPLE_CUSTOMER_GRADES } from './books/grades-customer.js';
import { EU27_GRADES } from './books/grades-eu27.js';
import { FIBRE_GRADES } from './books/grades-fibres.js';
import { GBT39733_2024_GRADES } from './books/grades-gbt39733.js';
import { ISRI_GRADES } from './books/grades-isri.js';
import { EXAMPLE_PRICES } from './books/prices.js';
import { SENSOR_MODELS } from './books/sensor-models.js';
import { addContents, emptySums } from './content-sums.js';
import { gradesOfForm, judgeBook, judgeGrade } from './grade-lot.js';
import { type Grading, gradeLot, valueBetween } from './grading-advice.js';
import { type LotShare, lotShare } from './lot-composition.js';
import { type RichPiece, leastContent, mergeRichest, richIn } from './richest-pieces.js';

const certain = (value: number): LotShare => share(value, 0);
const share = (value: number, deviation: number): LotShare => ({
  value,
  deviation,
  censored: 0,
  parts: { sampling: 0, noise: 0, placement: 0, bias: deviation, assay: 0 },
  pieces: 1_000n,
});

const E40 = EU27_GRADES.grades.find(({ grade }) => grade === 'E40')!;

describe('judgeGrade', () => {
  it('accepts only what keeps its bound with 95 %, and says the rest is undecided', () => {
    const of = (cu: LotShare) => judgeGrade(E40, { shares: { Cu: cu }, properties: {} });
    expect(of(share(2_000, 100)).verdict).toBe('accepted');
    expect(of(share(2_450, 100)).verdict).toBe('undecided');
    expect(of(share(2_550, 100)).verdict).toBe('rejected');
    const { limits, offSpecPpm } = of(share(2_450, 100));
    const copper = limits.find(({ limit }) => limit.of[0] === 'Cu')!;
    expect(copper.confidenceLimit).toBeCloseTo(2_620, -1);
    expect(copper.offSpecPpm).toBe(offSpecPpm);
    expect(offSpecPpm).toBeGreaterThan(280_000);
    expect(offSpecPpm).toBeLessThan(330_000);
  });

  it('claims nothing of what nobody measured', () => {
    const { notAssessed, limits } = judgeGrade(E40, {
      shares: { Cu: certain(1_000) },
      properties: {},
    });
    expect(notAssessed).toEqual([
      'sterile at most 4000 ppm',
      'Sn at most 200 ppm',
      'bulk-density at least 900 kg-per-m3',
      'largest-piece at most 1000 mm',
      '95 % of it at most 200 mm',
    ]);
    expect(limits.filter(({ verdict }) => verdict === 'not-assessed')).toHaveLength(4);
    expect(judgeGrade(E40, { shares: {}, properties: {} }).verdict).toBe('not-assessed');
  });

  it('judges measured properties, and sums of elements', () => {
    const of = (density: number, nickel: number) =>
      judgeGrade(
        EU27_GRADES.grades.find(({ grade }) => grade === 'E3')!,
        {
          shares: { Cr: share(1_000, 30), Ni: share(nickel, 40), Mo: share(100, 5) },
          properties: { 'bulk-density': { value: density, deviation: 10 } },
        },
      ).verdict;
    expect(of(700, 900)).toBe('accepted');
    expect(of(590, 900)).toBe('rejected');
    expect(of(700, 1_380)).toBe('undecided');
  });

  it('grades nothing by an edition whose limits are not public', () => {
    const all = { Fe: certain(990_000), sterile: certain(0) };
    const verdicts = judgeBook(GBT39733_2024_GRADES, { shares: all, properties: {} });
    expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(['not-assessed']));
  });
});

/** 20 t of clean shred of which 60 % went over the belt, and what else lay in it. */
function shred(armatures: number): Grading & { readonly copper: LotShare } {
  const massMg: number[] = [];
  const ppm: number[] = [];
  for (let piece = 0; piece < 24_000; piece++) {
    massMg.push(350_000 + (piece % 11) * 30_000);
    // Mean 1,995 ppm: 0.2 % Cu, a lot that passes for 0.25 %.
    ppm.push(1_595 + (piece % 9) * 100);
  }
  for (let piece = 0; piece < armatures; piece++) {
    massMg.push(6_000_000 + piece * 500_000);
    ppm.push(260_000);
  }
  const sums = emptySums();
  addContents(sums, { massMg, ppm });
  const { noise } = { noise: SENSOR_MODELS.models[0]!.elements['Cu']! };
  const sensor = {
    noise,
    biasPpm: 0,
    biasUncertaintyPpm: 10,
    gainPpm: 0,
    // Anchored by assays of earlier lots.
    gainUncertaintyPpm: 25_000,
    massUncertaintyPpm: 80_000,
  };
  const lotMassMg = 20_000_000_000n;
  const copper = lotShare({ lotMassMg, scans: [{ sums, sensor }], assays: [] })!;
  let richest: readonly RichPiece[] = [];
  for (let seq = 0; seq * 128 < massMg.length; seq++) {
    const frame = {
      source: 'north.sorter-1',
      boot: 1_764_000_000,
      seq: seq + 1,
      massMg: massMg.slice(seq * 128, seq * 128 + 128),
      ppm: ppm.slice(seq * 128, seq * 128 + 128),
    };
    richest = mergeRichest(richest, richIn(frame, leastContent(richest)));
  }
  const findings = { shares: { Cu: copper, Sn: share(80, 10) }, properties: {} };
  const eligible = ['E40', 'E1', 'E46'];
  const input = { book: EU27_GRADES, prices: EXAMPLE_PRICES, lotMassMg, findings, eligible };
  return { ...gradeLot({ ...input, richest: { Cu: richest } }), copper };
}

const findingOf = (grading: Grading, grade: string) =>
  grading.findings.find((finding) => finding.grade === grade)!;

describe('three motor armatures in 20 t of clean shred', () => {
  const clean = shred(0);
  const spoiled = shred(3);

  it('would pass without uncertainty: the mean keeps the bound', () => {
    expect(clean.copper.value).toBeCloseTo(1_995, -1);
    expect(spoiled.copper.value).toBeLessThan(2_500);
    expect(spoiled.copper.value).toBeGreaterThan(2_350);
  });

  it('raise the risk of being off-spec, so that the lot is not accepted', () => {
    expect(findingOf(clean, 'E40').verdict).toBe('accepted');
    expect(findingOf(clean, 'E40').offSpecPpm).toBeLessThan(1_000);
    expect(findingOf(spoiled, 'E40').verdict).toBe('undecided');
    expect(findingOf(spoiled, 'E40').offSpecPpm).toBeGreaterThan(250_000);
  });

  it('show as sampling: there may be more of them in what nobody scanned', () => {
    const { sampling, bias, noise } = spoiled.copper.parts;
    expect(sampling).toBeGreaterThan(bias);
    expect(sampling).toBeGreaterThan(20 * clean.copper.parts.sampling);
    expect(noise).toBeLessThan(bias);
  });

  it('are named, with what the downgrade costs', () => {
    const { above, grade, nextBest, downgrade } = spoiled;
    expect(above?.grade).toBe('E40');
    const remove = above!.remedies.find(({ kind }) => kind === 'remove-pieces')!;
    const pieces = 'pieces' in remove ? remove.pieces : [];
    expect(pieces.length).toBeGreaterThanOrEqual(1);
    for (const { ppm, seq } of pieces) expect([ppm, seq]).toEqual([260_000, 188]);
    expect([grade?.grade, nextBest?.grade]).toEqual(['E1', 'E46']);
    expect(above!.gain!.minor).toBeGreaterThan(0n);
    expect(above!.gain!.currency).toBe('USD');
    expect(downgrade!.minor).toBeGreaterThan(0n);
  });

  it('could also be decided by an assay, and says how good a one', () => {
    const assay = spoiled.above!.remedies.find(({ kind }) => kind === 'assay');
    expect(assay).toBeDefined();
    const { uncertaintyPpm } = assay as { uncertaintyPpm: number };
    expect(uncertaintyPpm).toBeGreaterThan(20);
    expect(uncertaintyPpm).toBeLessThan(100);
    const decided = lotShare({
      lotMassMg: 1n,
      scans: [],
      assays: [
        { ppm: spoiled.copper.value, uncertaintyPpm },
        { ppm: spoiled.copper.value, uncertaintyPpm: spoiled.copper.deviation },
      ],
    })!;
    expect(judgeGrade(E40, { shares: { Cu: decided }, properties: {} }).verdict).toBe('accepted');
  });
});

describe('gradesOfForm', () => {
  it('are those that sorting can make of each other', () => {
    expect(gradesOfForm(EU27_GRADES, 'E3')).toEqual(['E2', 'E3']);
    expect(gradesOfForm(EU27_GRADES, 'E40')).toEqual(['E40']);
    expect(gradesOfForm(ISRI_GRADES, '211')).toEqual(['210', '211']);
    expect(gradesOfForm(EXAMPLE_CUSTOMER_GRADES, 'low-copper-shred')).toHaveLength(2);
  });

  it('are all of a book that goes by shares alone, and a grade alone where none has a form', () => {
    expect(gradesOfForm(FIBRE_GRADES, 'wipers')).toHaveLength(FIBRE_GRADES.grades.length);
    const grades = EU27_GRADES.grades.map(({ grade, name, limits }) => ({ grade, name, limits }));
    expect(gradesOfForm({ ...EU27_GRADES, grades }, 'E3')).toEqual(['E3']);
  });

  it('cost what they are priced apart, and what has no grade by the price of that', () => {
    const of = { book: EU27_GRADES, prices: EXAMPLE_PRICES, lotMassMg: 10_000_000_000n };
    expect(valueBetween(of, 'E2', 'E3')).toEqual({ minor: 22_000n, currency: 'USD' });
    expect(valueBetween(of, 'E40', null)).toEqual({ minor: 116_000n, currency: 'USD' });
    expect(valueBetween({ ...of, book: FIBRE_GRADES }, 'wipers', null)).toBeUndefined();
  });
});

describe('gradeLot', () => {
  it('ranks by the book where there are no prices, and advises to sort what no piece explains', () => {
    const grading = gradeLot({
      book: EU27_GRADES,
      prices: undefined,
      lotMassMg: 1_000_000_000n,
      eligible: ['E40', 'E1'],
      findings: { shares: { Cu: share(3_000, 60), Sn: certain(50) }, properties: {} },
      richest: {},
    });
    expect(grading.grade?.grade).toBe('E1');
    expect(grading.downgrade).toBeUndefined();
    expect(grading.above).toEqual({
      grade: 'E40',
      remedies: [{ kind: 'sort-again', of: 'Cu' }],
    });
  });

  it('has no grade for a lot of which nothing is known', () => {
    const grading = gradeLot({
      book: EU27_GRADES,
      prices: EXAMPLE_PRICES,
      lotMassMg: 1n,
      findings: { shares: {}, properties: {} },
      richest: {},
    });
    expect(grading.grade).toBeUndefined();
    expect(grading.above).toBeUndefined();
  });
});
