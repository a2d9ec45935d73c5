import { describe, expect, it } from '@jest/globals';
import type { DataOf } from '#contracts';
import { correct } from '../../../test/arbitraries/corrections.js';
import { devices } from '../../../test/arbitraries/device-day.js';
import {
  Day,
  RUN,
  close,
  codesOf,
  deliver,
  delivery,
  dispatch,
  feed,
  id,
  meter,
  runStart,
  start,
  weigh,
} from '../../../test/arbitraries/site-day.js';
import { blend } from '../../../test/arbitraries/yard-day.js';
import { type ElementAccounts, elementAccounts } from './element-accounts.js';
import { type Holding, tallyOf } from './holdings.js';
import type { YardStates } from './lot-flows.js';
import type { FoldResult } from './model.js';

const NG = 1_000_000n;

const present = <State>(states: ReadonlyMap<string, State | null>): State[] =>
  [...states.values()].filter((state) => state !== null);

const statesOf = ({ set }: Day): YardStates => ({
  lots: present(set.lots),
  runs: present(set.runs),
  shipments: present(set.shipments),
});
const accountsOf = (day: Day): ElementAccounts => elementAccounts(statesOf(day));

/** Totals of one element, whole mg. */
const totals = (accounts: ElementAccounts, element: string): Record<string, bigint> =>
  Object.fromEntries(
    (Object.entries(accounts) as [string, Holding][])
      .map(([name, holding]): [string, bigint] => [name, holding.total(element) / NG])
      .filter(([, mg]) => mg !== 0n),
  );

const OPENED = devices('run-1', [
  {
    product: 'unu-0303',
    restMg: 1_500_000,
    parts: [
      { kind: 'magnet', massMg: 10_000, outlet: 1 },
      { kind: 'board', massMg: 300_000, outlet: 2 },
      { kind: 'widget', massMg: 5, outlet: 2 },
    ],
  },
  { product: 'unu-0306', restMg: 90_000, parts: [] },
]);

/** Two devices are taken apart; outlets 0, 1, 2 are rest, magnets and boards. */
function opened(): Day {
  const day = new Day();
  deliver(day, 'visit-1', { 'lot-1': 2_000_000 });
  start(day, 'rest', 'magnets', 'boards');
  meter(day, 'lot-1', 1_905_005);
  day.fold(day.sorter.say('devicesDismantled', RUN, OPENED));
  weigh(day, 0, 1_590_000);
  weigh(day, 1, 10_000);
  weigh(day, 2, 300_005);
  close(day);
  return day;
}

const assay = (day: Day, lot: string, analyte: string, ppm: number, deviation = 0): FoldResult =>
  day.fold(
    day.lab.say('lotAssayed', id(lot), {
      lotId: id(lot),
      assayId: `assay-${lot}-${analyte}`,
      method: 'ICP-OES',
      sampleMassMg: 1_000,
      fractions: [{ analyte, ppm, uncertaintyPpm: deviation }],
    }),
  );

const send = (
  day: Day,
  lot: string,
  massMg: number,
  treatment?: DataOf<'shipmentDispatched'>['treatment'],
  all = true,
): FoldResult =>
  day.fold(
    day.gate.say('shipmentDispatched', id(`to-${lot}`), {
      ...dispatch(`to-${lot}`, lot, massMg, all),
      ...(treatment === undefined ? {} : { treatment }),
    }),
  );

const state = (
  day: Day,
  lot: string,
  recovered: DataOf<'recoveryStated'>['recovered'],
): FoldResult =>
  day.fold(
    day.office.say('recoveryStated', id(`to-${lot}`), {
      shipmentId: id(`to-${lot}`),
      statementId: 'settlement-1',
      process: 'hydrometallurgy',
      recovered,
    }),
  );

