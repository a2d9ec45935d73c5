import type { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeBody } from '#contracts';
import {
  damage,
  delays,
  interleaving,
  quiet,
  withNewBoot,
} from '../../../test/arbitraries/disorder.js';
import { officeHistory } from '../../../test/arbitraries/office-history.js';
import { siteHistory } from '../../../test/arbitraries/site-history.js';
import {
  START_MS,
  type StationEvent,
  at,
  emptySite,
  load,
  loadAndFold,
  stream,
} from '../../../test/arbitraries/site-stream.js';
import { parseAccount } from './accounts.js';
import { fold } from './fold.js';
import { balanceMg, noTurnover, sum } from './mass.js';
import type { Fact, FoldResult, Posting, StreamRecord, Turnover, WorkingSet } from './model.js';
import type { Notice } from './shipment-model.js';
import { decodeState, encodeState } from './state-codec.js';

/** Steps of stream time: gaps never come, come sometimes, come often. */
const stepMs = fc.constantFrom(10, 4_000, 25_000);

/** A history with everything that a network and a power cut can do to it, and then silence. */
const anyStream: fc.Arbitrary<StreamRecord[]> = fc
  .record({ history: officeHistory, known: fc.boolean(), boots: fc.boolean(), step: stepMs })
  .chain(({ history, known, boots, step }) => {
    const events = boots ? withNewBoot(history.events, known) : history.events;
    return interleaving(events)
      .chain((mixed) => delays(mixed))
      .chain(damage)
      .map((damaged) => withSilence(damaged, step));
  });

function withSilence(events: readonly StationEvent[], step: number): StreamRecord[] {
  const records = stream(events, step);
  const end = START_MS + events.length * step;
  return [...records, ...quiet().map((event, index) => at(event, end + (index + 1) * 100_000))];
}

const foldAll = (records: readonly StreamRecord[]): { set: WorkingSet; result: FoldResult } => {
  const set = emptySite();
  return { set, result: loadAndFold(set, records) };
};

function turnoversOf(postings: readonly Posting[]): Map<string, Turnover> {
  const turnovers = new Map<string, Turnover>();
  const of = (account: string): Turnover => {
    const turnover = turnovers.get(account) ?? noTurnover();
    turnovers.set(account, turnover);
    return turnover;
  };
  for (const { debit, credit, massMg } of postings) {
    of(debit).debitsMg += massMg;
    of(credit).creditsMg += massMg;
  }
  return turnovers;
}

/** What accounts hold in the end; an account that holds nothing is as good as none. */
const balancesOf = ({ turnovers }: FoldResult): Record<string, string> =>
  Object.fromEntries(
    [...turnovers]
      .map(([account, turnover]): [string, string] => [account, balanceMg(turnover).toString()])
      .filter(([, mg]) => mg !== '0')
      .sort(),
  );

const held = (result: FoldResult, ...kinds: string[]): bigint =>
  sum(
    [...result.turnovers]
      .filter(([account]) => {
        const { book, kind } = parseAccount(account);
        return book === 'W' && kinds.some((name) => kind.startsWith(name));
      })
      .map(([, turnover]) => balanceMg(turnover)),
  );

/** Postings of several calls after summing what only the calls' ends tell apart. */
function netted(postings: readonly Posting[]): unknown {
  const scans = new Map<string, bigint>();
  for (const { debit, credit, massMg, code } of postings) {
    if (code !== 'scan') continue;
    const key = `${debit} ${credit}`;
    scans.set(key, (scans.get(key) ?? 0n) + massMg);
  }
  return [postings.filter(({ code }) => code !== 'scan'), [...scans].sort()];
}

