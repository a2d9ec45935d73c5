import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FACTS, decodeEntry, encodeEntry } from '#contracts';
import { correctedHistory } from '../../../test/arbitraries/corrections.js';
import {
  damage,
  delays,
  interleaving,
  quiet,
  withNewBoot,
} from '../../../test/arbitraries/disorder.js';
import { officeHistory } from '../../../test/arbitraries/office-history.js';
import {
  REGISTRY_DIGEST,
  SITE,
  START_MS,
  type StationEvent,
  at,
  emptySite,
  loadAndFold,
  registry,
  stream,
} from '../../../test/arbitraries/site-stream.js';
import { decodeRecord } from './decode-record.js';
import { factSource } from './facts.js';
import { balanceMg } from './mass.js';
import type { FoldResult, StreamRecord } from './model.js';
import type { ReplayEntry, ReplayFinding } from './replay-entry.js';
import { Replay } from './replay.js';

const stepMs = fc.constantFrom(10, 4_000, 25_000);

/** A station says of some seqs something else later. */
const contradicted = (
  events: readonly StationEvent[],
  picks: readonly number[],
): readonly StationEvent[] =>
  picks.reduce<readonly StationEvent[]>((all, pick) => {
    const place = 1 + (pick % Math.max(1, all.length - 1));
    const said = all[place];
    if (said === undefined) return all;
    const other = { ...said.attributes, time: '2026-11-24T07:58:00.000Z' };
    return all.toSpliced(Math.min(all.length, place + (pick % 9)), 0, {
      ...said,
      attributes: other,
    });
  }, events);

/** Histories with disorder, gaps, contradictions and new boots: what a ledger meets. */
const anyStream: fc.Arbitrary<StreamRecord[]> = fc
  .record({
    history: officeHistory,
    known: fc.boolean(),
    boots: fc.boolean(),
    step: stepMs,
    others: fc.array(fc.nat(), { maxLength: 3 }),
  })
  .chain(({ history, known, boots, step, others }) => {
    const events = boots ? withNewBoot(history.events, known) : history.events;
    return interleaving(events)
      .chain((mixed) => delays(mixed))
      .chain(damage)
      .map((once) => {
        const damaged = contradicted(once, others);
        const end = START_MS + damaged.length * step;
        const silence = quiet().map((event, index) => at(event, end + (index + 1) * 100_000));
        return [...stream(damaged, step), ...silence];
      });
  });

const foldAll = (records: readonly StreamRecord[]): FoldResult => loadAndFold(emptySite(), records);

const isFact = (entry: Buffer): boolean =>
  decodeEntry(entry).attributes.source === factSource(SITE);

function taken(entry: Buffer): ReplayEntry {
  const { attributes, data } = decodeEntry(entry);
  const isOurs = attributes.source === factSource(SITE);
  const record = isOurs ? null : decodeRecord({ attributes, value: data, ingestTimeMs: 0 });
  return { entry, attributes, data, record };
}

function replayOf(entries: readonly Buffer[], settleEvery = 7): Replay {
  const replay = new Replay(SITE);
  replay.addRegistry(REGISTRY_DIGEST, registry);
  entries.forEach((entry, index) => {
    const next = taken(entry);
    const typed = next.record?.typed;
    if (typed?.key === 'eventCorrected') {
      const { logIndex } = typed.data.errs;
      if (logIndex < index) replay.addOriginal(logIndex, taken(entries[logIndex]!));
    }
    replay.push(next);
    if (index % settleEvery === 0) replay.settle();
  });
  replay.end();
  return replay;
}

const audit = (entries: readonly Buffer[]): readonly ReplayFinding[] => replayOf(entries).findings;

/** Leaves an entry as it is but for its data. */
function withData(entry: Buffer, change: (data: string) => string): Buffer {
  const { attributes, data } = decodeEntry(entry);
  return encodeEntry(attributes, Buffer.from(change(data.toString())));
}

const pickFrom = (places: readonly number[], pick: number): number | undefined =>
  places.length === 0 ? undefined : places[pick % places.length];

const placesWhere = (
  entries: readonly Buffer[],
  test: (entry: Buffer) => boolean,
): readonly number[] => entries.flatMap((entry, index) => (test(entry) ? [index] : []));

