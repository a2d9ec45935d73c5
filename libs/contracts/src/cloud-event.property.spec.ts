import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type EventAttributes,
  PoisonError,
  attributeProblems,
  decodeEntry,
  decodeHeaders,
  decodeStructured,
  encodeEntry,
  encodeHeaders,
} from '#contracts';

/** Attributes that `attributeProblems` accepts. */
const attributes: fc.Arbitrary<EventAttributes> = fc
  .record({
    site: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}$/),
    station: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}$/),
    boot: fc.integer({ min: 0, max: 2 ** 31 }),
    seq: fc.maxSafeNat().map((seq) => Math.max(1, seq)),
    time: fc.date({
      min: new Date('2000-01-01T00:00:00Z'),
      max: new Date('2099-12-31T00:00:00Z'),
      noInvalidDate: true,
    }),
    lot: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,20}$/),
    actor: fc.option(fc.stringMatching(/^[ -~]{1,20}$/), { nil: undefined }),
    entrymode: fc.constantFrom('automatic', 'manual', 'backdated', undefined),
    dataschema: fc.option(fc.webUrl(), { nil: undefined }),
  })
  .map(({ site, station, lot, time, actor, entrymode, dataschema, boot, seq }) => ({
    source: `${site}.${station}`,
    boot,
    seq,
    type: 'urbanmine.lot.assayed.v1',
    time: time.toISOString(),
    subject: `${site}.${lot}`,
    siteid: site,
    ...(actor === undefined ? {} : { actor }),
    ...(entrymode === undefined ? {} : { entrymode }),
    ...(dataschema === undefined ? {} : { dataschema }),
  }));

/** JSON text as a station might write it: any spacing, any escapes. */
const dataText = fc
  .tuple(fc.jsonValue(), fc.constantFrom(undefined, 1, 2, '\t'))
  .map(([value, space]) => JSON.stringify(value, null, space));

const headersAsBuffers = (headers: Record<string, string>): Record<string, Buffer> =>
  Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]));

describe('the CloudEvents codec', () => {
  it('reads back the headers it wrote', () => {
    fc.assert(
      fc.property(attributes, (event) => {
        expect(attributeProblems(event)).toEqual([]);
        expect(decodeHeaders(headersAsBuffers(encodeHeaders(event)))).toEqual(event);
      }),
    );
  });

  it('cuts the data out of a structured event exactly as it was sent', () => {
    fc.assert(
      fc.property(attributes, dataText, fc.boolean(), (event, text, dataFirst) => {
        const head = JSON.stringify({
          specversion: '1.0',
          id: `${event.boot}.${event.seq}`,
          ...event,
        });
        const json = dataFirst
          ? `{ "data" : ${text} , ${head.slice(1)}`
          : `${head.slice(0, -1)},\n"data":${text}}`;
        const decoded = decodeStructured(Buffer.from(json));
        expect(decoded.data.toString()).toBe(text);
        expect(decoded.attributes).toEqual(event);
      }),
    );
  });

  it('reads a log entry back byte for byte', () => {
    fc.assert(
      fc.property(attributes, dataText, (event, text) => {
        const entry = encodeEntry(event, Buffer.from(text));
        const read = decodeEntry(entry);
        expect(read.data.toString()).toBe(text);
        expect(encodeEntry(read.attributes, read.data).equals(entry)).toBe(true);
      }),
    );
  });

  it('refuses every truncation of a structured event', () => {
    fc.assert(
      fc.property(
        attributes,
        dataText,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (a, t, at) => {
          const json = encodeEntry(a, Buffer.from(t));
          const cut = json.subarray(0, Math.floor(at * json.length));
          expect(() => decodeStructured(cut)).toThrow(PoisonError);
        },
      ),
    );
  });
});

const good: EventAttributes = {
  source: 'north.lab',
  boot: 1_795_000_000,
  seq: 3,
  type: 'urbanmine.lot.assayed.v1',
  time: '2026-11-24T08:00:00.000Z',
  subject: 'north.lot-1',
  siteid: 'north',
};

describe('what the codec refuses, and how it says so', () => {
  const structured = (change: Record<string, unknown>): Buffer =>
    Buffer.from(
      JSON.stringify({
        specversion: '1.0',
        id: `${good.boot}.${good.seq}`,
        ...good,
        data: {},
        ...change,
      }),
    );

  it.each([
    ['id is not <boot>.<seq>', { id: '7' }, 'id "7" is not <boot>.<seq>'],
    ['an unknown attribute', { colour: 'red' }, 'unknown attribute: colour'],
    ['a seq in quotes', { seq: '3' }, 'seq: not a number'],
    ['a time without milliseconds', { time: '2026-11-24T08:00:00Z' }, 'time:'],
    ['a time that does not exist', { time: '2026-13-24T08:00:00.000Z' }, 'time:'],
    ['a foreign subject', { subject: 'south.lot-1' }, 'subject:'],
    ['a source of another site', { source: 'south.lab' }, 'is not of site'],
    ['a control character', { actor: 'a\nb' }, 'actor: holds a control character'],
    ['an entry mode of its own', { entrymode: 'guessed' }, 'entrymode:'],
    ['too long attributes', { dataschema: `https://x/${'y'.repeat(1_100)}` }, 'at most 1024'],
  ])('%s', (_what, change, message) => {
    expect(() => decodeStructured(structured(change))).toThrow(message);
  });

  it('a member that stands twice', () => {
    const json = structured({}).toString().replace('"seq":3', '"seq":3,"seq":3');
    expect(() => decodeStructured(Buffer.from(json))).toThrow('the member "seq" stands twice');
  });

  it('bytes that are not UTF-8', () => {
    const json = Buffer.concat([
      structured({}).subarray(0, -1),
      Buffer.from([0x2c, 0x22, 0xff, 0x22]),
    ]);
    expect(() => decodeStructured(json)).toThrow(PoisonError);
  });

  it('a header that stands twice', () => {
    const headers = { ...encodeHeaders(good), ce_seq: ['3', '4'] };
    expect(() => decodeHeaders(headers)).toThrow('header ce_seq stands 2 times');
  });
});
