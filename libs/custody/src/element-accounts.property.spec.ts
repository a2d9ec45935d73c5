import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deviceDays, statesOf } from '../../../test/arbitraries/device-days.js';
import { type ElementAccounts, elementAccounts } from './element-accounts.js';
import { BASES, type Holding, tallyOf } from './holdings.js';

const PLACES = ['stock', 'dispatched', 'elsewhere', 'returned', 'process', 'lost'] as const;

const sumOf = (accounts: ElementAccounts): Holding => {
  const all = accounts.stock.copy();
  for (const place of PLACES.slice(1)) all.addAll(accounts[place]);
  return all;
};

it('what is contained is somewhere, to the nanogram and by every evidence', () => {
  fc.assert(
    fc.property(deviceDays, (day) => {
      const accounts = elementAccounts(statesOf(day));
      const rest = accounts.contained.copy();
      rest.addAll(sumOf(accounts), -1n);
      for (const name of rest.names) expect([name, rest.of(name)]).toEqual([name, []]);
    }),
    { numRuns: 300 },
  );
});

it('the bases of an account are its sum, and nothing is held below zero but in a process', () => {
  fc.assert(
    fc.property(deviceDays, (day) => {
      const accounts = elementAccounts(statesOf(day));
      for (const [account, holding] of Object.entries(accounts) as [string, Holding][]) {
        for (const name of holding.names) {
          const { amount, byBasis, unstated } = tallyOf(holding, name);
          expect(BASES.reduce((sum, basis) => sum + byBasis[basis], 0n)).toBe(amount);
          if (account === 'process' || account === 'contained') continue;
          for (const [, part] of holding.of(name)) expect(part > 0n).toBe(true);
          expect(unstated <= amount).toBe(true);
        }
      }
    }),
  );
});

it('is the same whatever order the states are loaded in', () => {
  const told = (accounts: ElementAccounts): unknown =>
    Object.values(accounts).map((holding: Holding) =>
      holding.names.map((name) => holding.of(name).map(([{ key }, part]) => [name, key, part])),
    );
  fc.assert(
    fc.property(deviceDays, (day) => {
      const { lots, runs, shipments } = statesOf(day);
      const backwards = {
        lots: lots.toReversed(),
        runs: runs.toReversed(),
        shipments: shipments.toReversed(),
      };
      const forwards = elementAccounts({ lots, runs, shipments });
      expect(told(elementAccounts(backwards))).toEqual(told(forwards));
    }),
  );
});
