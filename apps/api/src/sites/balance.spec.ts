import { describe, expect, it } from '@jest/globals';
import { type KindTurnover, balanceOf } from './balance.js';

const kind = (
  name: string,
  gross: readonly [bigint, bigint],
  within: readonly [bigint, bigint] | null = null,
  later: readonly [bigint, bigint] = [0n, 0n],
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
  it('opens with what stood before and closes with what stands after it', () => {
    const { accounts, books, closes } = balanceOf([
      kind('world-in', [0n, 100n], [0n, 30n], [0n, 20n]),
      kind('lot', [100n, 0n], [30n, 0n], [20n, 0n]),
    ]);
    expect(accounts).toEqual([
      {
        book: 'W',
        kind: 'world-in',
        openingMg: '-50',
        debitsMg: '0',
        creditsMg: '30',
        closingMg: '-80',
      },
      { book: 'W', kind: 'lot', openingMg: '50', debitsMg: '30', creditsMg: '0', closingMg: '80' },
    ]);
    expect(books).toEqual([{ book: 'W', debitsMg: '30', creditsMg: '30', closes: true }]);
    expect(closes).toBe(true);
  });

  it('opens with nothing when the period begins with the books', () => {
    const { accounts } = balanceOf([kind('lot', [100n, 40n])]);
    expect(accounts[0]).toMatchObject({ openingMg: '0', debitsMg: '100', closingMg: '60' });
  });

  it('does not close when a balance was changed without a posting', () => {
    expect(balanceOf([kind('world-in', [0n, 100n]), kind('lot', [101n, 0n])]).closes).toBe(false);
    const before = [kind('world-in', [0n, 100n], [0n, 0n]), kind('lot', [101n, 0n], [0n, 0n])];
    expect(balanceOf(before).closes).toBe(false);
  });
});
