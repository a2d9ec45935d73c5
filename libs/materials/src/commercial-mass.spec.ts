import { describe, expect, it } from '@jest/globals';
import { commercialMass } from './commercial-mass.js';

describe('commercialMass', () => {
  it('is more than the scale says of dry cotton, less of a wet lot', () => {
    const cotton = { massMg: 1_000_000_000n, fibresPpm: { cotton: 1_000_000 } };
    expect(commercialMass({ ...cotton, moisturePpm: 0 })).toEqual({
      dryMg: 1_000_000_000n,
      commercialMg: 1_085_000_000n,
    });
    expect(commercialMass({ ...cotton, moisturePpm: 150_000 })).toEqual({
      dryMg: 850_000_000n,
      commercialMg: 922_250_000n,
    });
  });

  it('weighs the regains of a blend; the rest has none', () => {
    const blend = { cotton: 500_000, polyester: 400_000 };
    const { commercialMg } = commercialMass({
      massMg: 1_000_000n,
      moisturePpm: 0,
      fibresPpm: blend,
    });
    expect(commercialMg).toBe(1_044_100n);
  });

  it('refuses a fibre that nobody knows', () => {
    const of = { massMg: 1n, moisturePpm: 0, fibresPpm: { unobtainium: 1 } };
    expect(() => commercialMass(of)).toThrow(/unobtainium.*fibres\.ts/);
  });
});
