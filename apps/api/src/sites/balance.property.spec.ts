import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type KindTurnover, balanceOf } from './balance.js';

const kind = (
  name: string,
  gross: readonly [bigint, bigint],
  within: readonly [bigint, bigint] | null,
  later: readonly [bigint, bigint],
): KindTurnover => ({
  book: 'W',
  kind: name,
  grossDebitsMg: gross[0],
  grossCreditsMg: gross[1],
  within: within && { debitsMg: within[0], creditsMg: within[1] },
  laterDebitsMg: later[0],
  laterCreditsMg: later[1],
});

describe('the balance of a period', () => {
  it('closes for every set of postings and every period (law)', () => {
    const posting = fc.record({
      debit: fc.integer({ min: 0, max: 4 }),
      credit: fc.integer({ min: 0, max: 4 }),
      mg: fc.bigInt({ min: 1n, max: 2n ** 60n }),
      at: fc.constantFrom('before', 'within', 'later'),
    });
    fc.assert(
      fc.property(fc.array(posting), fc.boolean(), (postings, fromStart) => {
        const sum = (side: 'debit' | 'credit', account: number, times: readonly string[]): bigint =>
          postings
            .filter((p) => p[side] === account && times.includes(p.at))
            .reduce((total, { mg }) => total + mg, 0n);
        const all = ['before', 'within', 'later'];
        const kinds = [0, 1, 2, 3, 4].map((n) =>
          kind(
            `kind-${n}`,
            [sum('debit', n, all), sum('credit', n, all)],
            fromStart ? null : [sum('debit', n, ['within']), sum('credit', n, ['within'])],
            [sum('debit', n, ['later']), sum('credit', n, ['later'])],
          ),
        );
        expect(balanceOf(kinds).closes).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
