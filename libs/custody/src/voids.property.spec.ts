import { Buffer } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EVENTS } from '#contracts';
import { damage, delays, interleaving, quiet } from '../../../test/arbitraries/disorder.js';
import { siteHistory } from '../../../test/arbitraries/site-history.js';
import {
  START_MS,
  at,
  emptySite,
  loadAndFold,
  stream,
} from '../../../test/arbitraries/site-stream.js';
import type { FoldResult, StreamRecord } from './model.js';
import { saidDigests } from './said-digests.js';

/** Answers are lost, and rules become stricter before what they were for is sent again. */

const anyStream: fc.Arbitrary<StreamRecord[]> = fc
  .record({ history: siteHistory, step: fc.constantFrom(10, 4_000, 25_000) })
  .chain(({ history, step }) =>
    interleaving(history.events)
      .chain((mixed) => delays(mixed))
      .chain(damage)
      .map((events) => {
        const end = START_MS + events.length * step;
        const silence = quiet().map((event, index) => at(event, end + (index + 1) * 100_000));
        return [...stream(events, step), ...silence];
      }),
  );

/** The station's void of what it said, as the gateway forwards it at `ingestTimeMs`. */
function voidOf({ attributes, ...said }: StreamRecord, ingestTimeMs: number): StreamRecord {
  const { attributes: block, data } = saidDigests({ attributes, ...said })!;
  const names = {
    attributesSha256: block.toString('hex'),
    dataSha256: data.toString('hex'),
    reason: 'data-invalid',
  };
  const { type } = EVENTS.eventVoided;
  const voided = { ...attributes, type, subject: attributes.source };
  return at({ attributes: voided, value: Buffer.from(JSON.stringify(names)) }, ingestTimeMs);
}

/** Puts behind some records, at once or any time later, the void of each. */
function withVoids(records: readonly StreamRecord[], picks: readonly number[]): StreamRecord[] {
  const all = records.slice();
  for (const pick of picks) {
    const original = records[pick % records.length]!;
    const from = all.indexOf(original);
    const place = from + 1 + (pick % (all.length - from));
    all.splice(place, 0, voidOf(original, all[place - 1]!.ingestTimeMs));
  }
  return all;
}

const foldAll = (records: readonly StreamRecord[]): FoldResult => loadAndFold(emptySite(), records);
const texts = ({ entries }: FoldResult): string[] => entries.map((entry) => entry.toString());

describe('a void of what the ledger has', () => {
  it('changes neither log nor books: it is a copy, and no contradiction', () => {
    fc.assert(
      fc.property(
        anyStream,
        fc.array(fc.nat(), { minLength: 1, maxLength: 9 }),
        (records, picks) => {
          const plain = foldAll(records);
          const voided = foldAll(withVoids(records, picks));
          // The same entries: what is replayed from them is the same, too.
          expect(texts(voided)).toEqual(texts(plain));
          expect(voided.postings).toEqual(plain.postings);
          expect(voided.counts).toEqual({
            ...plain.counts,
            duplicates: plain.counts.duplicates + picks.length,
          });
        },
      ),
    );
  });
});
