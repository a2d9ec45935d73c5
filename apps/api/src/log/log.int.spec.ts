import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createPool, transaction } from '#database';
import {
  MemoryTiles,
  authenticatedReader,
  cosignatureVerifier,
  decodeBundle,
  ed25519Verifier,
  entriesPath,
  inclusionProof,
  leafHash,
  openCheckpoint,
  tilePath,
  tilesOfSize,
  verifyInclusion,
} from '#tlog';
import { type SpecService, startSpecService } from '../spec-service.js';
import { insertLog } from '../spec-site.js';

const SIZE = 600;
const entries = Array.from({ length: SIZE + 20 }, (_, n) =>
  Buffer.from(`{"entry":${n},"padding":"${'x'.repeat((n * 37) % 400)}"}`),
);

/** What witnesses said; the service passes it on, clients verify it. */
const WITNESSED = [
  ['w2.example', '— w2.example AAAAAAE=\n'],
  ['w1.example', '— w1.example AAAAAAE=\n'],
];

let service: SpecService;

beforeAll(async () => {
  service = await startSpecService();
  const pool = createPool({
    databaseUrl: service.stack.databaseUrl,
    applicationName: 'spec',
    onIdleError: () => undefined,
  });
  await transaction(pool, async (client) => {
    // 20 entries of `south` are committed, but no checkpoint covers them yet.
    await insertLog(client, 'south', entries, [1, 256, 257, 500, SIZE]);
    await insertLog(client, 'edge', entries.slice(0, 257), [256, 257]);
    for (const [name, line] of WITNESSED) {
      await client.query(`INSERT INTO cosignature VALUES ('edge', 257, $1, $2)`, [name, line]);
    }
  });
  await pool.end();
}, 60_000);

afterAll(() => service.close());

async function bytes(path: string): Promise<Buffer> {
  const response = await service.get(path);
  expect([path, response.status]).toEqual([path, 200]);
  return Buffer.from(await response.arrayBuffer());
}

const openOf = async (site: string): Promise<ReturnType<typeof openCheckpoint>> => {
  const [note, key, timeKey] = await Promise.all(
    ['checkpoint', 'key', 'key/time'].map((name) => bytes(`/log/${site}/${name}`)),
  );
  return openCheckpoint(note!, `urbanmine.local/log/${site}`, [
    ed25519Verifier(key!.toString().trimEnd()),
    cosignatureVerifier(timeKey!.toString().trimEnd()),
  ]);
};

