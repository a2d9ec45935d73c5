import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EXCEPTION_CODES, LOT_STATES } from '#contracts';
import { LOT_DEEDS, LOT_MACHINE, isClosed } from './lot-states.js';

const state = fc.constantFrom(...LOT_STATES);
const deed = fc.constantFrom(...LOT_DEEDS);

describe('the machine of lot states', () => {
  it('answers every deed in every state, and nothing else', () => {
    expect(Object.keys(LOT_MACHINE)).toEqual([...LOT_STATES]);
    for (const from of LOT_STATES) {
      expect(Object.keys(LOT_MACHINE[from]).sort()).toEqual([...LOT_DEEDS].sort());
      for (const what of LOT_DEEDS) {
        const { next, exception } = LOT_MACHINE[from][what];
        expect(LOT_STATES).toContain(next);
        if (exception !== undefined) expect(EXCEPTION_CODES).toContain(exception);
      }
    }
  });

  it('opens no closed lot again, and leaves quarantine by release or closing alone', () => {
    fc.assert(
      fc.property(state, fc.array(deed), (start, deeds) => {
        let status = start;
        for (const what of deeds) {
          const { next } = LOT_MACHINE[status][what];
          if (isClosed({ status })) expect(isClosed({ status: next })).toBe(true);
          if (status === 'dispatched') expect(next).toBe('dispatched');
          if (status === 'quarantined' && next !== 'quarantined' && !isClosed({ status: next })) {
            expect(what).toMatch(/^released/);
          }
          status = next;
        }
      }),
    );
  });

  it('takes note of whatever is done to a closed lot, or with one that is set apart', () => {
    const silent = LOT_STATES.flatMap((from) =>
      LOT_DEEDS.filter((what) => LOT_MACHINE[from][what].exception === undefined).map(
        (what) => `${from} ${what}`,
      ),
    );
    expect(silent.filter((pair) => /^(consumed|counted|dispatched)/.test(pair))).toEqual([
      'consumed confirmed',
      'counted confirmed',
      'dispatched confirmed',
    ]);
    expect(silent.filter((pair) => /^quarantined (used|consumed|shipped|disp)/.test(pair))).toEqual(
      [],
    );
  });
});
