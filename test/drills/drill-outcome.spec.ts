import { describe, expect, it } from '@jest/globals';
import { outcomeTable } from './drill-outcome.js';

describe('the table of drills', () => {
  it('says of every alert when it fired and cleared, and of every drill what went wrong', () => {
    const fine = {
      drill: 'hazard',
      alerts: [{ alert: 'HazardNotAcknowledged', firedAfterMs: 12_400, clearedAfterMs: 3_000 }],
      others: [],
      problem: null,
    };
    const broken = {
      drill: 'full-disk',
      alerts: [{ alert: 'DiskFilling', firedAfterMs: null, clearedAfterMs: null }],
      others: ['TargetDown', 'LedgerStopped'],
      problem: 'DiskFilling to fire: not within 180 s',
    };
    expect(outcomeTable([fine, broken]).split('\n')).toEqual([
      'drill      alert                  fired after  cleared after  other alerts',
      '---------  ---------------------  -----------  -------------  -------------------------',
      'hazard     HazardNotAcknowledged  12 s         3 s            none',
      'full-disk  DiskFilling            never        never          TargetDown, LedgerStopped',
      '',
      '1 of 2 drills went as they must',
      'full-disk: DiskFilling to fire: not within 180 s',
      '',
    ]);
  });
});
