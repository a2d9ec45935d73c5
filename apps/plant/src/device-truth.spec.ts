import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  type ElementAccounts,
  type WorkingSet,
  batteryShares,
  elementAccounts,
  tallyOf,
  weeeAccounts,
  weeeMg,
} from '#custody';
import { type PlantDay, foldDay, playDay, recordOf } from './plant-day.spec-tools.js';

const present = <State>(states: ReadonlyMap<string, State | null>): State[] =>
  [...states.values()].filter((state) => state !== null);

describe('a bench of devices against the truth of the plant', () => {
  let day: PlantDay;
  let set: WorkingSet;
  let accounts: ElementAccounts;

  beforeAll(() => {
    day = playDay({ streams: ['ewaste'], seed: 'day-3', lots: 4, rate: 400 });
    const records = day.events.map((event) => recordOf({ ...event, ingestTimeMs: event.saidAtMs }));
    ({ set } = foldDay(day.registry, records));
    accounts = elementAccounts(statesOf(set));
  }, 60_000);

  const statesOf = ({ lots, runs, shipments }: WorkingSet) => ({
    lots: present(lots),
    runs: present(runs),
    shipments: present(shipments),
  });

  /** True mass of an element in the outlets of the benches' runs, mg. */
  const trueMg = (element: string): number =>
    day.runs
      .flatMap(({ outlets }) => outlets)
      .filter(({ ppm }) => Object.hasOwn(ppm, 'Nd'))
      .reduce((sum, { massMg, ppm }) => sum + (massMg * ppm[element]!) / 1e6, 0);

  it.each(['Nd', 'Co', 'Li'])('holds the %s that magnets and batteries really have', (element) => {
    const { amount, uncertainty, byBasis } = tallyOf(accounts.contained, element);
    const foundMg = Number(amount) / 1e6;
    expect(foundMg).toBeGreaterThan(0);
    expect(byBasis.library + byBasis.measured).toBe(amount);
    expect(Math.abs(foundMg - trueMg(element))).toBeLessThan((3 * uncertainty) / 1e6);
  });

  it('measures the palladium of the boards that were assayed', () => {
    const { amount, uncertainty, byBasis } = tallyOf(accounts.contained, 'Pd');
    expect(byBasis.measured > byBasis.library).toBe(true);
    // What was not taken out of its device stays with the rest, where nobody looks for it.
    expect(Number(amount) / 1e6).toBeLessThan(trueMg('Pd') + (3 * uncertainty) / 1e6);
    expect(Number(amount) / 1e6).toBeGreaterThan(0.85 * trueMg('Pd'));
  });

  it('grades boards by the gold that they really hold', () => {
    const { lots } = statesOf(set);
    const boards = day.runs.flatMap(({ outlets }) =>
      outlets.filter(({ outlet, ppm, weighedMg }) => outlet === 0 && 'Au' in ppm && weighedMg > 0),
    );
    expect(boards.length).toBeGreaterThan(2);
    for (const { lotId, ppm } of boards) {
      const { graded } = lots.find((lot) => lot.lotId === lotId)!;
      expect(graded?.grade).toBe('boards-high');
      // Of 400 g/t, known to some per cent.
      if (ppm['Au']! > 440) expect(graded!.verdict).toBe('accepted');
      if (ppm['Au']! < 360) expect(graded!.verdict).toBe('rejected');
    }
  });

  it('sends batteries to who recovers cobalt, and nothing to who does not', () => {
    const sent = accounts.dispatched.total('Co');
    expect(sent > 0n).toBe(true);
    expect(accounts.dispatched.total('Nd')).toBe(0n);
    expect(accounts.elsewhere.total('Nd') + accounts.stock.total('Nd') > 0n).toBe(true);
    expect(accounts.recovered.total('Nd')).toBe(0n);
  });

  it.each(['Co', 'Li', 'Cu', 'Au', 'Pd'])(
    'has the %s that recoverers got out of what they were sent, beside what was in it',
    (element) => {
      const { amount, uncertainty, byBasis } = tallyOf(accounts.recovered, element);
      expect(byBasis.measured).toBe(amount);
      const rows = day.recoveries.flatMap(({ elements }) =>
        elements.filter((row) => row.element === element),
      );
      const gotMg = rows.reduce((sum, row) => sum + row.trueMg, 0);
      expect(gotMg).toBeGreaterThan(0);
      expect(Math.abs(Number(amount) / 1e6 - gotMg)).toBeLessThan((3 * uncertainty) / 1e6);
      const sent = tallyOf(accounts.dispatched, element);
      const wasThereMg = rows.reduce((sum, row) => sum + row.containedMg, 0);
      expect(gotMg).toBeLessThan(wasThereMg);
      const ofBook = (3 * sent.uncertainty) / 1e6;
      expect(Math.abs(Number(sent.amount) / 1e6 - wasThereMg)).toBeLessThan(ofBook);
      expect(sent.amount <= accounts.contained.total(element)).toBe(true);
    },
  );

  it('treats what the benches weighed of devices, category by category', () => {
    const { treated, hazardous } = weeeAccounts(statesOf(set));
    const treatedMg = treated.names.reduce((sum, name) => sum + weeeMg(treated, name), 0n);
    const fedMg = day.runs
      .filter(({ outlets }) => outlets.some(({ ppm }) => Object.hasOwn(ppm, 'Nd')))
      .reduce((sum, { fedMg: mg, dustMg }) => sum + mg - dustMg, 0);
    // Each device is weighed to some thousandths.
    expect(Math.abs(Number(treatedMg) / fedMg - 1)).toBeLessThan(0.002);
    expect(hazardous.names.length).toBeGreaterThan(0);
  });

  it('knows the battery lots by their chemistry', () => {
    const { lots, runs } = statesOf(set);
    const batteries = lots.filter(({ materialClass }) => materialClass === 'battery-lithium');
    expect(batteries.length).toBeGreaterThan(0);
    for (const lot of batteries.filter(({ receivedMg }) => receivedMg > 0n)) {
      expect(batteryShares(lot, runs)).toMatchObject([
        { chemistry: 'lithium', by: 'bench', sharePpm: 1_000_000 },
      ]);
    }
  });
});