describe('a replay', () => {
  it('finds nothing in what the rules have written, and comes to the same states', () => {
    fc.assert(
      fc.property(anyStream, (records) => {
        const set = emptySite();
        const { entries } = loadAndFold(set, records);
        const replay = replayOf(entries);
        expect(replay.findings).toEqual([]);
        replay.settle();
        for (const [lotId, lot] of set.lots) {
          const again = replay.set.lots.get(lotId) ?? null;
          expect(again?.weighed).toEqual(lot?.weighed);
          expect(again?.estimated).toEqual(lot?.estimated);
          expect(again?.status).toEqual(lot?.status);
          expect(again?.custody).toEqual(lot?.custody);
          expect(again?.quarantine).toEqual(lot?.quarantine);
          expect(again?.successor).toEqual(lot?.successor);
          expect(again?.contributions).toEqual(lot?.contributions);
        }
        for (const [runId, run] of set.runs) {
          expect(replay.set.runs.get(runId)?.unaccountedMg).toEqual(run?.unaccountedMg);
          expect(replay.set.runs.get(runId)?.pass).toEqual(run?.pass);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('finds nothing where events were corrected, and books what the ledger booked', () => {
    fc.assert(
      fc.property(correctedHistory, (events) => {
        const set = emptySite();
        const { entries } = loadAndFold(set, stream(events));
        const replay = replayOf(entries);
        expect(replay.findings).toEqual([]);
        replay.settle();
        expect(replay.set.office.balances).toEqual(set.office.balances);
      }),
      { numRuns: 60 },
    );
  });

  it('finds every fact whose statement was altered', () => {
    fc.assert(
      fc.property(anyStream, fc.nat(), (records, pick) => {
        const { entries } = foldAll(records);
        const place = pickFrom(placesWhere(entries, isFact), pick);
        fc.pre(place !== undefined);
        const forged = entries.with(
          place,
          withData(entries[place]!, (data) => data.replace(/:(\d+)}$/, ':9$1}')),
        );
        expect(audit(forged).map(({ index }) => index)).toContain(place);
      }),
      { numRuns: 60 },
    );
  });

  it('finds an equivocation that the bytes in the log do not bear out', () => {
    fc.assert(
      fc.property(anyStream, fc.nat(), (records, pick) => {
        const { entries } = foldAll(records);
        const found = placesWhere(entries, (entry) =>
          entry.includes('"urbanmine.custody.equivocation.found.v1"'),
        );
        const place = pickFrom(found, pick);
        fc.pre(place !== undefined);
        const change = (data: string): string =>
          data.replace(
            /"found":"(.)/,
            (_all, digit: string) => `"found":"${digit === '0' ? 1 : 0}`,
          );
        const forged = entries.with(place, withData(entries[place]!, change));
        expect(audit(forged).map(({ index }) => index)).toContain(place);
      }),
      { numRuns: 60 },
    );
  });

  it('finds every fact that was dropped, but a last one', () => {
    fc.assert(
      fc.property(anyStream, fc.nat(), (records, pick) => {
        const { entries } = foldAll(records);
        const facts = placesWhere(entries, isFact);
        // The end of a wait is an input of the audit, and no entry but a fact tells the time: a log
        // that shows nothing later than it is an honest log.
        const mayEnd = (at: number): boolean =>
          at === facts.at(-1) && entries[at]!.includes('"urbanmine.custody.run.balanced.v1"');
        const followed = facts.filter((at) => at < entries.length - 1 && !mayEnd(at));
        const place = pickFrom(followed, pick);
        fc.pre(place !== undefined);
        expect(audit(entries.toSpliced(place, 1))).not.toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('finds every entry of a station that was dropped while the station went on', () => {
    fc.assert(
      fc.property(anyStream, fc.nat(), (records, pick) => {
        const { entries } = foldAll(records);
        const newest = new Map<string, number>();
        const decoded = entries.map((entry) => decodeEntry(entry).attributes);
        for (const { source, boot, seq } of decoded) {
          const speaker = `${source} ${boot}`;
          newest.set(speaker, Math.max(newest.get(speaker) ?? 0, seq));
        }
        const followed = decoded.flatMap(({ source, boot, seq }, index) =>
          seq < (newest.get(`${source} ${boot}`) ?? 0) ? [index] : [],
        );
        const place = pickFrom(followed, pick);
        fc.pre(place !== undefined && place > 0);
        expect(audit(entries.toSpliced(place, 1))).not.toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('finds every entry that stands twice, and every fact of its own invention', () => {
    fc.assert(
      fc.property(anyStream, fc.nat(), fc.nat(), (records, pick, to) => {
        const { entries } = foldAll(records);
        const copy = entries[pick % entries.length]!;
        const forged = entries.toSpliced(1 + (to % entries.length), 0, copy);
        expect(audit(forged)).not.toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('finds two neighbours swapped where they are of one speaker, or one of them is a fact', () => {
    fc.assert(
      fc.property(anyStream, fc.nat(), (records, pick) => {
        const { entries } = foldAll(records);
        const sourceAt = (index: number): string => decodeEntry(entries[index]!).attributes.source;
        const places = placesWhere(entries, () => true).filter(
          (index) =>
            index > 0 &&
            index + 1 < entries.length &&
            (sourceAt(index) === sourceAt(index + 1) ||
              isFact(entries[index]!) ||
              isFact(entries[index + 1]!)),
        );
        const place = pickFrom(places, pick);
        fc.pre(place !== undefined);
        const forged = entries.toSpliced(place, 2, entries[place + 1]!, entries[place]!);
        expect(audit(forged)).not.toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('finds masses altered where a fact states what came of them', () => {
    fc.assert(
      fc.property(anyStream, fc.nat(), (records, pick) => {
        const { entries } = foldAll(records);
        const last = entries.findLastIndex((entry) => entry.includes(FACTS.runBalanced.type));
        const balanced = last < 0 ? '' : decodeEntry(entries[last]!).attributes.subject;
        const weighed = placesWhere(
          entries.slice(0, Math.max(0, last)),
          (entry) =>
            entry.includes('urbanmine.container.weighed.v1') &&
            decodeEntry(entry).attributes.subject === balanced,
        );
        const place = pickFrom(weighed, pick);
        fc.pre(place !== undefined);
        const forged = entries.with(
          place,
          withData(entries[place]!, (data) => data.replace(/"massMg":(\d+)/, '"massMg":1$1')),
        );
        expect(audit(forged).map((found) => found.class)).toContain('fact-differs');
      }),
      { numRuns: 50 },
    );
  });
});

describe('the books of a replay', () => {
  it('are those of the ledger', () => {
    fc.assert(
      fc.property(anyStream, (records) => {
        const result = foldAll(records);
        const replay = new Replay(SITE);
        replay.addRegistry(REGISTRY_DIGEST, registry);
        for (const entry of result.entries) replay.push(taken(entry));
        replay.end();
        const balances = ({ turnovers }: FoldResult): Map<string, bigint> =>
          new Map([...turnovers].map(([key, turnover]) => [key, balanceMg(turnover)]));
        expect(balances(replay.settle())).toEqual(balances(result));
      }),
      { numRuns: 50 },
    );
  });
});
