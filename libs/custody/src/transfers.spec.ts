import { describe, expect, it } from '@jest/globals';
import { type DataOf, type ExceptionCode, decodeBody } from '#contracts';
import {
  SITE,
  Station,
  type StationEvent,
  adoption,
  emptySite,
  loadAndFold,
  stream,
} from '../../../test/arbitraries/site-stream.js';
import { balanceMg } from './mass.js';
import type { FoldResult } from './model.js';

const gate = (): Station => new Station('gate');
const office = (): Station => new Station('office');
const south = (): Station => new Station('ledger', 1, 'south/ledger');

const LOT = `${SITE}.lot-1`;
const SHIPMENT = `${SITE}.shipment-1`;

const delivered = (by: Station, massMg = 1_000): StationEvent =>
  by.say('deliveryCompleted', `${SITE}.visit-1`, {
    visitId: `${SITE}.visit-1`,
    lines: [
      {
        lotId: LOT,
        stream: 'steel',
        declaredGrade: 'E40',
        ewc: '191001',
        origin: 'yard',
        massMg,
        uncertaintyMg: 3,
      },
    ],
  });

const dispatched = (
  by: Station,
  massMg = 900,
  more: Partial<DataOf<'shipmentDispatched'>> = {},
): StationEvent =>
  by.say('shipmentDispatched', SHIPMENT, {
    shipmentId: SHIPMENT,
    consignee: 'South yard',
    lines: [{ lotId: LOT, massMg, uncertaintyMg: 3, all: false }],
    ...more,
  });

const notified = (
  by: Station,
  acceptedMg: number,
  more: Partial<DataOf<'transferNotified'>> = {},
): StationEvent =>
  by.say('transferNotified', SHIPMENT, {
    shipmentId: SHIPMENT,
    receiptId: 'south.receipt-1',
    verdict: 'accepted',
    lots: [],
    acceptedMg,
    uncertaintyMg: 4,
    remainder: 'none',
    logIndex: 7,
    ...more,
  });

const received = (
  by: Station,
  shipmentId: string,
  more: Partial<DataOf<'shipmentReceived'>> = {},
): StationEvent =>
  by.say('shipmentReceived', `${SITE}.receipt-1`, {
    receiptId: `${SITE}.receipt-1`,
    shipmentId,
    verdict: 'accepted',
    lines: [],
    acceptedMg: 880,
    uncertaintyMg: 4,
    remainder: 'none',
    ...more,
  });

const returned = (by: Station, massMg: number, remainder: 'none' | 'to-follow'): StationEvent =>
  by.say('shipmentReturned', SHIPMENT, {
    shipmentId: SHIPMENT,
    returnId: `${SITE}.return-1`,
    reason: 'sealed container',
    lines: [
      {
        lotId: `${SITE}.lot-back`,
        fromLotId: LOT,
        stream: 'steel',
        declaredGrade: 'E40',
        ewc: '191001',
        massMg,
        uncertaintyMg: 3,
      },
    ],
    remainder,
  });

const foldAll = (...events: readonly StationEvent[]): FoldResult =>
  loadAndFold(emptySite(), stream([adoption(), ...events]));

const held = ({ turnovers }: FoldResult, account: string): bigint =>
  balanceMg(turnovers.get(account) ?? { debitsMg: 0n, creditsMg: 0n });

const codes = (result: FoldResult): ExceptionCode[] =>
  result.exceptionsRaised.map(({ code }) => code);

const factsOf = <Key extends 'transferReconciled' | 'lotReceived'>(
  { facts }: FoldResult,
  key: Key,
): DataOf<Key>[] =>
  facts.flatMap(({ attributes, data }) => {
    const typed = decodeBody(attributes.type, JSON.parse(data.toString()));
    return typed.key === key ? [typed.data as DataOf<Key>] : [];
  });

