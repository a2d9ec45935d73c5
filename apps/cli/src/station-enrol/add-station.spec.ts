import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type SiteRegistry, type StationEntry, encodeRegistry, registryDigest } from '#contracts';
import type { Queryable } from '#database';
import { createStationIdentity, modelSite, registryOf, tokenSha256 } from '#edge';
import { assertSite, keepStationFolder, registryWith } from './add-station.js';

const SITE = modelSite(1);
const REGISTRY = registryOf(
  SITE,
  SITE.stations.map((plan) => createStationIdentity(plan).entry),
);
const PLAN = { source: 'north.scale-3', kind: 'floor-scale', lineId: 'line-1' } as const;

/** A database that holds this version of the site, or no site. */
function holding(registry: SiteRegistry | null, announced = true): Queryable {
  const body = registry === null ? Buffer.alloc(0) : encodeRegistry(registry);
  const row = { body, digest: registryDigest(body), announced, adopted_index: null };
  const rows = registry === null ? [] : [row];
  return { query: () => Promise.resolve({ rows, rowCount: rows.length }) } as unknown as Queryable;
}

let dir: string;
const keep = (): StationEntry => keepStationFolder(PLAN, { dir, gatewayUrl: 'http://g:1' });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'urbanmine-station-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('The folder of a station', () => {
  it('is made once and kept, and only its owner can read it', () => {
    const entry = keep();
    expect(keep()).toEqual(entry);
    const token = readFileSync(join(dir, 'token'), 'utf8').trim();
    expect(entry).toMatchObject({ ...PLAN, tokenSha256: tokenSha256(token) });
    for (const name of ['token', 'key.pem', 'station.json']) {
      expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('is never that of two stations', () => {
    keep();
    const other = { ...PLAN, source: 'north.scale-4' };
    expect(() => keepStationFolder(other, { dir, gatewayUrl: 'http://g:1' })).toThrow(
      'is of north.scale-3; choose another --out',
    );
  });
});

describe('The registry with one station more', () => {
  it('is the next version, and the same one when an earlier run stored it', async () => {
    const entry = keep();
    const next = await registryWith(holding(REGISTRY), entry);
    expect(next).toMatchObject({ siteId: 'north', version: 2 });
    expect(next.stations).toEqual([...REGISTRY.stations, entry]);
    expect(await registryWith(holding(next, false), entry)).toEqual(next);
  });

  it.each([
    ['a site that is not there', null, 'there is no site north'],
    ['a version that waits', { ...REGISTRY, name: 'x' }, 'waits to be announced'],
  ])('is refused for %s', async (_, registry, why) => {
    await expect(registryWith(holding(registry, false), keep())).rejects.toThrow(why);
  });

  it('is refused for a station that has another key, and for a line that is not there', async () => {
    const taken = createStationIdentity(PLAN).entry;
    const registry = { ...REGISTRY, stations: [...REGISTRY.stations, taken] };
    await expect(registryWith(holding(registry), keep())).rejects.toThrow('with other keys');
    await expect(assertSite(holding(REGISTRY), PLAN.source, 'line-9')).rejects.toThrow(
      'its lines: line-1, line-2',
    );
    await expect(assertSite(holding(REGISTRY), PLAN.source, 'line-1')).resolves.toBeUndefined();
  });
});
