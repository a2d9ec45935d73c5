import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EVENTS } from '#contracts';
import {
  correct,
  correctedHistory,
  otherData,
  placesOf,
} from '../../../test/arbitraries/corrections.js';
import { siteHistory } from '../../../test/arbitraries/site-history.js';
import { Station, emptySite, loadAndFold, stream } from '../../../test/arbitraries/site-stream.js';
import { parseAccount } from './accounts.js';
import { balanceMg, noTurnover } from './mass.js';
import type { FoldResult, Posting, Turnover } from './model.js';

const corrected = correctedHistory.map((events) => stream(events));

function balancesAfter(postings: readonly Posting[]): Map<string, bigint> {
  const balances = new Map<string, bigint>();
  for (const { debit, credit, massMg } of postings) {
    balances.set(debit, (balances.get(debit) ?? 0n) + massMg);
    const left = (balances.get(credit) ?? 0n) - massMg;
    balances.set(credit, left);
    if (/^W:lot:|^C:(credit|claim|unit):/.test(credit)) expect(left).toBeGreaterThanOrEqual(0n);
  }
  return balances;
}

describe('after corrections', () => {
  it('each book balances, and no bounded account is overdrawn at any prefix', () => {
    fc.assert(
      fc.property(corrected, (records) => {
        const { postings } = loadAndFold(emptySite(), records);
        const books = { W: 0n, E: 0n, C: 0n };
        for (const [account, mg] of balancesAfter(postings))
          books[parseAccount(account).book] += mg;
        expect(books).toEqual({ W: 0n, E: 0n, C: 0n });
      }),
    );
  });

  it('states are in step with the postings, and balanced runs hold nothing', () => {
    fc.assert(
      fc.property(corrected, (records) => {
        const set = emptySite();
        const { turnovers } = loadAndFold(set, records);
        const grown = (account: string): Turnover => turnovers.get(account) ?? noTurnover();
        for (const lot of set.lots.values()) {
          if (lot === null) continue;
          expect(lot.weighed).toEqual(grown(`W:lot:${lot.lotId}`));
          expect(lot.variance).toEqual(grown(`W:variance:${lot.lotId}`));
          expect(lot.correctionMg ?? 0n).toBe(balanceMg(grown(`W:correction:${lot.lotId}`)));
          for (const [pieceClass, turnover] of Object.entries(lot.estimated)) {
            expect(turnover).toEqual(grown(`E:lot:${lot.lotId}:${pieceClass}`));
          }
        }
        for (const run of set.runs.values()) {
          if (run?.status !== 'balanced') continue;
          expect(balanceMg(grown(`W:run:${run.runId}`))).toBe(0n);
          expect(run.unaccountedMg).toBe(balanceMg(grown(`W:unaccounted:${run.runId}`)));
        }
      }),
    );
  });

  it('the log, the books and the states are the same wherever the stream is cut', () => {
    fc.assert(
      fc.property(corrected, fc.array(fc.nat(), { maxLength: 4 }), (records, cuts) => {
        const whole = loadAndFold(emptySite(), records);
        const bounds = [0, ...cuts.map((cut) => cut % (records.length + 1)), records.length];
        bounds.sort((a, b) => a - b);
        const set = emptySite();
        const parts = bounds
          .slice(1)
          .map((end, index) => loadAndFold(set, records.slice(bounds[index], end)));
        const texts = (results: readonly FoldResult[]): string[] =>
          results.flatMap(({ entries }) => entries.map((entry) => entry.toString()));
        expect(texts(parts)).toEqual(texts([whole]));
        expect(balancesAfter(parts.flatMap(({ postings }) => postings))).toEqual(
          balancesAfter(whole.postings),
        );
      }),
    );
  });
});

/** Where a lot's mass stands, its own accounts taken together; what nothing is in is left out. */
function whereabouts(result: FoldResult): Record<string, string> {
  const sums = new Map<string, bigint>();
  for (const [key, turnover] of result.turnovers) {
    const { book, kind, owner } = parseAccount(key);
    const ofLot = book === 'W' && ['lot', 'variance', 'correction'].includes(kind);
    const place = ofLot ? `W:lot:${owner}` : key.replace('W:transit-variance:', 'W:transit:');
    sums.set(place, (sums.get(place) ?? 0n) + balanceMg(turnover));
  }
  const places = [...sums].filter(([, mg]) => mg !== 0n).sort();
  return Object.fromEntries(places.map(([place, mg]): [string, string] => [place, String(mg)]));
}

/** Readings of feeds are cumulative: what else a belt said decides what a wrong one hid. */
const MASSES: ReadonlySet<string> = new Set([
  EVENTS.deliveryCompleted.type,
  EVENTS.containerWeighed.type,
  EVENTS.shipmentDispatched.type,
  EVENTS.runClosed.type,
]);

describe('a corrected figure', () => {
  it('comes to what it would have come to, had it been said right at once', () => {
    fc.assert(
      fc.property(siteHistory, fc.nat(), fc.nat({ max: 5_000 }), ({ events }, pick, massMg) => {
        const masses = events.filter(({ attributes }) => MASSES.has(attributes.type));
        fc.pre(masses.length > 0);
        const event = masses[pick % masses.length]!;
        const other = otherData(event, massMg);
        fc.pre(other !== null);
        const places = placesOf(events);
        const office = new Station('desk');
        const late = [...events, correct(office, event, places.get(event)!, other)];
        const right = { ...event, value: Buffer.from(JSON.stringify(other)) };
        const direct = events.map((one) => (one === event ? right : one));
        expect(whereabouts(loadAndFold(emptySite(), stream(late)))).toEqual(
          whereabouts(loadAndFold(emptySite(), stream(direct))),
        );
      }),
    );
  });

  it('and its correction back leave all mass where it was', () => {
    fc.assert(
      fc.property(siteHistory, fc.nat(), fc.nat({ max: 5_000 }), ({ events }, pick, massMg) => {
        const masses = events.filter(({ attributes }) => MASSES.has(attributes.type));
        fc.pre(masses.length > 0);
        const event = masses[pick % masses.length]!;
        const other = otherData(event, massMg);
        fc.pre(other !== null);
        const index = placesOf(events).get(event)!;
        const office = new Station('desk');
        const said = JSON.parse(event.value.toString()) as object;
        const both = [correct(office, event, index, other), correct(office, event, index, said)];
        const before = loadAndFold(emptySite(), stream(events));
        const after = loadAndFold(emptySite(), stream([...events, ...both]));
        fc.pre(!after.exceptionsRaised.some(({ code }) => code === 'request-refused'));
        expect(whereabouts(after)).toEqual(whereabouts(before));
      }),
    );
  });
});
