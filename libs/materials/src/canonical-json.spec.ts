import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { vectorsDir } from '../../../test/vectors.js';
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

describe('the published vectors of RFC 8785', () => {
  const dir = vectorsDir('jcs');
  const names = dir === null ? [] : readdirSync(join(dir, 'input'));

  it('come out byte for byte', () => {
    // Empty only where the clone stands alone; `vectorsDir` has said so.
    expect(names).toHaveLength(dir === null ? 0 : 6);
    for (const name of names) {
      const input: unknown = JSON.parse(readFileSync(join(dir!, 'input', name), 'utf8'));
      const hex = readFileSync(join(dir!, 'outhex', name.replace('.json', '.txt')), 'utf8');
      const made = Buffer.from(canonicalJson(input)).toString('hex');
      expect([name, made]).toEqual([name, hex.replace(/\s/g, '')]);
    }
  });
});

describe('digestOf', () => {
  it('does not depend on the order of members', () => {
    expect(digestOf({ a: 1, b: 2 })).toBe(digestOf({ b: 2, a: 1 }));
    // SHA-256 of the two bytes {}.
    expect(digestOf({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });
});
