import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  RECYCLED,
  answersOf,
  claimOn,
  closePeriod,
  conversion,
  factor,
  moveClaim,
  retire,
} from '../../../test/arbitraries/office-desk.js';
import {
  Day,
  codesOf,
  deliver,
  factNames,
  id,
  meter,
  ship,
  start,
  weigh,
} from '../../../test/arbitraries/site-day.js';
import { creditKey } from './credits.js';
import { balanceMg } from './mass.js';

let day: Day;
beforeEach(() => {
  day = new Day();
});

const creditsMg = (period = 1): bigint =>
  balanceMg(day.set.office.credits.get(creditKey(RECYCLED, period))!.balance);

/** 1,000 mg of eligible scrap fed to a run that has given 900 mg so far. */
function processed(numerator = 1, denominator = 2): void {
  day.fold(conversion(day.office, [factor(numerator, denominator)]));
  deliver(day, 'visit-1', { 'lot-1': 1_000 });
  start(day, 'out-1', 'out-2');
  meter(day, 'lot-1', 1_000);
  weigh(day, 0, 900);
}

describe('credits', () => {
  it('are eligible input times the adopted factor, rounded down once and not at each reading', () => {
    day.fold(conversion(day.office, [factor(1, 3)]));
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    start(day, 'out-1');
    for (let mg = 1; mg <= 100; mg++) meter(day, 'lot-1', mg);
    expect(creditsMg()).toBe(33n);
  });

  it('come neither from mass that a lot never held nor before a factor is in force', () => {
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    start(day, 'out-1');
    meter(day, 'lot-1', 400);
    day.fold(conversion(day.office, [factor(1, 2)]));
    meter(day, 'lot-1', 5_000);
    expect(creditsMg()).toBe(300n);
  });

  it('come by the factor in force, and keep what an earlier one gave', () => {
    processed(1, 2);
    day.fold(conversion(day.office, [factor(1, 4)], 2));
    deliver(day, 'visit-2', { 'lot-2': 400 });
    meter(day, 'lot-2', 400);
    expect(creditsMg()).toBe(600n);
    expect(codesOf(day.fold(conversion(day.office, [factor(1, 1)], 2)))).toEqual([
      'reference-conflict north',
    ]);
  });

  it('expire when their period closes, and the next period begins with none', () => {
    processed();
    const closed = day.fold(closePeriod(day.office, 1));
    const expired = { debit: `C:credit-expired:${RECYCLED}:1`, massMg: 500n };
    expect(closed.postings).toMatchObject([expired]);
    expect(answersOf(day.fold(claimOn(day.office, 'claim-1', 'out-1', 1)))).toEqual([
      'refused no-credits',
    ]);
  });
});

