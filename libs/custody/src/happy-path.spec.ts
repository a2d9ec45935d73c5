import { describe, expect, it } from '@jest/globals';
import {
  type DataOf,
  FACTS,
  decodeBody,
  decodeEntry,
  decodeHeaders,
  encodeHeaders,
} from '#contracts';
import {
  SITE,
  Station,
  adoption,
  calibration,
  emptySite,
  loadAndFold,
  stream,
} from '../../../test/arbitraries/site-stream.js';
import { lotValue, totalValue } from './published.js';
import type { FoldResult } from './model.js';

const VISIT = `${SITE}.visit-1`;
const LOT = `${SITE}.lot-1`;
const RUN = `${SITE}.run-1`;
const STEEL = `${SITE}.lot-101`;
const COPPER = `${SITE}.lot-102`;

/** One tonne comes in, is sorted into two lots, and one of them leaves. */
function day() {
  const gate = new Station('gate');
  const bridge = new Station('bridge');
  const line = new Station('line');
  const belt = new Station('belt');
  const sorter = new Station('sorter');
  const floor = new Station('floor');
  const lab = new Station('lab');
  const frame: DataOf<'piecesClassified'> = {
    scan: {
      runId: RUN,
      offsetMs: [0, 1, 2, 3],
      massMg: [400, null, 100, 500],
      massMethod: 'volume-model',
      massUncertaintyPpm: 80_000,
      outlet: [0, 0, 1, 0],
      ppm: { Cu: [1, 2, 3, 4] },
      sensorModel: 'xrf-1',
      calibrationId: 'cal-1',
      recipe: 'steel-1',
    },
    classification: {
      model: 'bayes-1',
      modelDigest: '9a'.repeat(32),
      classes: ['steel', 'constructor'],
      flags: [],
      class: [0, 0, 1, 1],
      confidencePpm: [1, 2, 3, 4],
      flagged: [],
    },
  };
  const events = [
    adoption(),
    gate.say('vehicleArrived', VISIT, { visitId: VISIT, direction: 'inbound' }),
    bridge.say('weighingRecorded', VISIT, {
      visitId: VISIT,
      weighing: 'gross',
      scaleId: 's',
      massMg: 3_000_000,
      uncertaintyMg: 100,
    }),
    bridge.say('weighingRecorded', VISIT, {
      visitId: VISIT,
      weighing: 'tare',
      scaleId: 's',
      massMg: 1_990_000,
      uncertaintyMg: 100,
    }),
    gate.say('deliveryCompleted', VISIT, {
      visitId: VISIT,
      lines: [
        {
          lotId: LOT,
          stream: 'steel',
          declaredGrade: 'E40',
          ewc: '191001',
          origin: 'yard',
          massMg: 1_000_000,
          uncertaintyMg: 140,
        },
      ],
      deductions: [{ account: 'moisture', massMg: 10_000, reason: 'rain' }],
    }),
    line.say('runStarted', RUN, {
      runId: RUN,
      lineId: 'line-1',
      recipe: 'steel-1',
      stream: 'steel',
      inputs: [LOT],
      outlets: [
        { outlet: 0, lotId: STEEL, targetClass: 'steel' },
        { outlet: 1, lotId: COPPER, targetClass: 'copper' },
      ],
    }),
    belt.say('feedMetered', RUN, feed(600_000)),
    sorter.say('piecesClassified', RUN, frame),
    sorter.say('piecesClassified', RUN, frame),
    belt.say('feedMetered', RUN, feed(1_000_000)),
    floor.say('containerWeighed', RUN, container(0, 800_000)),
    floor.say('containerWeighed', RUN, container(1, 180_000)),
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
      lines: [{ lotId: STEEL, massMg: 799_950, uncertaintyMg: 100, all: true }],
    }),
    lab.say('lotAssayed', COPPER, {
      lotId: COPPER,
      assayId: 'a-1',
      method: 'icp',
      sampleMassMg: 10,
      fractions: [{ analyte: 'Cu', ppm: 900_000, uncertaintyPpm: 10 }],
    }),
    calibration(lab),
  ];
  const set = emptySite();
  return { set, events, result: loadAndFold(set, stream(events)) };
}

const feed = (cumulativeMg: number): DataOf<'feedMetered'> => ({
  runId: RUN,
  lotId: LOT,
  cumulativeMg,
  uncertaintyMg: 5_000,
  method: 'belt-scale',
});

const container = (outlet: number, massMg: number): DataOf<'containerWeighed'> => ({
  runId: RUN,
  outlet,
  containerId: 'skip',
  scaleId: 'floor-1',
  massMg,
  uncertaintyMg: 300,
});

