import { describe, expect, it } from '@jest/globals';
import {
  EVENTS,
  OWN_SOURCE,
  PoisonError,
  attributeBlock,
  decodeBody,
  decodeHeaders,
  decodeStructured,
  encodeHeaders,
  parseJson,
  sha256,
} from '#contracts';
import type { PlacedRecord } from '#kafka';
import { arrival } from '../gateway.spec-tools.js';
import type { Caller } from '../registry/directory.js';
import { checkRecord, rejectIngress } from './check-record.js';

const CALLER: Caller = {
  source: 'north.gate-1',
  siteId: 'north',
  kind: 'gate',
  partition: 3,
  pending: false,
};
const STREAM = 'urbanmine.station-events.v1';
const { attributes, data } = decodeStructured(Buffer.from(arrival(7)));

function record(
  change: Readonly<Record<string, string>> = {},
  value: Buffer | null = data,
): PlacedRecord {
  const headers = { ...encodeHeaders(attributes), ...change };
  return {
    topic: 'urbanmine.ingress.north.gate-1.v1',
    partition: 0,
    offset: 41n,
    timestamp: 1_795_000_000_500,
    key: null,
    value,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
    ),
  };
}

function refusal(bad: PlacedRecord): string {
  try {
    checkRecord(bad, CALLER);
  } catch (error) {
    if (error instanceof PoisonError) return `${error.reason}: ${error.message}`;
    throw error;
  }
  throw new Error('not refused');
}

describe('checkRecord', () => {
  it('takes what a request could have brought, byte for byte', () => {
    expect(checkRecord(record(), CALLER)).toEqual({ attributes, data });
    const typed = { 'content-type': 'application/json; charset=utf-8', 'x-mine': 'kept by nobody' };
    expect(checkRecord(record(typed), CALLER).data).toBe(data);
  });

  it.each<[string, PlacedRecord, RegExp]>([
    ["another's source", record({ ce_source: 'north.gate-2' }), /^source-unknown: /],
    ['another site', record({ ce_siteid: 'south' }), /^attributes-invalid: .*"south"/],
    ['an attribute of its own', record({ ce_colour: 'red' }), /^attributes-invalid: .*ce_colour/],
    ['an id that is none', record({ ce_id: '1.1' }), /^attributes-invalid: id/],
    ['a type of another kind', record({ ce_type: EVENTS.runClosed.type }), /^type-not-allowed: /],
    ['a type of ours', record({ ce_type: EVENTS.recordRejected.type }), /^type-not-allowed: /],
    ['structured mode', record({ 'content-type': 'application/cloudevents+json' }), /^data-not-/],
    ['no value', record({}, null), /^data-not-json: /],
    ['no JSON', record({}, Buffer.from('{"visitId"')), /^data-not-json: /],
    ['white space around', record({}, Buffer.from(`${data.toString()}\n`)), /^data-invalid: .*one/],
    [
      'deep nesting',
      record({}, Buffer.from(`{"a":${'['.repeat(9e4)}${']'.repeat(9e4)}}`)),
      /deeper/,
    ],
    ['a bad body', record({}, Buffer.from('{"visitId":"north.visit-7"}')), /^data-invalid: dir/],
    ['another subject', record({ ce_subject: 'north.visit-8' }), /^attributes-invalid: subject/],
  ])('refuses %s', (_, bad, problem) => {
    expect(refusal(bad)).toMatch(problem);
  });
});

describe('rejectIngress', () => {
  const error = new PoisonError('what was wrong', 'data-invalid');
  const mark = (bad: PlacedRecord) => rejectIngress(bad, error, CALLER, STREAM);

  it('fills the slot that the record names', () => {
    const bad = record({}, Buffer.from('garbage'));
    const { headers, value, ...place } = mark(bad);
    expect(place).toEqual({ topic: STREAM, partition: 3, key: 'north' });
    expect(decodeHeaders(headers!)).toEqual({ ...attributes, type: EVENTS.recordRejected.type });
    expect(decodeBody(EVENTS.recordRejected.type, parseJson(value!)).data).toEqual({
      topic: bad.topic,
      partition: 0,
      offset: '41',
      rawSha256: sha256(Buffer.from('garbage')).toString('hex'),
      reason: 'data-invalid',
      attributesSha256: sha256(attributeBlock(attributes)).toString('hex'),
    });
  });

  it.each([
    ['unreadable headers', { ce_seq: 'x' }],
    ["another's slot", { ce_source: 'north.gate-2' }],
    ['a boot that is none', { ce_boot: '0', ce_id: '0.7' }],
  ])('speaks for the topic of the station, by its place, for %s', (_, change) => {
    const bad = record(change);
    const own = decodeHeaders(mark(bad).headers!);
    expect(own).toMatchObject({
      source: 'north/gateway.gate-1',
      boot: 0,
      seq: 42,
      siteid: 'north',
    });
    expect(own.source).toMatch(OWN_SOURCE);
    expect(own.subject).toBe(own.source);
    expect(mark(bad)).toEqual(mark(bad));
  });

  it.each([-1, 9e15])('survives the time %d of a topic that has no times of the broker', (time) => {
    expect(() => mark({ ...record({ ce_seq: 'x' }), timestamp: time })).not.toThrow();
    expect(() =>
      decodeHeaders(mark({ ...record({ ce_seq: 'x' }), timestamp: time }).headers!),
    ).not.toThrow();
  });
});
