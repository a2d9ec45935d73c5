import { describe, expect, it } from '@jest/globals';
import { decideBoot, standing } from './station-position.js';

const at = (boot: number, position: number): { source: string; boots: never[] } => ({
  source: 'north.gate',
  boots: [{ boot, position, openSlots: [] }] as unknown as never[],
});

describe('A boot', () => {
  it('begins when the spool is new, above every boot that the gateway knows', () => {
    expect(decideBoot(null, at(2_000, 9), 1_500)).toEqual({
      kind: 'new',
      boot: 2_001,
      previousBoot: 2_000,
      previousLastSeq: 'unknown',
    });
  });

  it('says 0 for a station that never spoke and unknown when nobody could be asked', () => {
    const never = decideBoot(null, { source: 'north.gate', boots: [] }, 1_500);
    expect(never).toMatchObject({ boot: 1_500, previousBoot: null, previousLastSeq: 0 });
    expect(decideBoot(null, null, 1_500)).toMatchObject({ previousLastSeq: 'unknown' });
  });

  it('goes on after a restart, with the gateway or without', () => {
    const known = { boot: 1_000, lastSeq: 9 };
    expect(decideBoot(known, null, 1_500)).toEqual({ kind: 'go-on' });
    expect(decideBoot(known, at(1_000, 9), 1_500)).toEqual({ kind: 'go-on' });
  });

  it('begins when the ledger has more of the boot than the spool', () => {
    const lostTail = decideBoot({ boot: 1_000, lastSeq: 9 }, at(1_000, 10), 1_500);
    expect(lostTail).toMatchObject({ kind: 'new', boot: 1_500, previousBoot: 1_000 });
  });

  it('begins when the ledger has a higher boot', () => {
    const cloned = decideBoot({ boot: 1_000, lastSeq: 9 }, at(1_700, 1), 1_500);
    expect(cloned).toMatchObject({ kind: 'new', boot: 1_701, previousBoot: 1_700 });
  });
});

describe('An event', () => {
  const position = { boot: 1, position: 10, openSlots: [[4, 6]] as [number, number][] };

  it('is safe at or below the position, outside of open slots', () => {
    const standings = [3, 4, 6, 7, 10, 11].map((seq) => standing(position, seq));
    expect(standings).toEqual(['safe', 'open-slot', 'open-slot', 'safe', 'safe', 'above']);
  });

  it('is not safe when its boot is not known', () => {
    expect(standing(undefined, 1)).toBe('above');
  });
});
