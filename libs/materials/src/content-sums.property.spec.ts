import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type ContentSums,
  addContents,
  emptySums,
  mergeSums,
  subtractSums,
  sumsFromText,
  sumsToText,
} from './content-sums.js';
import {
  type RichPiece,
  RICHEST_MAX,
  leastContent,
  mergeRichest,
  richIn,
} from './richest-pieces.js';

const piece = fc.record({
  massMg: fc.oneof(
    fc.integer({ min: 0, max: 2_000_000 }),
    fc.constantFrom(null, 1, 25_000_000, 9_007_199_254_740_991),
  ),
  ppm: fc.oneof(
    fc.integer({ min: -3_000, max: 5_000 }),
    fc.constantFrom(null, 0, 1_000_000, -1_000_000),
  ),
});
const frame = fc.array(piece, { maxLength: 40 });
type Pieces = readonly { readonly massMg: number | null; readonly ppm: number | null }[];

const columns = (pieces: Pieces) => ({
  massMg: pieces.map(({ massMg }) => massMg),
  ppm: pieces.map(({ ppm }) => ppm),
});

function sumsOf(...frames: readonly Pieces[]): ContentSums {
  const sums = emptySums();
  for (const pieces of frames) addContents(sums, columns(pieces));
  return sums;
}

function merged(...all: readonly ContentSums[]): ContentSums {
  const sums = emptySums();
  for (const one of all) mergeSums(sums, one);
  return sums;
}

/** The definition, in bigints alone. */
function slowly(pieces: Pieces): ContentSums {
  const sums = emptySums();
  for (const { massMg, ppm } of pieces) {
    if (massMg === null || massMg === 0 || ppm === null) continue;
    const m = BigInt(massMg);
    const w = BigInt(ppm);
    const e = (m * (w < 0n ? -w / 2n : w)) / 10_000n;
    sums.pieces += 1n;
    sums.massMg += m;
    sums.massSquares += m * m;
    if (w < 0n) sums.censoredMgPpm += m * -w;
    else sums.contentMgPpm += m * w;
    if (w < 0n) sums.censoredMassMg += m;
    sums.contentSquares += e * e;
    sums.massContents += m * e;
  }
  return sums;
}

describe('content sums', () => {
  it('are exact, also where a product is no safe integer', () => {
    fc.assert(
      fc.property(frame, (pieces) => {
        expect(sumsOf(pieces)).toEqual(slowly(pieces));
      }),
    );
  });

  it('merge in any order and grouping to what one pass gives', () => {
    fc.assert(
      fc.property(frame, frame, frame, (a, b, c) => {
        const once = sumsOf([...a, ...b, ...c]);
        expect(sumsOf(a, b, c)).toEqual(once);
        expect(merged(sumsOf(a), merged(sumsOf(b), sumsOf(c)))).toEqual(once);
        expect(merged(merged(sumsOf(c), sumsOf(a)), sumsOf(b))).toEqual(once);
        expect(merged(once, emptySums())).toEqual(once);
      }),
    );
  });

  it('of classes are together the sums of all', () => {
    fc.assert(
      fc.property(frame, (pieces) => {
        const classes = pieces.map((_one, at) => at % 3);
        const parts = [0, 1, 2].map((only) => {
          const sums = emptySums();
          addContents(sums, { ...columns(pieces), class: classes, only });
          return sums;
        });
        expect(merged(...parts)).toEqual(sumsOf(pieces));
      }),
    );
  });

  it('give back what was added', () => {
    fc.assert(
      fc.property(frame, frame, (a, b) => {
        const sums = sumsOf(a, b);
        subtractSums(sums, sumsOf(b));
        expect(sums).toEqual(sumsOf(a));
      }),
    );
  });

  it('survive their text, and are refused where a figure is missing', () => {
    fc.assert(
      fc.property(frame, (pieces) => {
        const sums = sumsOf(pieces);
        expect(sumsFromText(sumsToText(sums))).toEqual(sums);
      }),
    );
    expect(() => sumsFromText('1 2')).toThrow(/not eight whole numbers/);
  });
});

describe('richest pieces', () => {
  const rich = fc.array(
    fc.record({
      source: fc.constantFrom('a', 'b'),
      boot: fc.constantFrom(1, 2),
      seq: fc.integer({ min: 1, max: 4 }),
      index: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 24 },
  );
  /** A piece's content follows from its name, as it does in a log. */
  const named = (pieces: readonly Omit<RichPiece, 'massMg' | 'ppm'>[]): RichPiece[] =>
    pieces.map((one) => ({
      ...one,
      massMg: 1_000 * one.seq * one.boot,
      ppm: 1 + one.index * (one.source === 'a' ? 7 : 5),
    }));

  it('merge associatively, commutatively and idempotently', () => {
    fc.assert(
      fc.property(rich, rich, rich, (x, y, z) => {
        const [a, b, c] = [
          mergeRichest(named(x), []),
          mergeRichest(named(y), []),
          mergeRichest(named(z), []),
        ];
        expect(mergeRichest(a, b)).toEqual(mergeRichest(b, a));
        expect(mergeRichest(a, a)).toEqual(a);
        expect(mergeRichest(mergeRichest(a, b), c)).toEqual(mergeRichest(a, mergeRichest(b, c)));
        expect(a.length).toBeLessThanOrEqual(RICHEST_MAX);
      }),
    );
  });

  it('of frames are the richest of all pieces', () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 5 }), (frames) => {
        const name = (seq: number) => ({ source: 'n.s', boot: 9, seq });
        let found: readonly RichPiece[] = [];
        frames.forEach((pieces, seq) => {
          const rich = richIn({ ...name(seq), ...columns(pieces) }, leastContent(found));
          found = mergeRichest(found, rich);
        });
        const all = frames.flatMap((pieces, seq) =>
          pieces.flatMap(({ massMg, ppm }, index) =>
            massMg !== null && massMg > 0 && ppm !== null && ppm > 0
              ? [{ ...name(seq), index, massMg, ppm }]
              : [],
          ),
        );
        expect(found).toEqual(mergeRichest(all, []));
      }),
    );
  });
});