describe('neodymium of a magnet', () => {
  it('is contained by the book once the magnet is out, and lies in stock', () => {
    const accounts = accountsOf(opened());
    // 10 g × 229,000 ppm, and 160 mg in the phone that nobody opened.
    expect(totals(accounts, 'Nd')).toEqual({ contained: 2_450n, stock: 2_450n });
    const { byBasis, uncertainty, unstated } = tallyOf(accounts.contained, 'Nd');
    expect(byBasis).toEqual({ measured: 0n, library: 2_450n * NG, declared: 0n });
    expect(uncertainty / 1e6).toBeCloseTo(10_000 * 0.028, 6);
    // The source of the phone states no uncertainty.
    expect(unstated).toBe(160n * NG);
  });

  it('is measured from the assay of the lot on, and what the book said counts no more', () => {
    const day = opened();
    assay(day, 'magnets', 'Nd', 250_000, 5_000);
    const { byBasis, uncertainty } = tallyOf(accountsOf(day).contained, 'Nd');
    expect(byBasis).toEqual({ measured: 2_500n * NG, library: 160n * NG, declared: 0n });
    // The assay's own, and that of the weighed 10 g.
    expect(uncertainty / 1e6).toBeCloseTo(2_500 * Math.hypot(0.02, 10 / 10_000), 6);
  });

  it('is dispatched only to who recovers it, and recovered only when they say so', () => {
    const day = opened();
    send(day, 'magnets', 10_000, { operation: 'R4', recovers: ['Nd', 'Dy'] });
    expect(totals(accountsOf(day), 'Nd')).toEqual({
      contained: 2_450n,
      stock: 160n,
      dispatched: 2_290n,
    });
    expect(totals(accountsOf(day), 'Pr')).toEqual({ contained: 300n, stock: 30n, elsewhere: 270n });
    const stated = { element: 'Nd', massMg: 2_100, uncertaintyMg: 20, basis: 'measured' } as const;
    state(day, 'magnets', [stated]);
    const accounts = accountsOf(day);
    expect(totals(accounts, 'Nd')).toEqual({
      contained: 2_450n,
      stock: 160n,
      dispatched: 2_290n,
      recovered: 2_100n,
      settled: 2_290n,
    });
    expect(tallyOf(accounts.recovered, 'Nd').uncertainty).toBeCloseTo(20e6, 0);
  });

  it('that comes back is neither with the recoverer nor in stock', () => {
    const day = opened();
    send(day, 'magnets', 10_000, { operation: 'R4', recovers: ['Nd'] });
    day.fold(
      day.gate.say('shipmentReturned', id('to-magnets'), {
        shipmentId: id('to-magnets'),
        returnId: id('return-1'),
        reason: 'wrong alloy',
        lines: [
          {
            lotId: id('back'),
            fromLotId: id('magnets'),
            stream: 'ewaste',
            declaredGrade: 'magnet',
            ewc: '160216',
            massMg: 5_000,
            uncertaintyMg: 10,
          },
        ],
        remainder: 'to-follow',
      }),
    );
    expect(totals(accountsOf(day), 'Nd')).toEqual({
      contained: 2_450n,
      stock: 160n,
      dispatched: 1_145n,
      returned: 1_145n,
    });
  });
});

describe('what is known of a lot before it is opened', () => {
  const declared = (day: Day): void => {
    const ticket = delivery('visit-1', { 'lot-1': 1_000_000 });
    const lines = ticket.lines.map((line) => ({
      ...line,
      declaredContents: [{ analyte: 'Pd', ppm: 120, uncertaintyPpm: 12 }],
    }));
    day.fold(day.gate.say('deliveryCompleted', id('visit-1'), { ...ticket, lines }));
  };

  it('stands as declared, and as measured once it was assayed', () => {
    const day = new Day();
    declared(day);
    expect(tallyOf(accountsOf(day).contained, 'Pd').byBasis).toMatchObject({ declared: 120n * NG });
    assay(day, 'lot-1', 'Pd', 90);
    expect(tallyOf(accountsOf(day).contained, 'Pd').byBasis).toEqual({
      measured: 90n * NG,
      library: 0n,
      declared: 0n,
    });
  });

  it('is not contained twice when it is found behind a run: the difference is the process', () => {
    const day = new Day();
    declared(day);
    start(day, 'out');
    meter(day, 'lot-1', 1_000_000);
    weigh(day, 0, 990_000);
    assay(day, 'out', 'Pd', 100);
    expect(totals(accountsOf(day), 'Pd')).toEqual({ contained: 120n, stock: 99n, process: 21n });
  });

  it('is in the process when nobody looks behind the run', () => {
    const day = new Day();
    declared(day);
    start(day, 'out');
    meter(day, 'lot-1', 500_000);
    expect(totals(accountsOf(day), 'Pd')).toEqual({ contained: 120n, stock: 60n, process: 60n });
  });
});

