import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CUSTODY_MODELS, type CustodyModel } from '#contracts';
import {
  type Custody,
  type CustodyPart,
  SHARES_MAX,
  asked,
  entering,
  isStronger,
  lowered,
  meet,
  mixed,
} from './custody-models.js';

const rank = (model: CustodyModel): number => CUSTODY_MODELS.indexOf(model);
const model = fc.constantFrom(...CUSTODY_MODELS);
const characteristic = fc.option(
  fc.record({
    name: fc.constantFrom('post-consumer', 'pre-consumer', 'constructor'),
    sharePpm: fc.constantFrom(0, 1, 250_000, 333_333, 999_999, 1_000_000),
  }),
  { nil: undefined },
);
const custody: fc.Arbitrary<Custody> = fc
  .record({ lot: fc.constantFrom('a', 'b', 'c'), declared: fc.option(model), characteristic })
  .map((drawn) => entering(drawn.lot, drawn.declared ?? undefined, drawn.characteristic).custody);
const part: fc.Arbitrary<CustodyPart> = fc.record({
  custody,
  massMg: fc.oneof(fc.constant(0n), fc.bigInt({ min: 1n, max: 9_007_199_254_740_991n })),
});
const parts = fc
  .tuple(part, fc.array(part, { maxLength: 5 }))
  .map(([first, rest]): [CustodyPart, ...CustodyPart[]] => [first, ...rest]);

const whole = { numerator: 1n, denominator: 1n };
const lot = (origin: string, name?: string): Custody => ({
  model: 'identity-preserved',
  origin,
  shares: name === undefined ? {} : { [name]: whole },
});
const of = (massMg: bigint, what: Custody): CustodyPart => ({ massMg, custody: what });

describe('the lattice of models', () => {
  it('is a meet semilattice: idempotent, commutative, associative, and never above either', () => {
    fc.assert(
      fc.property(model, model, model, (a, b, c) => {
        expect(meet(a, a)).toBe(a);
        expect(meet(a, b)).toBe(meet(b, a));
        expect(meet(meet(a, b), c)).toBe(meet(a, meet(b, c)));
        expect(isStronger(meet(a, b), a) || isStronger(meet(a, b), b)).toBe(false);
      }),
    );
  });

  it('makes of parts at best the weakest of them, with shares between 0 and 1', () => {
    fc.assert(
      fc.property(parts, (mixture) => {
        const made = mixed(mixture);
        for (const { custody: parent } of mixture) {
          expect(rank(made.model)).toBeGreaterThanOrEqual(rank(parent.model));
        }
        const { model: is, origin, shares } = made;
        expect(origin !== null).toBe(is === 'identity-preserved');
        for (const { numerator, denominator } of Object.values(shares)) {
          expect(numerator > 0n && numerator <= denominator).toBe(true);
          if (rank(is) < rank('controlled-blending')) expect(numerator).toBe(denominator);
        }
        if (rank(is) > rank('controlled-blending')) expect(shares).toEqual({});
      }),
    );
  });

  it('comes to the same, whether lots are mixed at once or one after the other', () => {
    fc.assert(
      fc.property(parts, fc.nat(), (mixture, cut) => {
        const at = 1 + (cut % mixture.length);
        const [first, ...rest] = mixture.slice(0, at) as [CustodyPart, ...CustodyPart[]];
        fc.pre([first, ...rest].some(({ massMg }) => massMg > 0n));
        const massMg = [first, ...rest].reduce((sum, one) => sum + one.massMg, 0n);
        const steps = mixed([{ custody: mixed([first, ...rest]), massMg }, ...mixture.slice(at)]);
        const { model: is, shares } = mixed(mixture);
        expect(steps.model).toBe(is);
        expect(steps.shares).toEqual(shares);
      }),
    );
  });

  it('has the share of a blend exactly: claimed mass over mass', () => {
    const masses = fc.array(
      fc.record({ massMg: fc.bigInt({ min: 1n, max: 10n ** 15n }), claimed: fc.boolean() }),
      { minLength: 2, maxLength: 64 },
    );
    fc.assert(
      fc.property(masses, (drawn) => {
        const [first, ...rest] = drawn.map(({ massMg, claimed }, at) =>
          of(massMg, lot(`lot-${at}`, claimed ? 'post-consumer' : undefined)),
        );
        const { shares } = mixed([first!, ...rest]);
        const total = drawn.reduce((sum, { massMg }) => sum + massMg, 0n);
        const claimedMg = drawn.reduce((sum, one) => sum + (one.claimed ? one.massMg : 0n), 0n);
        const share = shares['post-consumer'] ?? { numerator: 0n, denominator: 1n };
        expect(share.numerator * total).toBe(claimedMg * share.denominator);
      }),
    );
  });

  it('never claims more than there is, however long a chain of blends grows', () => {
    let blend = mixed([of(3n, lot('a', 'post-consumer')), of(4n, lot('b'))]);
    let upperBound = 3 / 7;
    for (let at = 1; at < 200; at++) {
      blend = mixed([of(997n * BigInt(at), blend), of(991n, lot(`c-${at}`))]);
      upperBound = (upperBound * 997 * at) / (997 * at + 991);
      const share = blend.shares['post-consumer']!;
      expect(share.denominator.toString(2).length).toBeLessThanOrEqual(256);
      const value = Number((share.numerator * 10n ** 15n) / share.denominator) / 1e15;
      expect(value).toBeLessThanOrEqual(upperBound * (1 + 1e-9));
    }
  });

  it('keeps the largest of many characteristics', () => {
    const many = Array.from({ length: 40 }, (_, at) =>
      of(BigInt(1 + at), lot(`l-${at}`, `c-${at}`)),
    );
    const [first, ...rest] = many;
    const names = Object.keys(mixed([first!, ...rest]).shares);
    expect(names).toHaveLength(SHARES_MAX);
    expect(names[0]).toBe('c-39');
  });
});

