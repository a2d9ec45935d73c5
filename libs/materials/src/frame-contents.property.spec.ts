import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addContents, addFigures, emptySums } from './content-sums.js';
import { CONTENT_MEMBERS, EXACT_MAX, FrameContents } from './frame-contents.js';

const piece = fc.record({
  massMg: fc.oneof(
    fc.integer({ min: 0, max: 2_000_000 }),
    fc.constantFrom(null, 0, 25_000_000, 9_007_199_254_740_991),
  ),
  ppm: fc.oneof(
    fc.integer({ min: -3_000, max: 1_000_000 }),
    fc.constantFrom(null, 0, -1, -1_000_000),
  ),
  place: fc.constantFrom(0, 1, 5, 63),
});
const frame = fc.array(piece, { minLength: 1, maxLength: 60 });

const contents = new FrameContents();

describe('the contents of a frame', () => {
  it('are by place what the definition gives, as far as they are exact', () => {
    let exact = 0;
    fc.assert(
      fc.property(fc.array(frame, { minLength: 1, maxLength: 3 }), (frames) => {
        // One after another in the same room.
        for (const pieces of frames) {
          const massMg = pieces.map((one) => one.massMg);
          const ppm = pieces.map((one) => one.ppm);
          const places = pieces.map((one) => one.place);
          if (!contents.begin(massMg, places)) continue;
          contents.least.fill(Infinity);
          contents.addColumn(ppm);
          expect([...contents.touched.subarray(0, contents.places)]).toEqual([...new Set(places)]);
          for (const place of new Set(places)) {
            const at = place * CONTENT_MEMBERS;
            const found = contents.sums.subarray(at, at + CONTENT_MEMBERS);
            if (!found.every((sum) => sum <= EXACT_MAX)) continue;
            exact++;
            const sums = emptySums();
            addFigures(sums, found, 0);
            const wanted = emptySums();
            addContents(wanted, { massMg, ppm, class: places, only: place });
            expect(sums).toEqual(wanted);
          }
        }
      }),
      { numRuns: 500 },
    );
    expect(exact).toBeGreaterThan(100);
  });

  it('tell of a piece that holds as much as the least asked for', () => {
    contents.begin([1_000, 2_000], [3, 4]);
    contents.least.fill(Infinity);
    contents.least[4] = 2_000 * 500;
    expect(contents.addColumn([1_000_000, 499])).toBe(false);
    expect(contents.addColumn([0, 500])).toBe(true);
    expect(contents.addColumn([0, -500])).toBe(false);
  });
});
