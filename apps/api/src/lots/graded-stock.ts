import type { DataOf } from '#contracts';

type Grading = DataOf<'lotGraded'>;

/** A lot that is in stock and was held against a grade. */
export interface GradedLot {
  readonly siteId: string;
  readonly stream: string;
  /** What is left of it. */
  readonly weighedMg: bigint;
  /** The newest. */
  readonly grading: Pick<Grading, 'offSpecPpm' | 'limits'>;
}

/** Graded lots of a site and stream in stock, together. */
export interface StockFigures {
  readonly siteId: string;
  readonly stream: string;
  readonly lots: number;
  /** So many of them are off-spec, if each probability is right: their sum. */
  readonly offSpecExpected: number;
  readonly offSpecMost: number;
}

/** A metal that lots of a site and stream hold although their grade only bounds it. */
export interface BoundedMetal {
  readonly siteId: string;
  readonly stream: string;
  readonly analyte: string;
  readonly grams: number;
  /** Standard; the bias of calibrations does not average out between lots. */
  readonly uncertaintyGrams: number;
}

export interface Stock {
  readonly figures: readonly StockFigures[];
  readonly metals: readonly BoundedMetal[];
}

interface Sums {
  grams: number;
  /** Of what differs from lot to lot. */
  variance: number;
  biasGrams: number;
  placementGrams: number;
}

/** Sums over lots; `priced` are the analytes that somebody would pay for elsewhere. */
export function stockOf(lots: readonly GradedLot[], priced: ReadonlySet<string>): Stock {
  const figures = new Map<string, { -readonly [Key in keyof StockFigures]: StockFigures[Key] }>();
  const metals = new Map<
    string,
    { place: Omit<BoundedMetal, 'grams' | 'uncertaintyGrams'>; sums: Sums }
  >();
  for (const { siteId, stream, weighedMg, grading } of lots) {
    const key = `${siteId} ${stream}`;
    const sum = figures.get(key) ?? { siteId, stream, lots: 0, offSpecExpected: 0, offSpecMost: 0 };
    const offSpec = grading.offSpecPpm / 1_000_000;
    sum.lots += 1;
    sum.offSpecExpected += offSpec;
    sum.offSpecMost = Math.max(sum.offSpecMost, offSpec);
    figures.set(key, sum);
    const grams = Number(weighedMg > 0n ? weighedMg : 0n) / 1_000;
    for (const limit of grading.limits) {
      const [analyte, ...others] = limit.analytes;
      if (limit.bound !== 'max' || others.length > 0 || !priced.has(analyte!)) continue;
      const place = { siteId, stream, analyte: analyte! };
      const metal = metals.get(`${key} ${analyte!}`) ?? {
        place,
        sums: { grams: 0, variance: 0, biasGrams: 0, placementGrams: 0 },
      };
      addLimit(metal.sums, grams, limit);
      metals.set(`${key} ${analyte!}`, metal);
    }
  }
  return {
    figures: [...figures.values()],
    metals: [...metals.values()].map(({ place, sums }) => ({
      ...place,
      grams: sums.grams,
      uncertaintyGrams: Math.sqrt(sums.variance + sums.biasGrams ** 2 + sums.placementGrams ** 2),
    })),
  };
}

function addLimit(sums: Sums, grams: number, limit: Grading['limits'][number]): void {
  const of = (ppm: number): number => (grams * ppm) / 1_000_000;
  const { meanPpm, samplingPpm, noisePpm, assayPpm = 0, placementPpm = 0, biasPpm } = limit;
  sums.grams += of(Math.max(0, meanPpm));
  for (const ppm of [samplingPpm, noisePpm, assayPpm]) sums.variance += of(ppm) * of(ppm);
  sums.biasGrams += of(biasPpm);
  // A sorter that errs more than assumed does so with every lot.
  sums.placementGrams += of(placementPpm);
}
