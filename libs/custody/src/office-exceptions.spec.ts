import { beforeEach, describe, expect, it } from '@jest/globals';
import { Day, codesOf, deliver, dispatch, id } from '../../../test/arbitraries/site-day.js';
import { Station } from '../../../test/arbitraries/site-stream.js';
import type { FoldResult } from './model.js';

/** What the office may close, and what becomes of it then. */

let day: Day;
let south: Station;
beforeEach(() => {
  day = new Day();
  south = new Station('ledger', 1, 'south/ledger');
  deliver(day, 'visit-1', { 'lot-1': 1_000 });
});

const shipped = (massMg: number): FoldResult =>
  day.fold(day.gate.say('shipmentDispatched', id('s-1'), dispatch('s-1', 'lot-1', massMg, false)));
const received = (receipt: string, acceptedMg: number, uncertaintyMg: number): FoldResult =>
  day.fold(
    south.say('transferNotified', id('s-1'), {
      shipmentId: id('s-1'),
      receiptId: `south.${receipt}`,
      verdict: 'accepted',
      lots: [],
      acceptedMg,
      uncertaintyMg,
      remainder: 'none',
      logIndex: 7,
    }),
  );
const dismiss = ({ exceptionsRaised }: FoldResult): FoldResult => {
  const { exceptionId } = exceptionsRaised.at(-1)!;
  const { office } = day;
  return day.fold(
    office.say('exceptionClosedByOffice', office.source, { exceptionId, reason: 'seen' }),
  );
};

describe('the office', () => {
  it('cannot close that the dispatch of a load is missing: its coming does', () => {
    const early = received('receipt-1', 900, 5);
    expect(codesOf(dismiss(early))).toEqual([expect.stringMatching(/^request-refused/)]);
    expect(shipped(900).exceptionsClosed).toMatchObject([{ reason: 'shipment-dispatched' }]);
  });

  it('closes a difference once: when the ends agree later, it is not closed again', () => {
    shipped(900);
    const different = received('receipt-1', 700, 5);
    expect(codesOf(different)).toEqual([`transit-difference ${id('s-1')}`]);
    expect(dismiss(different).exceptionsClosed).toHaveLength(1);
    expect(received('receipt-2', 200, 5).exceptionsClosed).toEqual([]);
  });

  it('hears of a difference again when a later load does not settle it', () => {
    shipped(900);
    dismiss(received('receipt-1', 700, 5));
    expect(codesOf(received('receipt-2', 50, 5))).toEqual([`transit-difference ${id('s-1')}`]);
  });
});
