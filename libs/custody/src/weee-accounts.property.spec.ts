import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deviceDays, statesOf } from '../../../test/arbitraries/device-days.js';
import { balanceMg } from './mass.js';
import { type WeeeAccounts, deviceCounts, weeeAccounts } from './weee-accounts.js';
import type { Holding } from './holdings.js';

it('what was treated is somewhere, to the milligram and by category', () => {
  fc.assert(
    fc.property(deviceDays, (day) => {
      const { treated, hazardous, ...places } = weeeAccounts(statesOf(day));
      const rest = treated.copy();
      for (const place of Object.values<Holding>(places)) rest.addAll(place, -1n);
      const all = new Set(rest.names.map((name) => name.replace(/ reuse$/, '')));
      for (const category of all) {
        expect([category, rest.total(category) + rest.total(`${category} reuse`)]).toEqual([
          category,
          0n,
        ]);
      }
      for (const name of hazardous.names) {
        expect(hazardous.total(name) <= treated.total(name)).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

it('what was treated is what the book E has of the runs', () => {
  const total = ({ treated }: Pick<WeeeAccounts, 'treated'>): bigint =>
    treated.names.reduce((sum, name) => sum + treated.total(name), 0n);
  fc.assert(
    fc.property(deviceDays, (day) => {
      const states = statesOf(day);
      const booked = states.runs
        .flatMap(({ estimatedOut }) => estimatedOut)
        .reduce((sum, { massMg }) => sum + massMg, 0n);
      expect(total(weeeAccounts(states))).toBe(booked);
      // And of the lots, where every outlet has one and nothing was seen but devices.
      const held = states.lots
        .flatMap(({ estimated }) => Object.values(estimated))
        .reduce((sum, turnover) => sum + balanceMg(turnover), 0n);
      const { unassigned } = weeeAccounts(states);
      const nowhere = unassigned.names.reduce((sum, name) => sum + unassigned.total(name), 0n);
      expect(held + nowhere).toBe(booked);
    }),
  );
});

it('devices are counted once, whatever was taken out of them', () => {
  fc.assert(
    fc.property(deviceDays, (day) => {
      const { runs } = statesOf(day);
      const rests = runs.flatMap(({ devices = [] }) => devices).filter(({ kind }) => kind === null);
      const counted = [...deviceCounts(runs).values()].reduce((sum, one) => sum + one, 0n);
      expect(counted).toBe(rests.reduce((sum, { count }) => sum + count, 0n));
    }),
  );
});
