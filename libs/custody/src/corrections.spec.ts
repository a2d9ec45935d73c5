import { beforeEach, describe, expect, it } from '@jest/globals';
import { assay, correct, weighing } from '../../../test/arbitraries/corrections.js';
import { claimOn, closePeriod, conversion, factor } from '../../../test/arbitraries/office-desk.js';
import {
  Day,
  RUN,
  close,
  codesOf,
  container,
  deliver,
  delivery,
  dispatch,
  factNames,
  feed,
  frame,
  id,
  meter,
  runStart,
  ship,
  start,
  weigh,
} from '../../../test/arbitraries/site-day.js';
import { blend } from '../../../test/arbitraries/yard-day.js';
import type { StationEvent } from '../../../test/arbitraries/site-stream.js';
import { balanceMg, noTurnover } from './mass.js';

let day: Day;
beforeEach(() => {
  day = new Day();
});

/** Says something and remembers where it stands in the log. */
function said(event: StationEvent): { event: StationEvent; index: number } {
  return { event, index: day.fold(event).firstIndex };
}
const put = (
  { event, index }: { event: StationEvent; index: number },
  corrected: object | null,
  approvedBy?: string,
) => day.fold(correct(day.office, event, index, corrected, approvedBy));

const heldMg = (account: string): bigint =>
  balanceMg(day.set.office.balances?.get(account) ?? noTurnover());
const lotMg = (lot: string): [lot: bigint, correction: bigint, variance: bigint] => [
  heldMg(`W:lot:${id(lot)}`),
  heldMg(`W:correction:${id(lot)}`),
  heldMg(`W:variance:${id(lot)}`),
];
const ticket = (lines: Record<string, number>) =>
  said(day.gate.say('deliveryCompleted', id('visit-1'), delivery('visit-1', lines)));