describe('the laws of the books', () => {
  it('debits what it credits, in each book, and the postings are all there is', () => {
    fc.assert(
      fc.property(anyStream, (records) => {
        const { result } = foldAll(records);
        const books = { W: 0n, E: 0n, C: 0n };
        for (const [account, turnover] of result.turnovers) {
          books[parseAccount(account).book] += balanceMg(turnover);
        }
        expect(books).toEqual({ W: 0n, E: 0n, C: 0n });
        expect(new Map([...turnoversOf(result.postings)].sort())).toEqual(
          new Map([...result.turnovers].sort()),
        );
      }),
    );
  });

  it('accounts for all that came in: lots, outlets, losses, transit, consignees, variance', () => {
    fc.assert(
      fc.property(anyStream, (records) => {
        const { set, result } = foldAll(records);
        const places = held(result, 'lot', 'outlet', 'loss', 'transit', 'unaccounted', 'variance');
        const openRuns = held(result, 'run');
        const gone = held(result, 'world-out');
        expect(places + openRuns + gone).toBe(-held(result, 'world-in'));
        for (const run of set.runs.values()) {
          if (run?.status !== 'balanced') continue;
          const turnover = result.turnovers.get(`W:run:${run.runId}`) ?? noTurnover();
          expect(balanceMg(turnover)).toBe(0n);
        }
        for (const [account, turnover] of result.turnovers) {
          if (account.startsWith('W:transformation:')) expect(balanceMg(turnover)).toBe(0n);
        }
      }),
    );
  });

  it('keeps the states in step with the postings', () => {
    fc.assert(
      fc.property(anyStream, (records) => {
        const { set, result } = foldAll(records);
        const grown = (account: string): Turnover => result.turnovers.get(account) ?? noTurnover();
        let inLots = 0n;
        for (const lot of set.lots.values()) {
          if (lot === null) continue;
          expect(lot.weighed).toEqual(grown(`W:lot:${lot.lotId}`));
          expect(lot.variance).toEqual(grown(`W:variance:${lot.lotId}`));
          for (const [pieceClass, turnover] of Object.entries(lot.estimated)) {
            expect(turnover).toEqual(grown(`E:lot:${lot.lotId}:${pieceClass}`));
          }
          inLots += balanceMg(lot.weighed);
        }
        expect(sum([...set.totals.values()].map((total) => balanceMg(total.weighed)))).toBe(inLots);
        for (const shipment of set.shipments.values()) {
          if (shipment?.transfer === undefined) continue;
          const { shipmentId, transfer } = shipment;
          expect(transfer.transit).toEqual(grown(`W:transit:${shipmentId}`));
          expect(transfer.variance).toEqual(grown(`W:transit-variance:${shipmentId}`));
          if (transfer.complete) expect(balanceMg(transfer.transit)).toBe(0n);
        }
        for (const run of set.runs.values()) {
          if (run === null) continue;
          expect(run.unaccountedMg).toBe(balanceMg(grown(`W:unaccounted:${run.runId}`)));
        }
      }),
    );
  });

  it('never shows a lot or a transit below zero, at any prefix', () => {
    fc.assert(
      fc.property(anyStream, (records) => {
        const lots = new Map<string, bigint>();
        for (const { debit, credit, massMg } of foldAll(records).result.postings) {
          lots.set(debit, (lots.get(debit) ?? 0n) + massMg);
          const left = (lots.get(credit) ?? 0n) - massMg;
          lots.set(credit, left);
          if (/^W:(lot|transit):/.test(credit)) expect(left).toBeGreaterThanOrEqual(0n);
        }
      }),
    );
  });
});

