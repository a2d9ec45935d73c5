import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { vectorsDir } from '../../../test/vectors.js';
import {
  MemoryTiles,
  consistencyProof,
  decodeBundle,
  ed25519Verifier,
  emptyFrontier,
  encodeBundle,
  entriesPath,
  formatCheckpoint,
  integrate,
  leafHash,
  openCheckpoint,
  tilePath,
  verifyConsistency,
} from './index.js';

const ORIGIN = 'example.com/log/testdata';
const VKEY = 'example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx';

describe('log of sizes 0 to 15 written by transparency-dev/tessera', () => {
  const dir = vectorsDir('tlog');
  if (dir === null) {
    it('is left out: the folder of vectors is absent', () => {
      expect(dir).toBeNull();
    });
    return;
  }
  const read = (path: string): Buffer => readFileSync(join(dir, 'log', path));
  const open = (size: number) =>
    openCheckpoint(read(`checkpoint.${size}`), ORIGIN, [ed25519Verifier(VKEY)]);
  const entries = decodeBundle(read(entriesPath(0, 15)));

  it.each(Array.from({ length: 16 }, (_, size) => size))(
    'size %i: signature, root, tile',
    (size) => {
      const { frontier, root, tiles } = integrate(
        emptyFrontier(),
        entries.slice(0, size).map(leafHash),
      );
      expect(frontier.size).toBe(size);
      const checkpoint = open(size);
      expect(checkpoint.note.text).toBe(formatCheckpoint({ origin: ORIGIN, size, root }));
      if (size === 0) return;
      expect(Buffer.from(tiles[0]!.data).equals(read(tilePath(0, 0, size)))).toBe(true);
      const bundle = read(entriesPath(0, size));
      expect(Buffer.from(encodeBundle(entries.slice(0, size))).equals(bundle)).toBe(true);
    },
  );

  it('is consistent from every size to every later one', () => {
    const tiles = new MemoryTiles();
    tiles.append(integrate(emptyFrontier(), entries.map(leafHash)).tiles);
    for (let size1 = 1; size1 <= 15; size1++) {
      for (let size2 = size1; size2 <= 15; size2++) {
        const [root1, root2] = [open(size1).root, open(size2).root];
        const proof = consistencyProof(size1, size2, tiles.read);
        expect(verifyConsistency({ size1, root1, size2, root2, proof })).toBe(true);
      }
    }
  });
});