describe('a ticket', () => {
  it('that said too little gives its lot the difference, and history stays', () => {
    const wrong = ticket({ 'lot-1': 1_000 });
    const result = put(wrong, delivery('visit-1', { 'lot-1': 1_300 }));
    expect(lotMg('lot-1')).toEqual([1_300n, 0n, 0n]);
    expect(heldMg('W:world-in')).toBe(-1_300n);
    expect(result.postings.map(({ massMg, code }) => [massMg, code])).toEqual([
      [300n, 'correction'],
    ]);
    expect(factNames(result)).toEqual(['exception.raised event-corrected', 'lot.superseded']);
    expect(day.set.lots.get(id('lot-1'))?.receivedMg).toBe(1_300n);
  });

  it('that said too much takes what is there, and the rest from the correction variance', () => {
    const wrong = ticket({ 'lot-1': 1_000 });
    start(day, 'out-1');
    meter(day, 'lot-1', 800);
    put(wrong, delivery('visit-1', { 'lot-1': 500 }));
    expect(lotMg('lot-1')).toEqual([0n, -300n, 0n]);
    put(wrong, delivery('visit-1', { 'lot-1': 900 }));
    expect(lotMg('lot-1')).toEqual([100n, 0n, 0n]);
  });

  it('that never was takes its lots and deductions back, and can come again', () => {
    const wrong = ticket({ 'lot-1': 1_000, 'lot-2': 50 });
    put(wrong, null);
    expect(heldMg('W:world-in')).toBe(0n);
    put(wrong, delivery('visit-1', { 'lot-1': 10 }));
    expect(lotMg('lot-1')).toEqual([10n, 0n, 0n]);
    expect(lotMg('lot-2')).toEqual([0n, 0n, 0n]);
  });

  it('may have named another grade, another lot, other deductions', () => {
    const wrong = ticket({ 'lot-1': 1_000 });
    const right = delivery('visit-1', { 'lot-1': 600, 'lot-2': 300 });
    right.lines[0]!.declaredGrade = 'E6';
    put(wrong, { ...right, deductions: [{ account: 'moisture', massMg: 100, reason: 'rain' }] });
    expect(day.set.lots.get(id('lot-1'))?.materialClass).toBe('E6');
    expect(lotMg('lot-2')).toEqual([300n, 0n, 0n]);
    expect(heldMg(`W:loss-moisture:${id('visit-1')}`)).toBe(100n);
    expect(heldMg('W:world-in')).toBe(-1_000n);
    expect(balanceMg(day.set.totals.get('steel/E40')!.weighed)).toBe(300n);
  });

  it('whose lot was sorted, shipped and claimed is corrected in the open period', () => {
    day.fold(conversion(day.office, [factor(1, 1)]));
    const wrong = ticket({ 'lot-1': 1_000 });
    start(day, 'out-1', 'out-2');
    meter(day, 'lot-1', 1_000);
    weigh(day, 0, 900);
    close(day);
    ship(day, 'shipment-1', 'out-1', 900, true);
    day.fold(claimOn(day.office, 'claim-1', 'out-1', 900));
    day.fold(closePeriod(day.office, 1));
    const { periodFrom } = day.set.site.policy;
    const result = put(wrong, delivery('visit-1', { 'lot-1': 400 }));
    expect(lotMg('lot-1')).toEqual([0n, -600n, 0n]);
    expect(result.postings.every(({ fromIndex }) => fromIndex >= periodFrom)).toBe(true);
    expect(codesOf(result)).toEqual([
      'credits-overdrawn north',
      'event-corrected north.lot-1',
      'upstream-corrected north.out-1',
      'upstream-corrected north.out-2',
      'claim-doubtful north.claim-1',
    ]);
    expect(factNames(result).filter((name) => !name.startsWith('exception'))).toEqual([
      'lot.superseded',
      'lot.superseded',
      'lot.superseded',
      'claim.issued',
    ]);
    expect(day.set.office.claims.get(id('claim-1'))?.doubtful).toBe(true);
  });

  it('of another grade takes back the credits that its input gave', () => {
    day.fold(conversion(day.office, [factor(1, 2)]));
    const wrong = ticket({ 'lot-1': 1_000 });
    start(day, 'out-1');
    meter(day, 'lot-1', 1_000);
    expect(heldMg('C:credit:recycled-steel:1')).toBe(500n);
    const right = delivery('visit-1', { 'lot-1': 1_000 });
    right.lines[0]!.declaredGrade = 'E6';
    put(wrong, right);
    expect(heldMg('C:credit:recycled-steel:1')).toBe(0n);
    put(wrong, delivery('visit-1', { 'lot-1': 1_000 }));
    expect(heldMg('C:credit:recycled-steel:1')).toBe(500n);
  });
});

