import { describe, expect, it } from '@jest/globals';
import type { DataOf } from '#contracts';
import { devices } from '../../../test/arbitraries/device-day.js';
import { statesOf } from '../../../test/arbitraries/device-days.js';
import { Day, RUN, dispatch, id, runStart, weigh } from '../../../test/arbitraries/site-day.js';
import { batteryShares } from './battery-shares.js';
import { type WeeeAccounts, deviceCounts, weeeAccounts, weeeMg } from './weee-accounts.js';

/** A laptop (category 2) is opened, two phones (6) are not; outlets: rest, parts, batteries, reuse. */
function opened(): Day {
  const day = new Day();
  const run = runStart('run-1', 'rest', 'parts', 'batteries', 'reuse');
  const outlets = run.outlets.map((one) =>
    one.outlet === 3 ? { ...one, targetClass: 'reuse' } : one,
  );
  day.fold(day.line.say('runStarted', RUN, { ...run, outlets, stream: 'ewaste' }));
  const laptop = {
    product: 'unu-0303',
    restMg: 1_500_000,
    parts: [
      { kind: 'board', massMg: 300_000, outlet: 1 },
      { kind: 'battery-lithium', massMg: 150_000, outlet: 2, hazard: 'lithium' },
      { kind: 'battery-nicd', massMg: 50_000, outlet: 2 },
    ],
  };
  const phone = { product: 'unu-0306', restMg: 90_000, parts: [] };
  const frame = devices('run-1', [laptop, phone, phone]);
  const restOutlet = [0, 0, 3];
  day.fold(day.sorter.say('devicesDismantled', RUN, { ...frame, restOutlet }));
  const masses = [1_590_000, 300_000, 200_000, 90_000];
  masses.forEach((mg, outlet) => weigh(day, outlet, mg));
  return day;
}

const send = (
  day: Day,
  lot: string,
  massMg: number,
  operation?: string,
): DataOf<'shipmentDispatched'> => {
  const sent = dispatch(`to-${lot}`, lot, massMg, true);
  const treatment = operation === undefined ? {} : { treatment: { operation } };
  const told = { ...sent, ...treatment };
  day.fold(day.gate.say('shipmentDispatched', told.shipmentId, told));
  return told;
};

const told = (day: Day, category: string): Record<string, bigint> =>
  Object.fromEntries(
    (Object.entries(weeeAccounts(statesOf(day))) as [string, WeeeAccounts['treated']][])
      .map(([name, holding]): [string, bigint] => [name, weeeMg(holding, category)])
      .filter(([, mg]) => mg !== 0n),
  );

describe('waste equipment by category', () => {
  it('is treated with all that came out of it, hazards beside', () => {
    const day = opened();
    expect(told(day, '2')).toEqual({ treated: 2_000_000n, hazardous: 150_000n, stock: 2_000_000n });
    expect(told(day, '6')).toEqual({ treated: 180_000n, stock: 180_000n });
    expect(deviceCounts(statesOf(day).runs)).toEqual(
      new Map([
        ['2', 1n],
        ['6', 2n],
      ]),
    );
  });

  it('counts where it enters recycling, less what that end did not take', () => {
    const day = opened();
    send(day, 'parts', 300_000, 'R4');
    day.fold(
      day.office.say('shipmentReceived', id('receipt-1'), {
        receiptId: id('receipt-1'),
        shipmentId: id('to-parts'),
        verdict: 'accepted',
        lines: [],
        acceptedMg: 270_000,
        uncertaintyMg: 5,
        deductions: [{ account: 'residue', massMg: 30_000, reason: 'plastics' }],
        remainder: 'none',
      }),
    );
    send(day, 'rest', 1_590_000, 'R12');
    send(day, 'batteries', 200_000, 'D10');
    expect(told(day, '2')).toEqual({
      treated: 2_000_000n,
      hazardous: 150_000n,
      recycling: 270_000n,
      notTaken: 30_000n,
      preliminary: 1_500_000n,
      disposal: 200_000n,
    });
  });

  it('is prepared for re-use where whole devices leave from a lot of that class', () => {
    const day = opened();
    send(day, 'reuse', 90_000);
    send(day, 'rest', 1_590_000);
    expect(told(day, '6')).toEqual({ treated: 180_000n, reuse: 90_000n, unstated: 90_000n });
  });
});

describe('batteries of a lot', () => {
  const sharesOfLot = (day: Day): unknown => {
    const { lots, runs } = statesOf(day);
    return batteryShares(
      lots.find(({ lotId }) => lotId === id('batteries'))!,
      runs,
    );
  };

  it('have the shares that the bench weighed', () => {
    expect(sharesOfLot(opened())).toMatchObject([
      { chemistry: 'lithium', by: 'bench', basis: 'measured', sharePpm: 750_000, count: 1n },
      { chemistry: 'nickel-cadmium', sharePpm: 250_000, massMg: 50_000n },
    ]);
  });

  it('and beside them what an assay found', () => {
    const day = opened();
    day.fold(
      day.lab.say('lotAssayed', id('batteries'), {
        lotId: id('batteries'),
        assayId: 'sort-1',
        method: 'hand-sorting',
        sampleMassMg: 50_000,
        fractions: [
          { analyte: 'lithium-cobalt', ppm: 700_000, uncertaintyPpm: 20_000 },
          { analyte: 'Co', ppm: 140_000, uncertaintyPpm: 5_000 },
        ],
      }),
    );
    expect(sharesOfLot(day)).toMatchObject([
      { by: 'bench' },
      { by: 'bench' },
      { chemistry: 'lithium-cobalt', targetsOf: 'lithium', by: 'assay', uncertaintyPpm: 20_000 },
    ]);
  });
});
