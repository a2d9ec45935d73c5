import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FACTS, decodeEntry, traceparentOf } from '#contracts';
import { damage, delays, interleaving, withNewBoot } from '../../../test/arbitraries/disorder.js';
import { officeHistory } from '../../../test/arbitraries/office-history.js';
import { emptySite, loadAndFold, stream } from '../../../test/arbitraries/site-stream.js';
import type { FoldResult, StreamRecord } from './model.js';

/** Every third event is traced by nobody; of the others each has a trace of its own. */
function traced(records: readonly StreamRecord[]): StreamRecord[] {
  return records.map((record, index) => {
    if (index % 3 === 0) return record;
    const { boot, seq } = record.attributes;
    const traceId = (BigInt(boot) * 2n ** 40n + BigInt(index + 1)).toString(16).padStart(32, '0');
    const spanId = (seq + 1).toString(16).padStart(16, '0');
    const traceparent = traceparentOf({ traceId, spanId, sampled: true });
    return { ...record, attributes: { ...record.attributes, traceparent } };
  });
}

const disordered = fc
  .record({ history: officeHistory, boots: fc.boolean() })
  .chain(({ history, boots }) =>
    interleaving(boots ? withNewBoot(history.events, false) : history.events),
  )
  .chain(delays)
  .chain(damage)
  .map((events) => stream(events, 4_000));

const foldAll = (records: readonly StreamRecord[]): FoldResult => loadAndFold(emptySite(), records);

type Who = Pick<StreamRecord['attributes'], 'source' | 'boot' | 'seq'>;

const BY_TIME: ReadonlySet<string> = new Set(
  [
    FACTS.gapDeclared,
    FACTS.runBalanced,
    FACTS.lotGraded,
    FACTS.exceptionRaised,
    FACTS.equivocationFound,
  ].map(({ type }) => type),
);

describe('the trace of an event', () => {
  it('changes no byte of the log', () => {
    fc.assert(
      fc.property(disordered, (records) => {
        const [plain, other] = [foldAll(records), foldAll(traced(records))];
        expect(other.entries).toEqual(plain.entries);
        expect(plain.facts.every(({ attributes }) => !('traceparent' in attributes))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('is that of each fact that rests on it, and of no other', () => {
    fc.assert(
      fc.property(disordered, (records) => {
        const marked = traced(records);
        const { entries, facts } = foldAll(marked);
        const tracesOf = (who: Who): (string | undefined)[] =>
          marked.flatMap(({ attributes: { source, boot, seq, traceparent } }) =>
            source === who.source && boot === who.boot && seq === who.seq ? [traceparent] : [],
          );
        for (const { attributes, data } of facts) {
          const said = JSON.parse(data.toString()) as Who & { restsOn: number; station: string };
          const cause =
            attributes.type === FACTS.equivocationFound.type
              ? tracesOf({ ...said, source: said.station })
              : tracesOf(decodeEntry(entries[said.restsOn]!).attributes);
          // What time alone has caused rests on the newest entry, but is of no trace.
          const known = BY_TIME.has(attributes.type) ? [...cause, undefined] : cause;
          expect(known).toContain(attributes.traceparent);
        }
      }),
      { numRuns: 40 },
    );
  });
});