describe('a run', () => {
  const container1 = (mg: number) =>
    said(day.floor.say('containerWeighed', RUN, container('run-1', 0, mg)));

  it('is balanced anew when a container or a reading of its feed was wrong', () => {
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    start(day, 'out-1', 'out-2');
    const fed = said(day.belt.say('feedMetered', RUN, feed('run-1', 'lot-1', 900)));
    const weighed = container1(800);
    close(day);
    day.wait(120);
    const result = put(weighed, container('run-1', 0, 850));
    expect(factNames(result)).toContain('run.balanced');
    expect(lotMg('out-1')).toEqual([850n, 0n, 0n]);
    expect(heldMg(`W:unaccounted:${RUN}`)).toBe(50n);
    put(fed, feed('run-1', 'lot-1', 870));
    expect(lotMg('lot-1')).toEqual([130n, 0n, 0n]);
    expect(heldMg(`W:unaccounted:${RUN}`)).toBe(20n);
    put(weighed, container('run-1', 1, 850));
    expect([lotMg('out-1'), lotMg('out-2')]).toEqual([
      [0n, 0n, 0n],
      [850n, 0n, 0n],
    ]);
    put(weighed, null);
    expect(heldMg(`W:unaccounted:${RUN}`)).toBe(870n);
    expect(heldMg(`W:run:${RUN}`)).toBe(0n);
    expect(codesOf(put(fed, null))).toEqual([
      `request-refused ${fed.event.attributes.source} ${fed.event.attributes.boot}.1`,
    ]);
  });

  it('has other lots behind its outlets after all', () => {
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    const started = said(day.line.say('runStarted', RUN, runStart('run-1', 'out-1')));
    meter(day, 'lot-1', 900);
    weigh(day, 0, 800);
    const scanned = said(day.sorter.say('piecesClassified', RUN, frame('run-1', [[0, 70]])));
    put(started, runStart('run-1', 'out-9'));
    expect([lotMg('out-1'), lotMg('out-9')]).toEqual([
      [0n, 0n, 0n],
      [800n, 0n, 0n],
    ]);
    expect(heldMg(`E:lot:${id('out-9')}:steel`)).toBe(70n);
    put(scanned, null);
    expect(heldMg(`E:lot:${id('out-9')}:steel`)).toBe(0n);
    expect(day.set.lots.get(id('out-9'))?.pieces).toBe(0n);
    expect(codesOf(put(scanned, null))[0]).toContain('request-refused');
  });

  it('declared other losses', () => {
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    start(day, 'out-1');
    meter(day, 'lot-1', 900);
    weigh(day, 0, 800);
    const losses = (massMg: number) => ({
      runId: RUN,
      losses: [{ account: 'dust' as const, massMg, uncertaintyMg: 1, reason: 'filter' }],
      upTo: [day.belt, day.floor].map(({ source, boot, lastSeq }) => ({
        source,
        boot,
        seq: lastSeq,
      })),
    });
    const closed = said(day.line.say('runClosed', RUN, losses(60)));
    day.wait(120);
    expect(heldMg(`W:unaccounted:${RUN}`)).toBe(40n);
    put(closed, losses(90));
    expect(heldMg(`W:unaccounted:${RUN}`)).toBe(10n);
    expect(heldMg(`W:loss-dust:${RUN}`)).toBe(90n);
  });
});

describe('a shipment', () => {
  it('weighed less or more: the difference comes from where the mass is', () => {
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    const shipped = said(
      day.gate.say('shipmentDispatched', id('s-1'), dispatch('s-1', 'lot-1', 700, false)),
    );
    put(shipped, dispatch('s-1', 'lot-1', 600, false));
    expect(lotMg('lot-1')).toEqual([400n, 0n, 0n]);
    expect(heldMg(`W:transit:${id('s-1')}`)).toBe(600n);
    put(shipped, dispatch('s-1', 'lot-1', 1_100, false));
    expect(lotMg('lot-1')).toEqual([0n, -100n, 0n]);
  });

  it('that never left brings a whole lot back', () => {
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    const shipped = said(
      day.gate.say('shipmentDispatched', id('s-1'), dispatch('s-1', 'lot-1', 990, true)),
    );
    put(shipped, null);
    expect(day.set.lots.get(id('lot-1'))?.status).toBe('open');
    expect(lotMg('lot-1')).toEqual([990n, 0n, 10n]);
    expect(heldMg(`W:transit:${id('s-1')}`)).toBe(0n);
  });
});

describe('weighings, inspections and assays', () => {
  it('are put right without moving mass', () => {
    const gross = said(day.gate.say('weighingRecorded', id('visit-1'), weighing(500)));
    put(gross, weighing(700));
    expect(day.set.visits.get(id('visit-1'))).toMatchObject({ grossMg: 700n, uncertaintyMg2: 25n });
    put(gross, null);
    expect(day.set.visits.get(id('visit-1'))).toMatchObject({ grossMg: null, uncertaintyMg2: 0n });
    deliver(day, 'visit-2', { 'lot-1': 10 });
    const assayed = said(day.lab.say('lotAssayed', id('lot-1'), assay(9_000)));
    const result = put(assayed, assay(900));
    expect(result.postings).toEqual([]);
    expect(day.set.lots.get(id('lot-1'))?.assays).toMatchObject([
      { logIndex: assayed.index, fractions: [{ ppm: 900 }] },
    ]);
    put(assayed, null);
    expect(day.set.lots.get(id('lot-1'))?.assays).toEqual([]);
  });
});