const statements = ({ facts }: FoldResult) =>
  facts.map(({ attributes, data }) => [
    attributes.type.replace(/^urbanmine\.custody\.|\.v1$/g, ''),
    JSON.parse(data.toString()) as Record<string, unknown>,
  ]);

describe('a day without trouble', () => {
  it('opens, balances and dispatches, and has nothing to complain of', () => {
    const { result } = day();
    expect(statements(result).map(([name]) => name)).toEqual([
      'lot.opened',
      'run.opened',
      'lot.opened',
      'lot.opened',
      'run.balanced',
      'lot.dispatched',
    ]);
    expect(result.counts).toEqual({
      accepted: 16,
      duplicates: 0,
      unverified: 0,
      equivocations: 0,
      parked: 0,
      lateFills: 0,
      gaps: 0,
      rejected: 0,
      facts: 6,
      pieces: 8,
    });
  });

  it('states the balance of the run, exact to the milligram', () => {
    const { result, set } = day();
    const balance = statements(result).find(([name]) => name === 'run.balanced');
    expect(balance?.[1]).toEqual({
      runId: RUN,
      feedMg: '1000000',
      feedUncertaintyMg: '5000',
      feeds: [{ lotId: LOT, massMg: '1000000', uncertaintyMg: '5000' }],
      outlets: [
        { outlet: 0, lotId: STEEL, massMg: '800000', uncertaintyMg: '300' },
        { outlet: 1, lotId: COPPER, massMg: '180000', uncertaintyMg: '300' },
      ],
      losses: [{ account: 'dust', massMg: '15000', uncertaintyMg: '2000' }],
      unaccountedMg: '5000',
      unaccountedUncertaintyMg: '5402',
      marks: 'reached',
      restsOn: 16,
    });
    expect(set.runs.get(RUN)?.status).toBe('balanced');
    expect(result.turnovers.get(`W:run:${RUN}`)).toEqual({
      debitsMg: 1_000_000n,
      creditsMg: 1_000_000n,
    });
  });

  it('keeps lots, totals and estimates', () => {
    const { set } = day();
    expect(lotValue(set.lots.get(STEEL)!, SITE)).toEqual({
      siteId: SITE,
      lotId: STEEL,
      stream: 'steel',
      materialClass: 'steel',
      status: 'dispatched',
      model: 'identity-preserved',
      weighedMg: '0',
      receivedMg: '800000',
      dispatchedMg: '799950',
      estimatedMg: { constructor: '1000', steel: '800' },
      logIndex: 18,
    });
    expect(set.lots.get(STEEL)?.variance).toEqual({ debitsMg: 50n, creditsMg: 0n });
    expect(set.lots.get(STEEL)?.parents).toEqual([LOT]);
    expect(set.lots.get(COPPER)?.assays).toHaveLength(1);
    expect(totalValue(set.totals.get('steel/steel')!, SITE)).toMatchObject({
      weighed: { debitsMg: '800000', creditsMg: '800000' },
      estimated: { debitsMg: '800', creditsMg: '0' },
      pieces: '4',
    });
  });

  it('nets the frames of a call into one posting that names their range', () => {
    const { result } = day();
    expect(result.postings.filter(({ code }) => code === 'scan')).toEqual([
      {
        debit: `E:lot:${STEEL}:steel`,
        credit: `E:run:${RUN}`,
        massMg: 800n,
        code: 'scan',
        fromIndex: 11,
        toIndex: 13,
      },
      {
        debit: `E:lot:${COPPER}:constructor`,
        credit: `E:run:${RUN}`,
        massMg: 200n,
        code: 'scan',
        fromIndex: 11,
        toIndex: 13,
      },
      {
        debit: `E:lot:${STEEL}:constructor`,
        credit: `E:run:${RUN}`,
        massMg: 1_000n,
        code: 'scan',
        fromIndex: 11,
        toIndex: 13,
      },
    ]);
  });

  it('writes facts that their own schemas accept, member for member, at the index they name', () => {
    const { result } = day();
    for (const stated of result.facts) {
      const { type } = stated.attributes;
      const text = stated.data.toString();
      expect(Object.values(FACTS).map((fact) => fact.type)).toContain(type);
      expect(JSON.stringify(decodeBody(type, JSON.parse(text)).data)).toBe(text);
      expect(decodeHeaders(encodeHeaders(stated.attributes))).toEqual(stated.attributes);
      const entry = decodeEntry(result.entries[stated.logIndex - result.firstIndex]!);
      expect(entry.attributes).toEqual(stated.attributes);
      expect(entry.data.equals(stated.data)).toBe(true);
    }
  });
});