describe('the laws of the log', () => {
  it('is the same wherever the stream is cut', () => {
    fc.assert(
      fc.property(anyStream, fc.array(fc.nat(), { maxLength: 4 }), (records, cuts) => {
        const whole = foldAll(records);
        const set = emptySite();
        const bounds = [0, ...cuts.map((cut) => cut % (records.length + 1)), records.length];
        bounds.sort((a, b) => a - b);
        const parts = bounds
          .slice(1)
          .map((end, index) => loadAndFold(set, records.slice(bounds[index], end)));
        const all = <Item>(pick: (part: FoldResult) => readonly Item[]): Item[] =>
          parts.flatMap((part) => [...pick(part)]);
        expect(texts(all((part) => part.entries))).toEqual(texts(whole.result.entries));
        expect(all((part) => part.facts).map(readable)).toEqual(whole.result.facts.map(readable));
        expect(all((part) => part.notices).map(readable)).toEqual(
          whole.result.notices.map(readable),
        );
        expect(all((part) => part.openings)).toEqual(whole.result.openings);
        expect(all((part) => part.exceptionsRaised)).toEqual(whole.result.exceptionsRaised);
        expect(all((part) => part.exceptionsClosed)).toEqual(whole.result.exceptionsClosed);
        expect(netted(all((part) => part.postings))).toEqual(netted(whole.result.postings));
        load(set, records);
        expect(statesOf(set)).toEqual(statesOf(whole.set));
      }),
    );
  });

  it('takes no notice of a second copy but to count it', () => {
    fc.assert(
      fc.property(
        anyStream,
        fc.array(fc.nat(), { minLength: 1, maxLength: 9 }),
        (records, picks) => {
          const once = foldAll(records);
          // A copy comes at once or any time later, at the time of the record before it.
          const again = records.slice();
          for (const pick of picks) {
            const original = again[pick % again.length]!;
            const from = again.indexOf(original);
            const place = from + 1 + (pick % (again.length - from));
            const ingestTimeMs = again[place - 1]!.ingestTimeMs;
            again.splice(place, 0, { ...original, ingestTimeMs });
          }
          const twice = foldAll(again);
          expect(texts(twice.result.entries)).toEqual(texts(once.result.entries));
          expect(twice.result.postings).toEqual(once.result.postings);
          expect(withoutCounters(twice.set)).toEqual(withoutCounters(once.set));
          expect(twice.result.counts.duplicates - once.result.counts.duplicates).toBe(picks.length);
        },
      ),
    );
  });

  it('has the same bytes however often it is folded, and no time but stream time', () => {
    fc.assert(
      fc.property(anyStream, (records) => {
        const { result } = foldAll(records);
        const again = foldAll(records).result;
        expect(texts(again.entries)).toEqual(texts(result.entries));
        expect(again.postings).toEqual(result.postings);
        const times = new Set(records.map((one) => new Date(one.ingestTimeMs).toISOString()));
        for (const { attributes } of result.facts) expect(times).toContain(attributes.time);
      }),
    );
  });

  it('states facts as their schemas have them, member for member', () => {
    fc.assert(
      fc.property(anyStream, (records) => {
        for (const { attributes, data, logIndex } of foldAll(records).result.facts) {
          const typed = decodeBody(attributes.type, JSON.parse(data.toString()));
          expect(JSON.stringify(typed.data)).toBe(data.toString());
          const { restsOn } = typed.data as { restsOn: number };
          expect(restsOn).toBeLessThan(logIndex);
        }
      }),
    );
  });
});

describe('order', () => {
  it('between sources, and delay within one, change no balance in the end', () => {
    const permuted = siteHistory.chain(({ events }) =>
      fc.record({
        events: fc.constant(events),
        mixed: interleaving(events).chain((mixed) => delays(mixed)),
        step: stepMs,
      }),
    );
    fc.assert(
      fc.property(permuted, ({ events, mixed, step }) => {
        const straight = foldAll(withSilence(events, 10));
        const shuffled = foldAll(withSilence(mixed, step));
        expect(balancesOf(shuffled.result)).toEqual(balancesOf(straight.result));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the codec of states', () => {
  it('carries every state exactly', () => {
    fc.assert(
      fc.property(anyStream, (records) => {
        const { result } = foldAll(records);
        expect(decodeState(encodeState(result.changed))).toEqual(result.changed);
      }),
      { numRuns: 30 },
    );
  });
});

describe('fold', () => {
  it('refuses to begin without what was asked for', () => {
    const records = stream(quiet());
    expect(() => fold(emptySite(), records)).toThrow('has no registry');
  });
});

/** Buffers as text: jest compares them byte by byte, in seconds. */
const texts = (entries: readonly Buffer[]): string[] => entries.map((entry) => entry.toString());

const readable = ({ data, ...rest }: Fact | Notice): unknown => ({
  ...rest,
  data: data.toString(),
});

/** All states, in the order of their keys: the order of maps carries no meaning. */
const statesOf = ({ site, parked, office, ...maps }: WorkingSet): unknown => ({
  site,
  credits: new Map([...office.credits].sort()),
  claims: new Map([...office.claims].sort()),
  balances: new Map([...(office.balances ?? [])].sort()),
  parked: [...parked.keys()].sort(),
  ...Object.fromEntries(
    Object.entries(maps).map(([name, map]) => [name, new Map<string, unknown>([...map].sort())]),
  ),
});

const withoutCounters = (set: WorkingSet): unknown =>
  statesOf({
    ...set,
    boots: new Map([...set.boots].map(([key, state]) => [key, { ...state, duplicates: 0 }])),
  });
