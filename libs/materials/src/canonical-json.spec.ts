import { describe, expect, it } from '@jest/globals';
import { canonicalJson, digestOf } from './canonical-json.js';

describe('canonicalJson', () => {
  it('orders members by code unit and leaves undefined out', () => {
    expect(canonicalJson({ b: 1, a: [true, null, 'ü'], B: { y: undefined, x: 0.5 } })).toBe(
      '{"B":{"x":0.5},"a":[true,null,"ü"],"b":1}',
    );
  });

  it('refuses what JSON cannot hold', () => {
    expect(() => canonicalJson([NaN])).toThrow(RangeError);
  });
});

describe('digestOf', () => {
  it('does not depend on the order of members', () => {
    expect(digestOf({ a: 1, b: 2 })).toBe(digestOf({ b: 2, a: 1 }));
    // SHA-256 of the two bytes {}.
    expect(digestOf({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });
});