describe('a correction is refused', () => {
  const problemOf = (result: ReturnType<Day['fold']>): string | undefined =>
    result.exceptionsRaised.find(({ code }) => code === 'request-refused')?.figures['problem'];

  it('when nothing of the kind stands there, and changes nothing', () => {
    const wrong = ticket({ 'lot-1': 1_000 });
    const right = delivery('visit-1', { 'lot-1': 5 });
    expect(problemOf(put({ ...wrong, index: 0 }, right))).toContain('at 0 stands');
    expect(problemOf(put({ ...wrong, index: wrong.index + 1 }, right))).toContain('no event');
    expect(problemOf(put({ ...wrong, index: 9_999 }, right))).toContain('no event stands');
    expect(problemOf(put(wrong, { visitId: 'x' }))).toContain('corrected: ');
    expect(lotMg('lot-1')).toEqual([1_000n, 0n, 0n]);
  });

  it('above the limit without a second actor', () => {
    const tonnes = 5_000_000_000;
    const wrong = ticket({ 'lot-1': tonnes });
    const right = delivery('visit-1', { 'lot-1': 1_000 });
    expect(problemOf(put(wrong, right))).toContain('a second actor must approve');
    expect(problemOf(put(wrong, right, 'operator-1'))).toContain('a second actor must approve');
    expect(problemOf(put(wrong, right, 'operator-2'))).toBeUndefined();
    expect(lotMg('lot-1')).toEqual([1_000n, 0n, 0n]);
  });

  it('of a request, of what moved nothing, of lots of another site or ticket', () => {
    const asked = said(closePeriod(day.office, 1));
    expect(problemOf(put(asked, null))).toContain('another request');
    const wrong = ticket({ 'lot-1': 10 });
    deliver(day, 'visit-2', { 'lot-2': 10 });
    expect(problemOf(put(wrong, delivery('visit-1', { 'lot-2': 10 })))).toContain('another ticket');
    const foreign = delivery('visit-1', { 'lot-1': 10 });
    const away = { ...foreign, lines: [{ ...foreign.lines[0]!, lotId: 'south.lot-1' }] };
    expect(problemOf(put(wrong, away))).toContain('of another site');
  });
});

describe('a ticket whose lot was blended, shipped and claimed', () => {
  it('is put right as far as its mass is there, and everything that came of it is told', () => {
    const wrong = ticket({ 'lot-1': 1_000 });
    deliver(day, 'visit-2', { 'lot-2': 500 });
    // Credits come of what another run was fed; the claim is on the blend.
    day.fold(conversion(day.office, [factor(1, 1)]));
    deliver(day, 'visit-3', { 'lot-3': 600 });
    meter(day, 'lot-3', 600);
    blend(day, 'mix', { 'lot-1*': 950, 'lot-2': 400 });
    ship(day, 'shipment-1', 'mix', 1_000);
    const claimed = day.fold(claimOn(day.office, 'claim-1', 'mix', 300));
    expect(factNames(claimed)).toEqual(['claim.issued']);
    // Of the lot 50 mg went on to its successor beyond what the yard stated.
    const result = put(wrong, delivery('visit-1', { 'lot-1': 900 }));
    expect(lotMg('lot-1')).toEqual([0n, -50n, 0n]);
    expect(lotMg('mix')[0]).toBe(350n);
    expect(codesOf(result)).toEqual([
      'event-corrected north.lot-1',
      'upstream-corrected north.mix',
      'claim-doubtful north.claim-1',
    ]);
    expect(factNames(result)).toContain('lot.superseded');
    put(wrong, delivery('visit-1', { 'lot-1': 1_020 }));
    expect(lotMg('lot-1')).toEqual([0n, 0n, 0n]);
    expect(lotMg('mix')[0]).toBe(420n);
    expect(heldMg('W:world-in')).toBe(-2_120n);
  });
});
