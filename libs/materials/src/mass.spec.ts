import { describe, expect, it } from '@jest/globals';
import { MASS_UNITS, convertMass, elementMassMg, formatMass, isMassUnit } from './mass.js';

const mg = (value: string, unit: (typeof MASS_UNITS)[number]): bigint =>
  convertMass({ value, unit }).massMg;

describe('convertMass', () => {
  it('converts metric and pound units exactly', () => {
    expect(mg('24.58', 'TNE')).toBe(24_580_000_000n);
    expect(mg('0.001', 'KGM')).toBe(1_000n);
    expect(mg('100', 'LBR')).toBe(45_359_237n);
    expect(mg('1', 'STN')).toBe(907_184_740n);
    expect(mg('5', 'LTN')).toBe(5_080_234_544n);
    expect(mg('10000', 'ONZ')).toBe(283_495_231n);
    expect(mg('10000', 'APZ')).toBe(311_034_768n);
    expect(mg('-12.5', 'GRM')).toBe(-12_500n);
  });

  it('says when it had to round, and rounds half to even', () => {
    expect(convertMass({ value: '1', unit: 'LBR' })).toEqual({
      massMg: 453_592n,
      exact: false,
      original: { value: '1', unit: 'LBR' },
    });
    expect(mg('0.5', 'MGM')).toBe(0n);
    expect(mg('1.5', 'MGM')).toBe(2n);
    expect(mg('-0.0025', 'GRM')).toBe(-2n);
    expect(convertMass({ value: '2', unit: 'KGM' }).exact).toBe(true);
  });

  it('refuses what is no decimal number', () => {
    for (const value of ['', '1e3', '.5', '1.', '1,000', 'NaN']) {
      expect(() => mg(value, 'KGM')).toThrow(RangeError);
    }
  });
});

describe('formatMass', () => {
  it('comes back to what was stated in every unit', () => {
    for (const unit of MASS_UNITS) expect(formatMass(mg('1250', unit), unit, 3)).toBe('1250.000');
  });

  it('rounds and keeps the sign', () => {
    expect(formatMass(1_500n, 'GRM', 2)).toBe('1.50');
    expect(formatMass(-1n, 'TNE', 2)).toBe('0.00');
    expect(formatMass(-2_500_000n, 'KGM', 0)).toBe('-2');
  });
});

describe('isMassUnit', () => {
  it('knows its codes and nothing inherited', () => {
    expect(isMassUnit('KGM')).toBe(true);
    expect(isMassUnit('constructor')).toBe(false);
  });
});

describe('elementMassMg', () => {
  it('is exact above 2^53', () => {
    expect(elementMassMg(9_007_199_254_740_993n, 1_000_000n)).toBe(9_007_199_254_740_993n);
    expect(elementMassMg(25n, 100_000n)).toBe(2n);
  });
});
