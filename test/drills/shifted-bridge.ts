import { enter } from '../office-day.js';
import type { RunningLine } from '../running-line.js';
import type { Drill } from './drill-case.js';

const TONNE = 1_000_000_000;
const KG = 1_000_000;
const TICKETS = 3;

/** A load leaves over the bridge, which shows 1 % too much, and the mill weighs it right. */
async function sendLoad(line: RunningLine, load: number): Promise<void> {
  const visitId = `north.visit-drill-${load}`;
  const shipmentId = `north.shipment-drill-${load}`;
  const say = (name: string, data: object): Promise<unknown> =>
    enter(line, name, data, `drill-bridge-${load}-${name}`);
  const weigh = (weighing: 'gross' | 'tare', tonnes: number): Promise<unknown> =>
    enter(
      line,
      'weighing.recorded',
      {
        ...{ visitId, weighing, scaleId: 'bridge', uncertaintyMg: 12 * KG },
        massMg: Math.round(1.01 * tonnes * TONNE),
      },
      `drill-bridge-${load}-${weighing}`,
    );
  await weigh('tare', 14);
  await weigh('gross', 38);
  await say('shipment.dispatched', {
    ...{ shipmentId, visitId, consignee: 'a mill' },
    lines: [{ lotId: 'north.lot-drill', massMg: 24 * TONNE, uncertaintyMg: 17 * KG, all: false }],
  });
  await say('shipment.received', {
    ...{ shipmentId, receiptId: `north.receipt-drill-${load}`, verdict: 'accepted' },
    ...{ lines: [], acceptedMg: 24 * TONNE, uncertaintyMg: 17 * KG, remainder: 'none' },
  });
}

export const shiftedBridge: Drill = {
  name: 'shifted-bridge',
  alerts: ['ScaleShifted'],
  what: 'the weighbridge shows 1 % more than the mill, three loads in a row',
  remedy: 'the bridge is adjusted and verified',
  hurry: [],
  async provoke(line) {
    await line.enrol(1);
    for (let load = 1; load <= TICKETS; load++) await sendLoad(line, load);
  },
  async remedyIt(line) {
    const verified = {
      ...{ scaleId: 'bridge', accuracyClass: 'III', intervalMg: 20 * KG, maxMg: 60 * TONNE },
      errors: [{ loadMg: 30 * TONNE, errorMg: 0, uncertaintyMg: KG }],
      ...{ verdict: 'passed', certificate: 'a drill', validUntil: '2099-12-31T00:00:00.000Z' },
    };
    await enter(line, 'scale.verified', verified, 'drill-bridge-verified');
  },
};
