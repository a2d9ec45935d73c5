import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { vectorsDir } from '../../../test/vectors.js';
import { decodeBase64, leafHash, nodeHash, verifyConsistency, verifyInclusion } from './index.js';

interface Vector {
  [field: string]: unknown;
  desc: string;
  wantErr: boolean;
  proof: string[] | null;
}

interface Case {
  file: string;
  json: Vector;
  /** Exact value of a field whose digits JSON.parse would round. */
  integer: (field: string) => bigint;
  hash: (field: string) => Uint8Array;
  proof: Uint8Array[];
}

// Roots of other lengths are part of the vectors, so any base64 goes, also none.
const bytes = (text: string): Uint8Array => decodeBase64(text) ?? Buffer.from(text, 'base64');

function casesIn(dir: string): Case[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const text = readFileSync(join(dir, file), 'utf8');
      const json = JSON.parse(text) as Vector;
      return {
        file,
        json,
        integer: (field) => BigInt(new RegExp(`"${field}": (\\d+)`).exec(text)![1]!),
        hash: (field) => bytes((json[field] as string | null) ?? ''),
        proof: (json.proof ?? []).map(bytes),
      };
    });
}

describe('vectors of transparency-dev/merkle', () => {
  const dir = vectorsDir('rfc6962');
  if (dir === null) {
    it('are left out: the folder of vectors is absent', () => {
      expect(dir).toBeNull();
    });
    return;
  }
  const inclusion = casesIn(join(dir, 'inclusion'));
  const consistency = casesIn(join(dir, 'consistency'));

  it('are all there', () => {
    expect([inclusion.length, consistency.length]).toEqual([98, 98]);
    const largest = inclusion.filter((c) => c.integer('leafIdx') === 18446744073709551615n);
    expect(largest.length).toBeGreaterThan(0);
  });

  it.each(inclusion.map((c) => [c.file, c] as const))('inclusion %s', (_, c) => {
    const holds = verifyInclusion({
      index: c.integer('leafIdx'),
      size: c.integer('treeSize'),
      leaf: c.hash('leafHash'),
      proof: c.proof,
      root: c.hash('root'),
    });
    expect(holds).toBe(!c.json.wantErr);
  });

  it.each(consistency.map((c) => [c.file, c] as const))('consistency %s', (_, c) => {
    const holds = verifyConsistency({
      size1: c.integer('size1'),
      root1: c.hash('root1'),
      size2: c.integer('size2'),
      root2: c.hash('root2'),
      proof: c.proof,
    });
    expect(holds).toBe(!c.json.wantErr);
  });
});

describe('verification', () => {
  const a = leafHash(Uint8Array.of(1));
  const b = leafHash(Uint8Array.of(2));
  const root = nodeHash(a, b);

  it('takes numbers and bigints', () => {
    expect(verifyInclusion({ index: 1, size: 2n, leaf: b, proof: [a], root })).toBe(true);
    expect(verifyConsistency({ size1: 1n, root1: a, size2: 2, root2: root, proof: [b] })).toBe(
      true,
    );
  });

  it.each([-1, 0.5, NaN, 2 ** 53, Infinity])('is false, not an error, for %d', (value) => {
    expect(verifyInclusion({ index: value, size: 2, leaf: a, proof: [b], root })).toBe(false);
    expect(verifyInclusion({ index: 0, size: value, leaf: a, proof: [b], root })).toBe(false);
    expect(verifyConsistency({ size1: value, root1: a, size2: 2, root2: root, proof: [b] })).toBe(
      false,
    );
    expect(verifyConsistency({ size1: 1, root1: a, size2: value, root2: root, proof: [b] })).toBe(
      false,
    );
  });

  it('is false for hashes of a wrong length', () => {
    const short = a.subarray(1);
    expect(verifyInclusion({ index: 0, size: 2, leaf: short, proof: [b], root })).toBe(false);
    expect(verifyInclusion({ index: 0, size: 2, leaf: a, proof: [b.subarray(1)], root })).toBe(
      false,
    );
    expect(verifyInclusion({ index: 0, size: 1, leaf: short, proof: [], root: short })).toBe(false);
    expect(verifyConsistency({ size1: 1, root1: short, size2: 2, root2: root, proof: [b] })).toBe(
      false,
    );
    expect(
      verifyConsistency({ size1: 1, root1: a, size2: 2, root2: root, proof: [b.subarray(1)] }),
    ).toBe(false);
  });
});
