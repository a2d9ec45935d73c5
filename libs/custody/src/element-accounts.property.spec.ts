import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { devices } from '../../../test/arbitraries/device-day.js';
import {
  Day,
  container,
  delivery,
  dispatch,
  feed,
  id,
  runStart,
} from '../../../test/arbitraries/site-day.js';
import { blend, count, split } from '../../../test/arbitraries/yard-day.js';
import { type ElementAccounts, elementAccounts } from './element-accounts.js';
import { BASES, type Holding, tallyOf } from './holdings.js';
import type { YardStates } from './lot-flows.js';

const LOTS = ['in-1', 'in-2', 'out-0', 'out-1', 'out-2', 'mix', 'part'] as const;
const lot = fc.constantFrom(...LOTS);
const mg = fc.integer({ min: 1, max: 2_000_000 });
const element = fc.constantFrom('Nd', 'Pd', 'Cu', 'Co');
const run = fc.constantFrom('run-1', 'run-2');

const part = fc.record({
  kind: fc.constantFrom('magnet', 'board', 'battery-lithium', 'thing'),
  massMg: fc.option(mg),
  outlet: fc.integer({ min: 0, max: 3 }),
});
const device = fc.record({
  product: fc.constantFrom('unu-0303', 'unu-0306', 'toaster'),
  restMg: fc.option(mg),
  parts: fc.array(part, { maxLength: 3 }),
});

/** What can happen to a yard, in any order. */
type Deed = (day: Day, nth: number) => void;

const deeds: fc.Arbitrary<Deed> = fc.oneof(
  fc
    .tuple(fc.constantFrom('in-1', 'in-2'), mg, fc.option(element))
    .map(([name, massMg, analyte]): Deed => (day, nth) => {
      const { visitId, lines } = delivery(`visit-${nth}`, { [name]: massMg });
      const declaredContents = analyte === null ? [] : [{ analyte, ppm: 700 }];
      const told = lines.map((line) => ({ ...line, declaredContents }));
      day.fold(day.gate.say('deliveryCompleted', visitId, { visitId, lines: told }));
    }),
  fc.constant<Deed>((day) => {
    day.fold(day.line.say('runStarted', id('run-1'), runStart('run-1', 'out-0', 'out-1', 'out-2')));
  }),
  fc.constant<Deed>((day) => {
    day.fold(day.line.say('runStarted', id('run-2'), runStart('run-2', 'out-2', 'part')));
  }),
  fc
    .tuple(run, fc.array(device, { minLength: 1, maxLength: 3 }))
    .map(([of, opened]): Deed => (day) => {
      day.fold(day.sorter.say('devicesDismantled', id(of), devices(of, opened)));
    }),
  fc.tuple(run, lot, mg).map(([of, from, massMg]): Deed => (day) => {
    day.fold(day.belt.say('feedMetered', id(of), feed(of, from, massMg)));
  }),
  fc.tuple(run, fc.integer({ min: 0, max: 2 }), mg).map(([of, outlet, massMg]): Deed => (day) => {
    day.fold(day.floor.say('containerWeighed', id(of), container(of, outlet, massMg)));
  }),
  fc.tuple(lot, mg, fc.boolean()).map(([from, massMg, all]): Deed => (day) => {
    blend(day, 'mix', { [all ? `${from}*` : from]: massMg });
  }),
  fc.tuple(lot, mg, fc.boolean()).map(([from, massMg, all]): Deed => (day) => {
    split(day, from, { part: massMg }, all);
  }),
  fc.tuple(lot, mg).map(([of, massMg]): Deed => (day) => {
    count(day, of, massMg, massMg % 2 === 0 ? 'part' : 'mix');
  }),
  fc
    .tuple(lot, element, fc.integer({ min: 0, max: 1_000_000 }))
    .map(([of, analyte, ppm]): Deed => (day, nth) => {
      day.fold(
        day.lab.say('lotAssayed', id(of), {
          lotId: id(of),
          assayId: `assay-${nth}`,
          method: 'xrf',
          sampleMassMg: 5,
          fractions: [{ analyte, ppm, uncertaintyPpm: 10 }],
        }),
      );
    }),
  fc
    .tuple(lot, mg, fc.boolean(), fc.option(fc.array(element)))
    .map(([of, massMg, all, recovers]): Deed => (day, nth) => {
      const told = dispatch(`shipment-${nth}`, of, massMg, all);
      const treatment = recovers === null ? {} : { treatment: { operation: 'R4', recovers } };
      day.fold(day.gate.say('shipmentDispatched', told.shipmentId, { ...told, ...treatment }));
    }),
  fc
    .tuple(fc.integer({ min: 0, max: 20 }), element, mg)
    .map(([shipment, of, massMg]): Deed => (day, nth) => {
      const shipmentId = id(`shipment-${shipment}`);
      day.fold(
        day.office.say('recoveryStated', shipmentId, {
          shipmentId,
          statementId: `statement-${nth}`,
          process: 'smelting',
          recovered: [{ element: of, massMg, uncertaintyMg: 5, basis: 'measured' }],
        }),
      );
    }),
);

const days = fc.array(deeds, { minLength: 3, maxLength: 24 }).map((done) => {
  const day = new Day();
  done.forEach((deed, nth) => {
    deed(day, nth);
  });
  return day;
});

const present = <State>(states: ReadonlyMap<string, State | null>): State[] =>
  [...states.values()].filter((state) => state !== null);

const statesOf = ({ set }: Day): YardStates => ({
  lots: present(set.lots),
  runs: present(set.runs),
  shipments: present(set.shipments),
});

const PLACES = ['stock', 'dispatched', 'elsewhere', 'returned', 'process', 'lost'] as const;

const sumOf = (accounts: ElementAccounts): Holding => {
  const all = accounts.stock.copy();
  for (const place of PLACES.slice(1)) all.addAll(accounts[place]);
  return all;
};

it('what is contained is somewhere, to the nanogram and by every evidence', () => {
  fc.assert(
    fc.property(days, (day) => {
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
    fc.property(days, (day) => {
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
    fc.property(days, (day) => {
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