describe('in the yard', () => {
  it('contents go with the mass, and an assay of a blend corrects what its parts were said to hold', () => {
    const day = opened();
    blend(day, 'both', { 'magnets*': 10_000, 'boards*': 300_005 });
    expect(totals(accountsOf(day), 'Nd')).toEqual({ contained: 2_450n, stock: 2_450n });
    assay(day, 'both', 'Nd', 6_000);
    expect(totals(accountsOf(day), 'Nd')).toEqual({ contained: 2_020n, stock: 2_020n });
    const { byBasis } = tallyOf(accountsOf(day).contained, 'Nd');
    expect(byBasis.library).toBe(160n * NG);
  });

  it('lots that go round in a circle keep every nanogram', () => {
    const day = opened();
    blend(day, 'both', { magnets: 10_000, boards: 100_000 });
    blend(day, 'boards', { both: 40_000 });
    const { contained, stock } = totals(accountsOf(day), 'Nd');
    expect(stock).toBe(contained);
  });

  it('a second run takes what it is fed from stock', () => {
    const day = opened();
    day.fold(day.line.say('runStarted', id('run-2'), runStart('run-2', 'powder')));
    day.fold(day.belt.say('feedMetered', id('run-2'), feed('run-2', 'magnets', 5_000)));
    expect(totals(accountsOf(day), 'Nd')).toEqual({
      contained: 2_450n,
      stock: 1_305n,
      process: 1_145n,
    });
  });
});

describe('a statement of a recoverer', () => {
  const tooMuch = [
    { element: 'Nd', massMg: 20_000, uncertaintyMg: 1, basis: 'declared' as const },
  ] as const;

  it('of more than was sent is an exception, whichever of the two comes first', () => {
    const day = opened();
    send(day, 'magnets', 10_000, { operation: 'R4', recovers: ['Nd'] });
    expect(codesOf(state(day, 'magnets', [...tooMuch]))).toEqual([
      `recovery-exceeds-shipment ${id('to-magnets')}`,
    ]);
    const early = opened();
    expect(codesOf(state(early, 'magnets', [...tooMuch]))).toEqual([
      `unknown-shipment ${id('to-magnets')}`,
    ]);
    expect(codesOf(send(early, 'magnets', 10_000))).toContain(
      `recovery-exceeds-shipment ${id('to-magnets')}`,
    );
  });

  it('counts once by its id, and is corrected by the office', () => {
    const day = opened();
    send(day, 'magnets', 10_000);
    const one = { element: 'Nd', massMg: 2_100, uncertaintyMg: 20, basis: 'declared' } as const;
    const said = day.office.say('recoveryStated', id('to-magnets'), {
      shipmentId: id('to-magnets'),
      statementId: 'settlement-0',
      process: 'hydrometallurgy',
      recovered: [one],
    });
    const { firstIndex } = day.fold(said);
    expect(codesOf(state(day, 'magnets', [one]))).toEqual([]);
    expect(codesOf(state(day, 'magnets', [one]))).toEqual([
      `reference-conflict ${id('to-magnets')}`,
    ]);
    expect(totals(accountsOf(day), 'Nd')['recovered']).toBe(4_200n);
    day.fold(correct(day.office, said, firstIndex, null));
    expect(totals(accountsOf(day), 'Nd')['recovered']).toBe(2_100n);
  });
});

it('a frame that is withdrawn takes its contents back', () => {
  const day = new Day();
  start(day, 'rest', 'magnets', 'boards');
  const said = day.sorter.say('devicesDismantled', RUN, OPENED);
  const { firstIndex } = day.fold(said);
  expect(totals(accountsOf(day), 'Nd')['contained']).toBe(2_450n);
  day.fold(correct(day.office, said, firstIndex, null));
  expect(totals(accountsOf(day), 'Nd')).toEqual({});
});
