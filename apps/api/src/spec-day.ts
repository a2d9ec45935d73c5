import type { StreamRecord } from '#custody';
import { SITE, Station, adoption, stream } from '../../../test/arbitraries/site-stream.js';

export const RUN = `${SITE}.run-1`;
export const LOT = `${SITE}.lot-1`;
export const STEEL = `${SITE}.lot-101`;

const frame = {
  scan: {
    runId: RUN,
    offsetMs: [0, 1, 2],
    massMg: [400, null, 100],
    massMethod: 'volume-model' as const,
    massUncertaintyPpm: 80_000,
    outlet: [0, 0, 1],
    ppm: { Cu: [1_810, 2_000, 214_000] },
    sensorModel: 'xrf-belt-1',
    calibrationId: 'cal-1',
    recipe: 'steel-1',
  },
  classification: {
    model: 'bayes-1',
    modelDigest: '9a'.repeat(32),
    classes: ['carbon-steel', 'copper-bearing'],
    flags: [],
    class: [0, 0, 1],
    confidencePpm: [1, 2, 3],
    flagged: [],
  },
};

const delivered = {
  lotId: LOT,
  stream: 'steel' as const,
  declaredGrade: 'E40',
  ewc: '191001',
  origin: 'yard',
  massMg: 1_000_000,
  uncertaintyMg: 140,
};

/** A delivery, a run of two frames whose figures leave something over, a dispatch of too much. */
export function day(): StreamRecord[] {
  const [gate, line, belt, sorter, floor] = ['gate', 'line', 'belt', 'sorter', 'floor'].map(
    (name) => new Station(name),
  ) as [Station, Station, Station, Station, Station];
  const container = (outlet: number, massMg: number) =>
    floor.say('containerWeighed', RUN, {
      runId: RUN,
      outlet,
      containerId: 'skip',
      scaleId: 'floor-1',
      massMg,
      uncertaintyMg: 300,
    });
  return stream([
    adoption(),
    gate.say('deliveryCompleted', `${SITE}.visit-1`, {
      visitId: `${SITE}.visit-1`,
      lines: [delivered, { ...delivered, lotId: `${SITE}.lot-2`, massMg: 2_000_000 }],
    }),
    line.say('runStarted', RUN, {
      runId: RUN,
      lineId: 'line-1',
      recipe: 'steel-1',
      stream: 'steel',
      inputs: [LOT],
      outlets: [
        { outlet: 0, lotId: STEEL, targetClass: 'carbon-steel', targetGrade: 'E40' },
        { outlet: 1, lotId: `${SITE}.lot-102`, targetClass: 'copper-bearing' },
      ],
    }),
    belt.say('feedMetered', RUN, {
      runId: RUN,
      lotId: LOT,
      cumulativeMg: 1_000_000,
      uncertaintyMg: 400,
      method: 'belt-scale',
      scaleId: 'belt-1',
    }),
    sorter.say('piecesClassified', RUN, frame),
    sorter.say('piecesClassified', RUN, frame),
    container(0, 800_000),
    container(1, 180_000),
    line.say('runClosed', RUN, {
      runId: RUN,
      losses: [{ account: 'dust', massMg: 15_000, uncertaintyMg: 2_000, reason: 'filter' }],
      upTo: [belt, sorter, floor].map(({ source, boot, lastSeq }) => ({
        source,
        boot,
        seq: lastSeq,
      })),
    }),
    gate.say('shipmentDispatched', `${SITE}.shipment-1`, {
      shipmentId: `${SITE}.shipment-1`,
      consignee: 'Mill',
      lines: [{ lotId: STEEL, massMg: 900_000, uncertaintyMg: 100, all: true }],
    }),
  ]);
}