/** What each model may become of, and what it may not: ISO 22095:2020, 3.3.1 to 3.3.5. */
describe('golden scenarios', () => {
  const cases: readonly [string, CustodyPart[], CustodyModel, Record<string, string>][] = [
    ['one origin', [of(5n, lot('a', 'x'))], 'identity-preserved', { x: '1/1' }],
    ['its own parts again', [of(5n, lot('a')), of(7n, lot('a'))], 'identity-preserved', {}],
    [
      'two origins alike',
      [of(5n, lot('a', 'x')), of(7n, lot('b', 'x'))],
      'segregated',
      { x: '1/1' },
    ],
    ['two of which nothing is specified', [of(5n, lot('a')), of(7n, lot('b'))], 'segregated', {}],
    [
      'claimed with unclaimed',
      [of(1n, lot('a', 'x')), of(3n, lot('b'))],
      'controlled-blending',
      { x: '1/4' },
    ],
    [
      'two different claims',
      [of(1n, lot('a', 'x')), of(2n, lot('b', 'y'))],
      'controlled-blending',
      { x: '1/3', y: '2/3' },
    ],
    [
      'a blend into a blend',
      [of(4n, mixed([of(1n, lot('a', 'x')), of(3n, lot('b'))])), of(4n, lot('c', 'x'))],
      'controlled-blending',
      { x: '5/8' },
    ],
    [
      'with mass balance',
      [of(5n, lot('a', 'x')), of(5n, lowered(lot('b', 'x'), 'mass-balance'))],
      'mass-balance',
      {},
    ],
    [
      'with book and claim',
      [of(5n, lot('a', 'x')), of(5n, lowered(lot('b', 'x'), 'book-and-claim'))],
      'book-and-claim',
      {},
    ],
    [
      'a trace of a lesser kind, without mass',
      [of(5n, lot('a', 'x')), of(0n, lot('b'))],
      'controlled-blending',
      { x: '1/1' },
    ],
  ];
  it.each(cases)('%s', (_name, [first, ...rest], expected, shares) => {
    const made = mixed([first!, ...rest]);
    expect(made.model).toBe(expected);
    const texts = Object.entries(made.shares).map(([name, share]): [string, string] => [
      name,
      `${share.numerator}/${share.denominator}`,
    ]);
    expect(Object.fromEntries(texts)).toEqual(shares);
  });

  it.each(CUSTODY_MODELS)('a delivery of %s keeps it alone and steps down to each below', (is) => {
    const delivered = entering('a', is).custody;
    expect(delivered.model).toBe(is);
    expect(mixed([of(5n, delivered)])).toEqual(delivered);
    for (const below of CUSTODY_MODELS) {
      const { custody: made, refused } = asked(delivered, below);
      expect(made.model).toBe(meet(is, below));
      expect(refused).toBe(rank(below) < rank(is));
    }
  });

  it('a delivery with a share below the whole is a blend, whatever it is called', () => {
    const some = { name: 'x', sharePpm: 300_000 };
    expect(entering('a', 'segregated', some)).toMatchObject({
      custody: { model: 'controlled-blending', shares: { x: { numerator: 3n, denominator: 10n } } },
      refused: true,
    });
    expect(entering('a', 'mass-balance', some)).toMatchObject({
      custody: { model: 'mass-balance', shares: {} },
      refused: false,
    });
    expect(entering('a', undefined, { name: 'x', sharePpm: 0 }).custody.shares).toEqual({});
  });

  it('refuses every step up, and books what is allowed', () => {
    fc.assert(
      fc.property(parts, model, (mixture, wanted) => {
        const best = mixed(mixture);
        fc.pre(isStronger(wanted, best.model));
        expect(asked(best, wanted)).toEqual({ custody: best, refused: true });
      }),
      { numRuns: 100 },
    );
  });
});
