import { describe, expect, it } from '@jest/globals';
import {
  type SiteRegistry,
  type StationKind,
  encodeRegistry,
  registryDigest,
  sha256,
} from '#contracts';
import { Directory, type RegistryVersion } from './directory.js';

const station = (
  source: string,
  kind: StationKind,
  token: string,
): SiteRegistry['stations'][0] => ({
  source,
  kind,
  publicKey: Buffer.alloc(32).toString('base64'),
  tokenSha256: sha256(Buffer.from(token)).toString('hex'),
});

function version(
  siteId: string,
  number: number,
  announced: boolean,
  stations: SiteRegistry['stations'],
): RegistryVersion {
  const body = encodeRegistry({
    siteId,
    version: number,
    name: siteId,
    partition: 3,
    lines: [],
    scales: [],
    stations,
  });
  return { siteId, version: number, digest: registryDigest(body), announced, body };
}

describe('Directory', () => {
  it('knows whose token it is', () => {
    const directory = new Directory([
      version('north', 1, true, [station('north.gate-1', 'gate', 'secret')]),
    ]);
    expect(directory.callerOf('secret')).toEqual({
      source: 'north.gate-1',
      siteId: 'north',
      kind: 'gate',
      partition: 3,
      pending: false,
    });
    expect(directory.callerOf('other')).toBeUndefined();
    expect(directory.callerOfSource('north', 'north.gate-1')?.siteId).toBe('north');
    expect(directory.callerOfSource('north', 'north.gate-2')).toBeUndefined();
  });

  it('lets the ledger of a site speak at others, and only as that', () => {
    const directory = new Directory([
      version('north', 1, true, [
        station('south/ledger', 'peer-ledger', 'n'),
        station('north/ledger', 'peer-ledger', 'self'),
        station('west/ledger', 'office', 'w'),
        station('north.gate-1', 'peer-ledger', 'g'),
      ]),
      version('east', 1, true, [station('south/ledger', 'peer-ledger', 'e')]),
    ]);
    expect(directory.callerOf('n')).toMatchObject({ source: 'south/ledger', siteId: 'north' });
    expect(directory.callerOf('e')).toMatchObject({ source: 'south/ledger', siteId: 'east' });
    expect(['self', 'w', 'g'].map((token) => directory.callerOf(token))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(directory.problems).toHaveLength(3);
  });

  it('lets only the registrar of a version in, and only to announce, before it is announced', () => {
    const directory = new Directory([
      version('north', 1, false, [
        station('north.registrar', 'registrar', 'r'),
        station('north.gate-1', 'gate', 'g'),
      ]),
    ]);
    expect(directory.callerOf('g')).toBeUndefined();
    expect(directory.callerOf('r')).toMatchObject({ source: 'north.registrar', pending: true });
  });

  it('keeps what is in force while a newer version is only planned', () => {
    const directory = new Directory([
      version('north', 2, false, [
        station('north.registrar', 'registrar', 'r'),
        station('north.gate-1', 'gate', 'new'),
      ]),
      version('north', 1, true, [
        station('north.registrar', 'registrar', 'r'),
        station('north.gate-1', 'gate', 'old'),
      ]),
    ]);
    expect(directory.callerOf('r')?.pending).toBe(false);
    expect(directory.callerOf('old')).toBeDefined();
    expect(directory.callerOf('new')).toBeUndefined();
    expect(directory.problems).toEqual([]);
  });

  it('leaves out what cannot be right and says so', () => {
    const good = version('north', 1, true, [station('north.gate-1', 'gate', 'g')]);
    const directory = new Directory([
      good,
      { ...good, siteId: 'south' },
      { ...good, digest: '0'.repeat(64) },
      version('west', 1, true, [
        station('north.gate-2', 'gate', 'x'),
        station('west.a', 'gate', 'g'),
      ]),
    ]);
    expect(directory.problems).toHaveLength(4);
    expect(directory.callerOf('x')).toBeUndefined();
    expect(directory.callerOf('g')?.source).toBe('north.gate-1');
  });
});
