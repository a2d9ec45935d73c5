import { describe, expect, it } from '@jest/globals';
import { PoisonError, type TotalStateValue } from '#contracts';
import { NewestSeq } from '../custody/newest-seq.js';
import { NewestTotals } from './newest-totals.js';
import { TopicEnd } from './topic-end.js';

const total = (logIndex: number, pieces: string): TotalStateValue => ({
  siteId: 'north',
  stream: 'steel',
  class: 'E40',
  weighed: { debitsMg: '9007199254740993', creditsMg: '0' },
  estimated: { debitsMg: '5', creditsMg: '1' },
  pieces,
  logIndex,
});
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

describe('the newest totals', () => {
  it('are those with the highest log index, in whatever order they come', () => {
    const totals = new NewestTotals();
    for (const value of [total(5, '50'), total(7, '70'), total(6, '60')]) {
      totals.apply('north/steel/E40', bytes(value));
    }
    expect([...totals.values()]).toEqual([total(7, '70')]);
    totals.apply('north/steel/E40', null);
    expect([...totals.values()]).toEqual([]);
  });

  it.each([bytes({ ...total(1, '1'), pieces: 1 }), Buffer.from('{')])(
    'refuse what is none',
    (value) => {
      expect(() => {
        new NewestTotals().apply('k', value);
      }).toThrow(PoisonError);
    },
  );
});

describe('the end of a topic', () => {
  const bounds = [
    { partition: 0, logStart: 0n, logEnd: 10n },
    { partition: 1, logStart: 4n, logEnd: 4n },
    { partition: 2, logStart: 2n, logEnd: 3n },
  ];

  it('is reached when every partition that holds records was read to where it ended', () => {
    const end = new TopicEnd();
    expect(end.readiness()).toMatchObject({ ready: false });
    end.begin(bounds);
    end.passed(0, 8n);
    end.passed(2, 2n);
    expect(end.readiness()).toEqual({
      ready: false,
      reason: '1 partitions are not read to their end yet',
    });
    end.passed(0, 11n);
    expect(end.readiness()).toEqual({ ready: true });
  });
});

describe('the highest seq', () => {
  it('tells what was sent again from what is new', () => {
    const seen = new NewestSeq();
    const asked = [1, 2, 2, 1, 5].map((seq) => seen.isNew('north/ledger', seq));
    expect(asked).toEqual([true, true, false, false, true]);
    expect(seen.isNew('south/ledger', 1)).toBe(true);
  });
});
