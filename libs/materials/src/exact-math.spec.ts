import { describe, expect, it } from '@jest/globals';
import { exactErf, exactErfc, exactExp, exactLog, normalCdf } from './exact-math.js';

const relative = (got: number, wanted: number): number => Math.abs(got / wanted - 1);

describe('exactExp', () => {
  it('agrees with Math.exp to 1e-12', () => {
    let worst = 0;
    for (let x = -700; x <= 709; x += 0.137) {
      worst = Math.max(worst, relative(exactExp(x), Math.exp(x)));
    }
    expect(worst).toBeLessThan(1e-12);
    expect(relative(exactExp(709.7), Math.exp(709.7))).toBeLessThan(1e-12);
  });

  it('is exact at zero and ends in 0 and Infinity', () => {
    expect(exactExp(0)).toBe(1);
    expect(exactExp(-746)).toBe(0);
    expect(exactExp(-744)).toBe(Math.exp(-744));
    expect(exactExp(710)).toBe(Infinity);
  });
});

describe('exactLog', () => {
  it('agrees with Math.log to 1e-12', () => {
    let worst = 0;
    for (let exponent = -299.9; exponent <= 300; exponent += 0.37) {
      const x = 10 ** exponent;
      worst = Math.max(worst, relative(exactLog(x), Math.log(x)));
    }
    expect(worst).toBeLessThan(1e-12);
    for (const x of [0.5, 0.9999, 1.0001, Math.SQRT2, 2, 5e-324]) {
      expect(relative(exactLog(x), Math.log(x))).toBeLessThan(1e-12);
    }
    expect(exactLog(1)).toBe(0);
  });

  it('has the limits of the logarithm', () => {
    expect(exactLog(0)).toBe(-Infinity);
    expect(exactLog(-1)).toBeNaN();
    expect(exactLog(Infinity)).toBe(Infinity);
  });
});

describe('exactErf', () => {
  it('gives the values of Abramowitz and Stegun, table 7.1', () => {
    const table: readonly (readonly [number, number])[] = [
      [0.1, 0.1124629160182849],
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [1.5, 0.9661051464753108],
      [2, 0.9953222650189527],
      [2.5, 0.999593047982555],
      [3, 0.9999779095030014],
    ];
    for (const [x, value] of table) {
      expect(relative(exactErf(x), value)).toBeLessThan(1e-12);
      expect(exactErf(-x)).toBe(-exactErf(x));
    }
  });

  it('keeps its digits in the tail', () => {
    // Known values of erfc: 2.209e-5 at 3, 1.537e-12 at 5, 2.088e-45 at 10.
    expect(relative(exactErfc(3), 2.209049699858544e-5)).toBeLessThan(1e-11);
    expect(relative(exactErfc(5), 1.5374597944280349e-12)).toBeLessThan(1e-11);
    expect(relative(exactErfc(10), 2.088487583762545e-45)).toBeLessThan(1e-11);
  });

  it('is continuous where the series hands over to the fraction', () => {
    expect(relative(exactErfc(2.5 - 1e-13), exactErfc(2.5))).toBeLessThan(1e-10);
  });
});

describe('normalCdf', () => {
  it('gives the usual quantiles', () => {
    expect(normalCdf(0)).toBe(0.5);
    expect(relative(normalCdf(1.959963984540054), 0.975)).toBeLessThan(1e-12);
    expect(relative(normalCdf(-1.6448536269514722), 0.05)).toBeLessThan(1e-9);
  });
});