describe('a shipment to another site', () => {
  it('is pending until the other ledger says that it was received', () => {
    const by = gate();
    const pending = foldAll(delivered(by), dispatched(by));
    expect(held(pending, `W:transit:${SHIPMENT}`)).toBe(900n);
    expect(factsOf(pending, 'transferReconciled')).toEqual([]);

    const again = gate();
    const posted = foldAll(delivered(again), dispatched(again), notified(south(), 890));
    expect(held(posted, `W:transit:${SHIPMENT}`)).toBe(0n);
    expect(held(posted, 'W:world-out')).toBe(890n);
    expect(held(posted, `W:transit-variance:${SHIPMENT}`)).toBe(10n);
    expect(codes(posted)).toEqual([]);
    expect(factsOf(posted, 'transferReconciled')).toEqual([
      {
        shipmentId: SHIPMENT,
        dispatchedMg: '900',
        acceptedMg: '890',
        deductedMg: '0',
        returnedMg: '0',
        differenceMg: '10',
        uncertaintyMg: '5',
        withinTolerance: true,
        receipts: 1,
        restsOn: 5,
      },
    ]);
  });

  it('names a difference that no scale explains, and deductions by their account', () => {
    const by = gate();
    const deductions = [{ account: 'moisture' as const, massMg: 40, reason: 'rain' }];
    const result = foldAll(
      delivered(by),
      dispatched(by),
      notified(south(), 800, { verdict: 'downgraded', deductions }),
    );
    expect(held(result, `W:loss-moisture:${SHIPMENT}`)).toBe(40n);
    expect(held(result, `W:transit-variance:${SHIPMENT}`)).toBe(60n);
    expect(codes(result)).toEqual(['transit-difference']);
    expect(factsOf(result, 'transferReconciled')[0]).toMatchObject({
      deductedMg: '40',
      differenceMg: '60',
      withinTolerance: false,
    });
  });

  it('comes in several loads, of which the last one ends it', () => {
    const by = gate();
    const peer = south();
    const result = foldAll(
      delivered(by),
      dispatched(by),
      notified(peer, 450, { remainder: 'to-follow' }),
      notified(peer, 452, { receiptId: 'south.receipt-2' }),
    );
    expect(held(result, `W:transit-variance:${SHIPMENT}`)).toBe(-2n);
    expect(factsOf(result, 'transferReconciled')).toHaveLength(1);
    expect(factsOf(result, 'transferReconciled')[0]).toMatchObject({
      receipts: 2,
      differenceMg: '-2',
    });
  });

  it('is the same whichever end speaks first', () => {
    const by = gate();
    const result = foldAll(notified(south(), 890), delivered(by), dispatched(by));
    expect(codes(result)).toEqual(['unknown-shipment']);
    expect(result.exceptionsClosed).toMatchObject([{ reason: 'shipment-dispatched' }]);
    expect(held(result, 'W:world-out')).toBe(890n);
    expect(factsOf(result, 'transferReconciled')).toHaveLength(1);
  });

  it('is posted once: a receipt that comes again changes nothing', () => {
    const by = gate();
    const peer = south();
    const result = foldAll(delivered(by), dispatched(by), notified(peer, 890), notified(peer, 890));
    expect(held(result, 'W:world-out')).toBe(890n);
    expect(codes(result)).toEqual(['reference-conflict']);
  });

  it('can be received by the site alone that it goes to', () => {
    const by = gate();
    const result = foldAll(
      received(office(), SHIPMENT),
      delivered(by),
      dispatched(by, 900, { consigneeSite: 'south' }),
    );
    expect(codes(result)).toEqual(['unknown-shipment', 'reference-conflict']);
    expect(held(result, `W:transit:${SHIPMENT}`)).toBe(900n);
    expect(held(result, 'W:world-out')).toBe(0n);
  });
});

