import type { YardStates } from '#custody';
import fc from 'fast-check';
import { devices } from './device-day.js';
import { Day, container, delivery, dispatch, feed, id, runStart } from './site-day.js';
import { blend, count, split } from './yard-day.js';

/** Days of a yard that takes devices apart, in which anything happens in any order. */

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

/** Days that are over. */
export const deviceDays = fc.array(deeds, { minLength: 3, maxLength: 24 }).map((done) => {
  const day = new Day();
  done.forEach((deed, nth) => {
    deed(day, nth);
  });
  return day;
});

const present = <State>(states: ReadonlyMap<string, State | null>): State[] =>
  [...states.values()].filter((state) => state !== null);

/** What a report would load of it. */
export const statesOf = ({ set }: Day): YardStates => ({
  lots: present(set.lots),
  runs: present(set.runs),
  shipments: present(set.shipments),
});
