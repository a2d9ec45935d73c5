import fc from 'fast-check';
import { SITE, Station, type StationEvent } from './site-stream.js';
import { claimOn, closePeriod, conversion, factor, moveClaim, retire } from './office-desk.js';
import { type SiteHistory, siteHistory } from './site-history.js';

/** What an office asks for at any time, sensible or not: half of it is refused. */
const request = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      what: fc.constant('claim' as const),
      claim: fc.nat({ max: 5 }),
      lot: fc.option(fc.nat()),
      massMg: fc.integer({ min: 1, max: 2_000 }),
      average: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constantFrom('move' as const, 'retire' as const),
      claim: fc.nat({ max: 5 }),
      lot: fc.option(fc.nat()),
    }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constant('period' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('factors' as const),
      numerator: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constantFrom('acknowledge' as const, 'dismiss' as const),
      exception: fc.integer({ min: 1, max: 12 }),
    }),
  },
);
type Request = typeof request extends fc.Arbitrary<infer Drawn> ? Drawn : never;

/** A site's history into which its office speaks. */
export const officeHistory: fc.Arbitrary<SiteHistory> = fc
  .record({
    history: siteHistory,
    requests: fc.array(fc.record({ at: fc.nat(), request }), { maxLength: 12 }),
    factors: fc.boolean(),
  })
  .map(({ history, requests, factors }) => {
    const office = new Office(history.events);
    const asked = [...requests].sort((a, b) => place(a.at, history) - place(b.at, history));
    const events: StationEvent[] = [];
    let next = 0;
    history.events.forEach((event, index) => {
      events.push(event);
      if (index === 0 && factors) events.push(office.say({ what: 'factors', numerator: 2 }));
      for (; next < asked.length && place(asked[next]!.at, history) <= index; next++) {
        events.push(office.say(asked[next]!.request));
      }
    });
    return { events };
  });

const place = (at: number, { events }: SiteHistory): number => at % events.length;

class Office {
  private readonly station = new Station('desk');
  private readonly lots: readonly string[];
  private period = 0;
  private version = 0;

  constructor(events: readonly StationEvent[]) {
    const named = events.map(({ value }) => value.toString().match(/north\.(lot|out)-[0-9-]+/g));
    const ids = new Set(named.flatMap((found) => [...(found ?? [])]));
    this.lots = [...ids].map((lotId) => lotId.slice(SITE.length + 1));
  }

  say(asked: Request): StationEvent {
    const { station } = this;
    switch (asked.what) {
      case 'claim': {
        const method = asked.average ? 'rolling-average' : 'credit';
        const lot = this.lotOf(asked.lot);
        return claimOn(station, `claim-${asked.claim}`, lot, asked.massMg, method);
      }
      case 'move':
        return moveClaim(station, `claim-${asked.claim}`, this.lotOf(asked.lot));
      case 'retire':
        return retire(station, `claim-${asked.claim}`);
      case 'period':
        return closePeriod(station, ++this.period);
      case 'factors':
        return conversion(station, [factor(asked.numerator, 3)], ++this.version);
      case 'acknowledge':
        return station.say('exceptionAcknowledged', station.source, {
          exceptionId: `${SITE}.exception-${asked.exception}`,
        });
      case 'dismiss':
        return station.say('exceptionClosedByOffice', station.source, {
          exceptionId: `${SITE}.exception-${asked.exception}`,
          reason: 'seen',
        });
    }
  }

  private lotOf(pick: number | null): string | null {
    return pick === null ? null : (this.lots[pick % this.lots.length] ?? null);
  }
}