describe('a claim', () => {
  it('draws on credits until there are none: of 100 on 50 exactly 50 are made', () => {
    processed(1, 20);
    expect(creditsMg()).toBe(50n);
    const requests = Array.from({ length: 100 }, (_, n) =>
      claimOn(day.office, `claim-${n}`, 'out-1', 1),
    );
    const answers = answersOf(day.fold(...requests));
    expect(answers.filter((answer) => answer.startsWith('issued'))).toHaveLength(50);
    expect(answers.filter((answer) => answer === 'refused no-credits')).toHaveLength(50);
    expect(creditsMg()).toBe(0n);
  });

  it('is for mass that its lot received, whether that is still there or shipped', () => {
    processed(1, 1);
    ship(day, 'shipment-1', 'out-1', 900, true);
    expect(answersOf(day.fold(claimOn(day.office, 'claim-1', 'out-1', 901)))).toEqual([
      'refused lot-exceeded',
    ]);
    expect(answersOf(day.fold(claimOn(day.office, 'claim-1', 'out-1', 900)))).toEqual([
      'issued mass-balance left 100',
    ]);
    expect(answersOf(day.fold(claimOn(day.office, 'claim-2', 'out-1', 1)))).toEqual([
      'refused lot-exceeded',
    ]);
    expect(answersOf(day.fold(claimOn(day.office, 'claim-2', 'nowhere', 1)))).toEqual([
      'refused lot-unknown',
    ]);
    expect(answersOf(day.fold(claimOn(day.office, 'claim-1', 'out-2', 1)))).toEqual([
      'refused claim-known',
    ]);
  });

  it('is by one method in a period, and by the average never above its share', () => {
    processed(1, 2);
    expect(
      answersOf(
        day.fold(
          claimOn(day.office, 'claim-1', 'out-1', 451, 'rolling-average'),
          claimOn(day.office, 'claim-2', 'out-1', 450, 'rolling-average'),
          claimOn(day.office, 'claim-3', 'out-1', 1),
          moveClaim(day.office, 'claim-2', 'out-2'),
        ),
      ),
    ).toEqual([
      'refused above-average',
      'issued mass-balance left 50',
      'refused method-mixed',
      'refused above-average',
    ]);
  });

  it('moves to another lot, or down to a unit, and never up again', () => {
    processed(1, 2);
    weigh(day, 1, 90);
    expect(
      answersOf(
        day.fold(
          claimOn(day.office, 'claim-1', 'out-1', 80),
          moveClaim(day.office, 'claim-1', 'out-2'),
          moveClaim(day.office, 'claim-1', null),
          moveClaim(day.office, 'claim-1', 'out-1'),
        ),
      ),
    ).toEqual([
      'issued mass-balance left 420',
      'moved mass-balance left 420',
      'moved book-and-claim left 420',
      'refused model-raised',
    ]);
  });

  it('as a unit is retired once, and only as a unit', () => {
    processed(1, 2);
    expect(
      answersOf(
        day.fold(
          claimOn(day.office, 'claim-1', 'out-1', 80),
          retire(day.office, 'claim-1'),
          claimOn(day.office, 'claim-2', null, 20),
          retire(day.office, 'claim-2'),
          retire(day.office, 'claim-2'),
          moveClaim(day.office, 'claim-2', 'out-1'),
          retire(day.office, 'claim-3'),
        ),
      ),
    ).toEqual([
      'issued mass-balance left 420',
      'refused not-a-unit',
      'issued book-and-claim left 400',
      'retired book-and-claim left 400',
      'refused claim-retired',
      'refused claim-retired',
      'refused claim-unknown',
    ]);
  });

  it('of another site is refused', () => {
    const foreign = day.office.say('claimRequested', day.office.source, {
      action: 'retire',
      claimId: 'south.claim-1',
      beneficiary: 'Mill',
    });
    expect(answersOf(day.fold(foreign))).toEqual(['refused of-another-site']);
  });
});

describe('an exception', () => {
  const raised = (): string => {
    deliver(day, 'visit-1', { 'lot-1': 1_000 });
    const { exceptionsRaised } = ship(day, 'shipment-1', 'lot-1', 9_000);
    return exceptionsRaised[0]!.exceptionId;
  };
  const acknowledge = (exceptionId: string) =>
    day.fold(day.office.say('exceptionAcknowledged', day.office.source, { exceptionId }));
  const close = (exceptionId: string) =>
    day.fold(
      day.office.say('exceptionClosedByOffice', day.office.source, { exceptionId, reason: 'seen' }),
    );

  it('is acknowledged once and closed once', () => {
    const exceptionId = raised();
    expect(acknowledge(exceptionId).exceptionsAcknowledged).toMatchObject([{ exceptionId }]);
    expect(codesOf(acknowledge(exceptionId))).toEqual([`request-refused ${exceptionId}`]);
    expect(factNames(close(exceptionId))).toEqual(['exception.closed seen']);
    expect(codesOf(close(exceptionId))).toEqual([`request-refused ${exceptionId}`]);
    expect(codesOf(close(id('exception-99')))).toEqual(['request-refused north.exception-99']);
  });

  it('that waits for an event is not closed by a person', () => {
    const { exceptionsRaised } = ship(day, 'shipment-1', 'nowhere', 10);
    const { exceptionId, code } = exceptionsRaised[0]!;
    expect(code).toBe('unknown-lot');
    expect(codesOf(close(exceptionId))).toEqual([`request-refused ${exceptionId}`]);
    expect(factNames(deliver(day, 'visit-1', { nowhere: 10 }))).toContain(
      'exception.closed lot-confirmed',
    );
  });
});
