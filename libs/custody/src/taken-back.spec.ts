import { beforeEach, describe, expect, it } from '@jest/globals';
import { correct } from '../../../test/arbitraries/corrections.js';
import {
  Day,
  RUN,
  close,
  codesOf,
  container,
  deliver,
  dispatch,
  id,
  meter,
  runEnd,
  runStart,
  start,
  weigh,
} from '../../../test/arbitraries/site-day.js';
import { BOOT, Station, type StationEvent } from '../../../test/arbitraries/site-stream.js';
import { blend, count, setApart } from '../../../test/arbitraries/yard-day.js';
import { balanceMg } from './mass.js';
import type { LotState } from './model.js';

/** Corrections of events beside which another one says the same. */

let day: Day;
beforeEach(() => {
  day = new Day();
  deliver(day, 'visit-1', { 'lot-1': 1_000 });
});

const lot = (name: string): LotState => day.set.lots.get(id(name))!;
const heldMg = (name: string): bigint => balanceMg(lot(name).weighed);

function said(event: StationEvent): { event: StationEvent; index: number } {
  return { event, index: day.fold(event).firstIndex };
}
const put = ({ event, index }: { event: StationEvent; index: number }, corrected: object | null) =>
  day.fold(correct(day.office, event, index, corrected));

const shipWhole = (massMg: number) =>
  said(day.gate.say('shipmentDispatched', id('s-1'), dispatch('s-1', 'lot-1', massMg, true)));

describe('a lot that was dispatched whole, and was not', () => {
  it('is what it became in the yard, where that was said too', () => {
    const shipped = shipWhole(1_000);
    blend(day, 'blend-1', { 'lot-1*': 0 });
    expect(lot('lot-1').status).toBe('dispatched');
    put(shipped, null);
    expect(lot('lot-1')).toMatchObject({ status: 'consumed', successor: { lotId: id('blend-1') } });
    expect([heldMg('lot-1'), heldMg('blend-1')]).toEqual([0n, 1_000n]);
  });

  it('stays counted', () => {
    const shipped = shipWhole(1_000);
    count(day, 'lot-1', 0);
    put(shipped, dispatch('s-1', 'lot-1', 900, false));
    expect(lot('lot-1')).toMatchObject({ status: 'counted', correctionMg: 100n });
    expect(heldMg('lot-1')).toBe(0n);
  });

  it('stays dispatched by the other shipment', () => {
    const shipped = shipWhole(600);
    const other = dispatch('s-2', 'lot-1', 400, true);
    day.fold(day.gate.say('shipmentDispatched', id('s-2'), other));
    put(shipped, null);
    expect(lot('lot-1').status).toBe('dispatched');
    expect(heldMg('lot-1')).toBe(0n);
  });

  it('is set apart again, if it was', () => {
    setApart(day, 'lot-1', 'a');
    const shipped = shipWhole(1_000);
    put(shipped, null);
    expect(lot('lot-1').status).toBe('quarantined');
  });
});

describe('a run', () => {
  it('that was closed twice at one time is corrected by the event that closed it', () => {
    start(day, 'out-1');
    meter(day, 'lot-1', 500);
    const dust = (massMg: number) => ({
      ...runEnd('run-1', day.belt),
      losses: [{ account: 'dust' as const, massMg, uncertaintyMg: 1, reason: 'filter' }],
    });
    const first = said(day.line.say('runClosed', RUN, dust(60)));
    const second = said(day.line.say('runClosed', RUN, dust(70)));
    day.wait(120);
    expect(codesOf(put(second, dust(90)))).toEqual([expect.stringMatching(/^request-refused/)]);
    expect(codesOf(put(first, dust(90)))).toContain(`event-corrected ${RUN}`);
    const held = day.set.office.balances!.get(`W:run:${RUN}`)!;
    expect(balanceMg(held)).toBe(0n);
  });

  it('that was started twice is corrected by the event that started it', () => {
    start(day, 'out-1');
    const second = said(day.line.say('runStarted', RUN, runStart('run-1', 'out-1')));
    expect(codesOf(put(second, runStart('run-1', 'out-2')))).toEqual([
      expect.stringMatching(/^request-refused/),
    ]);
    close(day);
  });
});

describe('a container of a boot whose end nobody knows', () => {
  it('is corrected like any other, since it was booked', () => {
    start(day, 'out-1');
    weigh(day, 0, 100);
    const late = day.floor.say('containerWeighed', RUN, container('run-1', 0, 500));
    const fresh = new Station('floor', BOOT + 60);
    const booted = { previousBoot: BOOT, previousLastSeq: 'unknown' as const };
    const software = { name: 'edge', version: '1' };
    day.fold(fresh.say('stationBooted', fresh.source, { ...booted, software }));
    expect(codesOf(put(said(late), container('run-1', 0, 400)))).toEqual([
      `event-corrected ${id('out-1')}`,
    ]);
    expect(heldMg('out-1')).toBe(500n);
  });
});

describe('a correction that names where the ledger of another site spoke', () => {
  it('is told what stands there, as an audit will tell it', () => {
    const south = new Station('ledger', 1, 'south/ledger');
    const notice = south.say('transferNotified', id('s-1'), {
      shipmentId: id('s-1'),
      receiptId: 'south.receipt-1',
      verdict: 'accepted',
      lots: [],
      acceptedMg: 5,
      uncertaintyMg: 1,
      remainder: 'none',
      logIndex: 7,
    });
    const { index } = said(notice);
    const weighed = day.floor.say('containerWeighed', RUN, container('run-1', 0, 500));
    const { exceptionsRaised } = put({ event: weighed, index }, null);
    expect(exceptionsRaised).toMatchObject([
      {
        code: 'request-refused',
        figures: { problem: expect.stringContaining(notice.attributes.type) },
      },
    ]);
  });
});
