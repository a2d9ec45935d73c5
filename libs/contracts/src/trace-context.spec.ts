import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { goodTraceparent, readTraceparent, traceparentOf } from './trace-context.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const DIGITS = Array.from({ length: 16 }, (_, digit) => digit.toString(16));

describe('a traceparent', () => {
  it('names a trace, a span, and whether the trace is recorded', () => {
    expect(readTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      sampled: true,
    });
    expect(readTraceparent(`00-${TRACE}-${SPAN}-02`)).toMatchObject({ sampled: false });
  });

  it('of a later version is read as far as it is known, and goes on in ours', () => {
    expect(goodTraceparent(`cc-${TRACE}-${SPAN}-09-what-the-future-has`)).toBe(
      `00-${TRACE}-${SPAN}-01`,
    );
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 7],
    ['two of them', [`00-${TRACE}-${SPAN}-01`, `00-${TRACE}-${SPAN}-01`]],
    ['no text', ''],
    ['capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['a short trace', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['the trace of nobody', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['the span of nobody', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['the version that is none', `ff-${TRACE}-${SPAN}-01`],
    ['more than version 00 has', `00-${TRACE}-${SPAN}-01-x`],
    ['two lines', `00-${TRACE}-${SPAN}-01\n`],
  ])('that is %s is dropped', (_what, text) => {
    expect(goodTraceparent(text)).toBeUndefined();
  });

  it('is read back as it was said', () => {
    const hex = (length: number): fc.Arbitrary<string> =>
      fc
        .string({
          unit: fc.constantFrom(...DIGITS),
          minLength: length,
          maxLength: length,
        })
        .filter((text) => !/^0+$/.test(text));
    fc.assert(
      fc.property(
        fc.record({ traceId: hex(32), spanId: hex(16), sampled: fc.boolean() }),
        (context) => {
          expect(readTraceparent(traceparentOf(context))).toEqual(context);
        },
      ),
    );
  });
});
