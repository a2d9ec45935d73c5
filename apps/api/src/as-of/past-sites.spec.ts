import { describe, expect, it } from '@jest/globals';
import { PastSites } from './past-sites.js';
import type { PastSite } from './past-site.js';

const BOUNDS = { entries: 100, kept: 2, waiting: 2 };

const sizeOf = (treeSize: number): PastSite => ({
  siteId: 'north',
  treeSize,
  name: 'North yard',
  streamTime: new Date(0),
  lots: new Map(),
  runs: new Map(),
  shipments: new Map(),
  totals: [],
});

describe('sites as they were known', () => {
  it('are folded once for all who ask, one at a time, and the newest asked for are kept', async () => {
    const folded: number[] = [];
    let running = 0;
    const pasts = new PastSites(async (_siteId, treeSize) => {
      running += 1;
      expect(running).toBe(1);
      await Promise.resolve();
      running -= 1;
      folded.push(treeSize);
      return sizeOf(treeSize);
    }, BOUNDS);
    const ask = async (size: number): Promise<number> => (await pasts.of('north', size)).treeSize;
    expect(await Promise.all([1, 2, 1].map(ask))).toEqual([1, 2, 1]);
    expect(folded).toEqual([1, 2]);
    expect(await ask(3)).toBe(3);
    expect(await ask(1)).toBe(1);
    expect(folded).toEqual([1, 2, 3]);
    expect(await ask(2)).toBe(2);
    expect(folded).toEqual([1, 2, 3, 2]);
  });

  it('are refused beyond the bounds, and folded again after a failure', async () => {
    let fails = true;
    const pasts = new PastSites((_siteId, treeSize) => {
      if (fails) return Promise.reject(new Error('away'));
      return Promise.resolve(sizeOf(treeSize));
    }, BOUNDS);
    await expect(pasts.of('north', 101)).rejects.toThrow('had 101 entries then');
    const asked = [1, 2, 3].map((size) => pasts.of('north', size));
    await expect(pasts.of('north', 4)).rejects.toThrow('try again in a second');
    for (const one of await Promise.allSettled(asked)) expect(one.status).toBe('rejected');
    fails = false;
    expect((await pasts.of('north', 1)).treeSize).toBe(1);
  });
});
