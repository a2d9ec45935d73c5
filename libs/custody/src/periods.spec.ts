import { beforeEach, describe, expect, it } from '@jest/globals';
import { InvariantError } from '#contracts';
import { closePeriod } from '../../../test/arbitraries/office-desk.js';
import {
  Day,
  RUN,
  codesOf,
  deliver,
  factNames,
  frame,
  meter,
  start,
} from '../../../test/arbitraries/site-day.js';
import { SITE, type StationEvent } from '../../../test/arbitraries/site-stream.js';
import { balancesRoot } from './balances-root.js';
import { FIRST_RULES, RULES, type RuleVersions, rulesDigest } from './limits.js';

/** One piece to outlet 0. */
const frameOf = (at: Day, massMg: number): StationEvent =>
  at.sorter.say('piecesClassified', RUN, frame('run-1', [[0, massMg]]));

let day: Day;
beforeEach(() => {
  day = new Day();
});

describe('a period that closes', () => {
  it('is sealed by an entry with the root of all balances and the range of its postings', () => {
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    start(day, 'out-1');
    meter(day, 'lot-1', 600);
    const balances = new Map(day.set.office.balances);
    const result = day.fold(closePeriod(day.office, 1));
    const [fact] = result.facts;
    const { accounts, root } = balancesRoot(balances);
    expect(accounts).toBe(3);
    expect(JSON.parse(fact!.data.toString())).toEqual({
      periodId: `${SITE}.period-1`,
      fromIndex: 0,
      toIndex: fact!.logIndex,
      accounts,
      balancesRoot: root,
      expired: [],
      nextPeriodId: `${SITE}.period-2`,
      restsOn: fact!.logIndex - 1,
    });
    expect(result.periodsClosed).toMatchObject([{ period: 1, balancesRoot: root }]);
  });

  it('closes once, and in the order of the numbers', () => {
    expect(codesOf(day.fold(closePeriod(day.office, 2)))).toEqual([
      'request-refused north.period-2',
    ]);
    expect(factNames(day.fold(closePeriod(day.office, 1)))).toEqual(['period.closed']);
    expect(codesOf(day.fold(closePeriod(day.office, 1)))).toEqual([
      'request-refused north.period-1',
    ]);
  });

  it('gets no posting any more, those of frames included', () => {
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    start(day, 'out-1');
    const { postings, periodsClosed } = day.fold(
      frameOf(day, 10),
      frameOf(day, 20),
      closePeriod(day.office, 1),
      frameOf(day, 40),
    );
    const { toIndex } = periodsClosed[0]!;
    expect(postings.map(({ massMg }) => massMg)).toEqual([30n, 40n]);
    expect(postings[0]!.toIndex).toBeLessThanOrEqual(toIndex);
    expect(postings[1]!.fromIndex).toBeGreaterThanOrEqual(toIndex);
  });
});

describe('the rules', () => {
  const first = RULES.get(FIRST_RULES)!;
  const shorter = { ...first, gapTimeoutMs: 5_000 };
  const both: RuleVersions = new Map([...RULES, [2, shorter]]);
  const adopt = (at: Day, version: number, digest: string): StationEvent =>
    at.office.say('rulesAdopted', at.office.source, { version, digest });

  it('switch at an entry: the same silence is a gap by the later ones only', () => {
    for (const [adopts, gaps] of [
      [false, 0],
      [true, 1],
    ] as const) {
      const one = new Day(both);
      if (adopts) one.fold(adopt(one, 2, rulesDigest(shorter)));
      const skipped = frameOf(one, 1);
      one.fold(frameOf(one, 2));
      expect(skipped.attributes.seq).toBe(1);
      expect(one.wait(10).counts.gaps).toBe(gaps);
    }
  });

  it('stop a ledger that lacks the version, and say what to do', () => {
    expect(() => day.fold(adopt(day, 2, rulesDigest(shorter)))).toThrow(InvariantError);
    const other = new Day(both);
    expect(() => other.fold(adopt(other, 2, '00'.repeat(32)))).toThrow(
      'install the release that has it',
    );
  });

  it('never go back', () => {
    const one = new Day(both);
    one.fold(adopt(one, 2, rulesDigest(shorter)));
    expect(codesOf(one.fold(adopt(one, 1, rulesDigest(first))))).toEqual(['request-refused north']);
    expect(one.set.site.policy.rules).toBe(2);
  });

  it('never let a posting of frames span them', () => {
    const one = new Day(both);
    deliver(one, 'visit-1', { 'lot-1': 1_000 });
    start(one, 'out-1');
    const { postings } = one.fold(
      frameOf(one, 10),
      adopt(one, 2, rulesDigest(shorter)),
      frameOf(one, 20),
    );
    expect(postings.map(({ massMg }) => massMg)).toEqual([10n, 20n]);
  });
});
