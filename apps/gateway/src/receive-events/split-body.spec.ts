import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatOf, splitBody } from './split-body.js';

describe('formatOf', () => {
  it.each([
    ['application/cloudevents+json', 'event'],
    ['application/json; charset=utf-8', 'event'],
    ['Application/CloudEvents-Batch+JSON;charset="UTF-8"', 'batch'],
    ['application/x-ndjson', 'lines'],
    ['application/json; charset=latin1', undefined],
    ['text/plain', undefined],
    [undefined, undefined],
  ])('%s is %s', (contentType, format) => {
    expect(formatOf(contentType)).toBe(format);
  });
});

describe('splitBody', () => {
  it('cuts any array into the elements that JSON.parse sees', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 1), (values, indent) => {
        const slices = splitBody(Buffer.from(JSON.stringify(values, null, indent)), 'batch', 99);
        expect(slices.map((slice) => JSON.parse(slice.toString()) as unknown)).toEqual(
          JSON.parse(JSON.stringify(values)),
        );
      }),
    );
  });

  it.each(['batch', 'lines'] as const)(
    'of a %s cuts one more than may be, and no more',
    (format) => {
      const body = format === 'batch' ? `[${'1,'.repeat(9)}1` : '1\n'.repeat(10);
      expect(splitBody(Buffer.from(body), format, 4)).toHaveLength(5);
    },
  );

  it('never lets a changed array pass whose elements all parse, unless it is one', () => {
    const text = '[{"a":[1,"]"]},"x",{"b":{}}]';
    fc.assert(
      fc.property(
        fc.nat(text.length),
        fc.constantFrom('', ',', ']', '[', '{', '}', '"', ' ', '1'),
        fc.boolean(),
        (at, insert, cut) => {
          const changed = cut ? text.slice(0, at) : text.slice(0, at) + insert + text.slice(at);
          const passes = (work: () => unknown): boolean => {
            try {
              work();
              return true;
            } catch {
              return false;
            }
          };
          const parse = (): unknown => {
            const value: unknown = JSON.parse(changed);
            if (!Array.isArray(value)) throw new TypeError('no array');
            return value;
          };
          const split = (): unknown =>
            splitBody(Buffer.from(changed), 'batch', 99).map((slice): unknown =>
              JSON.parse(slice.toString()),
            );
          expect([changed, passes(split)]).toEqual([changed, passes(parse)]);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