describe('a shipment to a mill', () => {
  it('is received by the word of the office', () => {
    const by = gate();
    const result = foldAll(delivered(by), dispatched(by), received(office(), SHIPMENT));
    expect(held(result, 'W:world-out')).toBe(880n);
    expect(codes(result)).toEqual(['transit-difference']);
    expect(result.notices).toEqual([]);
  });
});

describe('a shipment that comes back', () => {
  it('goes into a lot linked to the one that left', () => {
    const by = gate();
    const rejected = { verdict: 'rejected' as const, remainder: 'sent-back' as const };
    const result = foldAll(
      delivered(by),
      dispatched(by),
      notified(south(), 0, rejected),
      returned(by, 898, 'none'),
    );
    expect(held(result, `W:lot:${SITE}.lot-back`)).toBe(898n);
    expect(held(result, `W:transit:${SHIPMENT}`)).toBe(0n);
    expect(held(result, `W:transit-variance:${SHIPMENT}`)).toBe(2n);
    const back = result.changed.lots.find(({ lotId }) => lotId === `${SITE}.lot-back`);
    expect(back).toMatchObject({ origin: 'return', parents: [LOT] });
    expect(factsOf(result, 'transferReconciled')).toMatchObject([{ returnedMg: '898' }]);
  });
});

describe('a shipment of another site', () => {
  it('opens lots of this one, linked, and its ledger is to be told', () => {
    const shipmentId = 'west.shipment-9';
    const by = gate();
    const line = {
      lotId: `${SITE}.lot-in`,
      fromLotId: 'west.lot-3',
      stream: 'steel' as const,
      declaredGrade: 'E3',
      downgradedFrom: 'E40',
      ewc: '191001',
      origin: 'West yard',
      massMg: 880,
      uncertaintyMg: 4,
    };
    const deductions = [{ account: 'residue' as const, massMg: 15, reason: 'dirt' }];
    const result = foldAll(received(by, shipmentId, { lines: [line], deductions }));
    expect(held(result, `W:lot:${SITE}.lot-in`)).toBe(880n);
    expect(held(result, `W:loss-residue:${SITE}.receipt-1`)).toBe(15n);
    expect(held(result, 'W:world-in')).toBe(-895n);
    expect(factsOf(result, 'lotReceived')).toMatchObject([
      { fromLotId: 'west.lot-3', massMg: '880', downgradedFrom: 'E40' },
    ]);
    const [notice] = result.notices;
    expect(notice).toMatchObject({
      destination: 'west',
      seq: 1,
      attributes: { source: 'north/ledger', boot: 1, seq: 1, siteid: 'west', subject: shipmentId },
    });
    const typed = decodeBody(notice!.attributes.type, JSON.parse(notice!.data.toString()));
    expect(JSON.stringify(typed.data)).toBe(notice!.data.toString());
    expect(typed.data).toMatchObject({ acceptedMg: 880, remainder: 'none', logIndex: 1 });
  });

  it('numbers what each other site is told for itself', () => {
    const by = gate();
    const of = (shipmentId: string, receiptId: string): StationEvent =>
      by.say('shipmentReceived', receiptId, {
        receiptId,
        shipmentId,
        verdict: 'rejected',
        lines: [],
        acceptedMg: 0,
        uncertaintyMg: 0,
        remainder: 'sent-back',
      });
    const { notices } = foldAll(
      of('west.shipment-1', `${SITE}.receipt-1`),
      of('east.shipment-1', `${SITE}.receipt-2`),
      of('west.shipment-2', `${SITE}.receipt-3`),
      of('west.shipment-2', `${SITE}.receipt-3`),
    );
    expect(notices.map(({ destination, seq }) => `${destination} ${seq}`)).toEqual([
      'west 1',
      'east 1',
      'west 2',
    ]);
  });

  it('brings no mass that is in no lot', () => {
    const result = foldAll(received(gate(), 'west.shipment-9'));
    expect(codes(result)).toEqual(['body-invalid']);
    expect(result.notices).toEqual([]);
  });
});
