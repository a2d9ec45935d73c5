import { describe, expect, it } from '@jest/globals';
import { EVENTS, PoisonError } from '#contracts';
import { OFFICE_EVENTS, type OfficeCall, officeEvent } from './office-entry.js';

const nowMs = Date.parse('2026-11-24T08:00:00.000Z');
const weighing = EVENTS.weighingRecorded.examples[0]!;
const call: OfficeCall = {
  definition: EVENTS.weighingRecorded,
  request: { siteId: 'north', data: { ...weighing } },
  source: 'north.office',
  actor: 'p-17',
  nowMs,
};
const at = (time: string): OfficeCall => ({ ...call, request: { ...call.request, time } });

describe('an entry at the office', () => {
  it('is an event of the office, with its person, by hand', () => {
    expect(officeEvent(call)).toEqual({
      type: 'urbanmine.weighing.recorded.v1',
      subject: weighing.visitId,
      data: weighing,
      time: '2026-11-24T08:00:00.000Z',
      actor: 'p-17',
      entrymode: 'manual',
      dataschema: 'https://w3id.org/urbanmine/schemas/urbanmine.weighing.recorded.v1.json',
    });
  });

  it('is backdated when it happened long before', () => {
    expect(officeEvent(at('2026-11-24T07:50:00Z')).entrymode).toBe('manual');
    expect(officeEvent(at('2026-11-23T16:00:00Z'))).toMatchObject({
      entrymode: 'backdated',
      time: '2026-11-23T16:00:00.000Z',
    });
  });

  it.each([
    ['a time that is none', at('yesterday'), 'time: "yesterday" is no time'],
    ['a time to come', at('2026-11-24T09:00:00Z'), 'time: lies in the future'],
    [
      'another site',
      { ...call, request: { ...call.request, siteId: 'south' } },
      'is not of site "south"',
    ],
    [
      'a member that is not known',
      { ...call, request: { siteId: 'north', data: { ...weighing, weight: 3 } } },
      'weight',
    ],
  ])('is refused with %s', (_what, given, message) => {
    expect(() => officeEvent(given)).toThrow(PoisonError);
    expect(() => officeEvent(given)).toThrow(message);
  });

  it('is everything that a yard needs for a day by hand, and nothing of the machinery', () => {
    expect([...OFFICE_EVENTS.keys()]).toEqual(
      expect.arrayContaining([
        'vehicle.arrived',
        'weighing.recorded',
        'delivery.completed',
        'run.started',
        'feed.metered',
        'container.weighed',
        'run.closed',
        'shipment.dispatched',
        'stock.counted',
        'attachment.recorded',
        'grading.requested',
      ]),
    );
    for (const name of ['station.booted', 'station.sealed', 'event.voided', 'pieces.scanned']) {
      expect(OFFICE_EVENTS.has(name)).toBe(false);
    }
  });
});
