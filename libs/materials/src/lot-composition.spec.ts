import { describe, expect, it } from '@jest/globals';
import { SENSOR_MODELS } from './books/sensor-models.js';
import { addContents, emptySums } from './content-sums.js';
import {
  type CompositionEvidence,
  type SensorKnowledge,
  TWO_SIDED_95,
  intervalOf,
  lotShare,
} from './lot-composition.js';

const noise = SENSOR_MODELS.models[0]!.elements['Cu']!;
const sensor: SensorKnowledge = {
  noise,
  biasPpm: 0,
  biasUncertaintyPpm: 20,
  gainPpm: 0,
  gainUncertaintyPpm: 60_000,
  massUncertaintyPpm: 80_000,
};

function scanOf(
  massMg: readonly (number | null)[],
  ppm: readonly (number | null)[],
  known: Partial<SensorKnowledge> = {},
): CompositionEvidence['scans'][number] {
  const sums = emptySums();
  addContents(sums, { massMg, ppm });
  return { sums, sensor: { ...sensor, ...known } };
}

const share = (
  scans: CompositionEvidence['scans'],
  assays: CompositionEvidence['assays'] = [],
  lotMassMg = 1_000_000n,
) => lotShare({ lotMassMg, scans, assays });

describe('lotShare', () => {
  it('is the mass-weighted mean, and says nothing of what nobody measured', () => {
    expect(share([scanOf([300_000, 100_000], [1_000, 5_000])])!.value).toBe(2_000);
    expect(share([scanOf([null, 100], [1_000, null])])).toBeUndefined();
    expect(share([])).toBeUndefined();
  });

  it('has no sampling part when every piece was read, and one when half was', () => {
    const scan = scanOf([500_000, 500_000], [1_000, 9_000]);
    expect(share([scan])!.parts.sampling).toBe(0);
    expect(share([scan], [], 2_000_000n)!.parts.sampling).toBeGreaterThan(2_000);
  });

  it('averages noise out with the pieces, never the bias', () => {
    const of = (pieces: number) =>
      share(
        [scanOf(new Array<number>(pieces).fill(1_000), new Array<number>(pieces).fill(2_000))],
        [],
        BigInt(1_000 * pieces),
      )!.parts;
    const [few, many] = [of(100), of(10_000)];
    expect(few.noise / many.noise).toBeCloseTo(10, 6);
    expect(many.bias).toBe(few.bias);
    expect(many.bias).toBeGreaterThan(119);
  });

  it('takes a calibration’s bias off, and a gain that assays have found', () => {
    const scan = (known: Partial<SensorKnowledge>) => scanOf([1_000, 1_000], [2_200, 2_200], known);
    expect(share([scan({ biasPpm: 200 })])!.value).toBe(2_000);
    expect(share([scan({ gainPpm: 100_000 })])!.value).toBeCloseTo(2_000, 9);
  });

  it('puts a reading below detection half-way, and the other half into what does not average out', () => {
    const { value, parts } = share([scanOf([1_000, 1_000], [-200, -200])])!;
    expect(value).toBe(100);
    expect(parts.bias).toBeGreaterThan(57);
  });

  it('is anchored by an assay according to both uncertainties', () => {
    const scan = scanOf([1_000_000], [2_200]);
    const alone = share([scan])!;
    const with1 = share([scan], [{ ppm: 2_000, uncertaintyPpm: 40 }])!;
    expect(with1.value).toBeGreaterThan(2_000);
    expect(with1.value).toBeLessThan(2_040);
    expect(with1.deviation).toBeLessThan(40);
    expect(with1.parts.bias).toBeLessThan(alone.parts.bias / 8);
    expect(share([], [{ ppm: 2_000, uncertaintyPpm: 40 }])!.deviation).toBeCloseTo(40, 9);
  });

  it('keeps parts that add up to the whole', () => {
    const { deviation, parts } = share(
      [scanOf([400_000, 200_000], [1_000, 8_000])],
      [{ ppm: 3_000, uncertaintyPpm: 300 }],
    )!;
    const { sampling, noise: ofNoise, bias, assay } = parts;
    expect(Math.hypot(sampling, ofNoise, bias, assay)).toBeCloseTo(deviation, 6);
  });
});

describe('intervalOf', () => {
  it('is never negative and holds the mean', () => {
    const { low, high } = intervalOf({ value: 100, deviation: 80 }, TWO_SIDED_95);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(256);
    expect(intervalOf({ value: 0, deviation: 10 }, 2)).toEqual({ low: 0, high: 20 });
    expect(intervalOf({ value: 7, deviation: 0 }, 2)).toEqual({ low: 7, high: 7 });
  });
});