/** RFC 9162 2.1.1 by its definition, so that nothing of ours vouches for itself. */
function treeHash(leaves: readonly Buffer[]): Buffer {
  const sha256 = (...parts: readonly Buffer[]): Buffer =>
    createHash('sha256').update(Buffer.concat(parts)).digest();
  if (leaves.length === 1) return sha256(Buffer.of(0), leaves[0]!);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.of(1), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

describe('a log over HTTP', () => {
  it('shows a checkpoint with what witnesses said of it', async () => {
    const { note } = await openOf('edge');
    expect(note.unverified.map(({ name }) => name)).toEqual(['w1.example', 'w2.example']);
    expect((await openOf('south')).note.unverified).toEqual([]);
    const list = JSON.parse((await bytes('/log/edge/checkpoints')).toString()) as {
      items: { size: number; note: string }[];
    };
    expect(list.items.map(({ size, note: text }) => [size, text.includes('w1.example')])).toEqual([
      [257, true],
      [256, false],
    ]);
  });

  it('is verified by a stranger from checkpoint to entries', async () => {
    const { size, root } = await openOf('south');
    expect(size).toBe(SIZE);
    const tiles = new MemoryTiles();
    for (const { level, index, width } of tilesOfSize(size)) {
      const data = await bytes(`/log/south/${tilePath(level, index, width)}`);
      tiles.append([{ level, index, from: 0, data }]);
    }
    const read = authenticatedReader(size, root, tiles.read);
    const leaves: Buffer[] = [];
    for (const { level, index, width } of tilesOfSize(size)) {
      if (level > 0) continue;
      const bundle = decodeBundle(await bytes(`/log/south/${entriesPath(index, width)}`));
      expect(bundle).toHaveLength(width);
      const hashes = read(0, index, width);
      bundle.forEach((entry, i) => {
        expect(Buffer.compare(leafHash(entry), hashes.subarray(i * 32, i * 32 + 32))).toBe(0);
        leaves.push(Buffer.from(entry));
      });
    }
    expect(leaves.map(String)).toEqual(entries.slice(0, SIZE).map(String));
    expect(treeHash(leaves).equals(root)).toBe(true);
    for (let index = 0; index < size; index += 50) {
      const proof = inclusionProof(size, index, read);
      const leaf = leafHash(entries[index]!);
      expect(verifyInclusion({ index, size, leaf, root, proof })).toBe(true);
    }
  });

  it('serves the partial tiles of every size that had a checkpoint', async () => {
    const full = await bytes('/log/south/tile/0/000');
    expect(full).toHaveLength(256 * 32);
    expect((await bytes('/log/south/tile/0/000.p/1')).equals(full.subarray(0, 32))).toBe(true);
    expect(await bytes('/log/edge/tile/1/000.p/1')).toHaveLength(32);
    expect(await bytes('/log/edge/tile/0/001.p/1')).toHaveLength(32);
    expect(await bytes('/log/south/tile/entries/001.p/244')).toEqual(
      (await bytes('/log/south/tile/entries/001')).subarray(
        0,
        (await bytes('/log/south/tile/entries/001.p/244')).length,
      ),
    );
  });

  it.each([
    'south/tile/0/002.p/89', // committed, not signed
    'south/tile/0/002',
    'south/tile/entries/002.p/100',
    'south/tile/2/000.p/1',
    'south/tile/0/000.p/256',
    'south/tile/0/0',
    'south/tile/0/x000/001',
    'south/tile/0/002.p/088',
    'south/tile/0/000/',
    'south/tile/0/%30%30%30',
    'south/tile/entries',
    'south/registry/00',
    'nowhere/checkpoint',
    'nowhere/tile/0/000',
    'nowhere/key',
  ])('has nothing at %s', async (path) => {
    const response = await service.get(`/log/${path}`);
    expect(response.status).toBe(404);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('says what may be kept, and for how long', async () => {
    const heads = async (path: string): Promise<(string | null)[]> => {
      const { headers } = await service.get(`/log/south/${path}`, { 'accept-encoding': 'gzip' });
      return ['content-type', 'cache-control', 'content-encoding'].map((name) => headers.get(name));
    };
    const immutable = 'public, max-age=31536000, immutable';
    expect(await heads('checkpoint')).toEqual([
      'text/plain; charset=utf-8',
      'public, max-age=1',
      null,
    ]);
    expect(await heads('tile/0/000')).toEqual(['application/octet-stream', immutable, null]);
    expect(await heads('tile/entries/000')).toEqual(['application/octet-stream', immutable, null]);
  });

  it('lists its checkpoints page by page, largest first', async () => {
    const sizes: number[] = [];
    let next: string | null = '';
    while (next !== null) {
      const cursor: string = next === '' ? '' : `&cursor=${next}`;
      const response = await service.get(`/log/south/checkpoints?limit=2${cursor}`);
      expect(response.headers.get('urbanmine-tree-size')).toBe(String(SIZE + 20));
      const page = (await response.json()) as {
        items: { size: number; root: string; signedAt: string }[];
        next: string | null;
      };
      sizes.push(...page.items.map(({ size }) => size));
      if (sizes.length === 2) {
        const { root } = await openOf('south');
        expect(page.items[0]!.root).toBe(Buffer.from(root).toString('base64'));
        expect(page.items[0]!.signedAt).toBe(new Date((1_795_000_000 + SIZE) * 1000).toISOString());
      }
      next = page.next;
    }
    expect(sizes).toEqual([SIZE, 500, 257, 256, 1]);
  });
});
