import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SeqRange } from './model.js';
import { addRange, holds, includesSeq, insertSeq, takeSeq } from './slots.js';

const seq = fc.integer({ min: 1, max: 30 });

describe('ranges of seqs', () => {
  it('hold what a set of the same seqs holds, ascending, apart and joined', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ seq, add: fc.boolean() })), (steps) => {
        const ranges: SeqRange[] = [];
        const model = new Set<number>();
        for (const step of steps) {
          if (!step.add) expect(takeSeq(ranges, step.seq)).toBe(model.delete(step.seq));
          else if (!model.has(step.seq)) {
            addRange(ranges, { first: step.seq, last: step.seq });
            model.add(step.seq);
          }
        }
        for (let at = 0; at <= 31; at++) expect(holds(ranges, at)).toBe(model.has(at));
        for (const [at, { first, last }] of ranges.entries()) {
          expect(first).toBeLessThanOrEqual(last);
          const next = ranges[at + 1];
          if (next !== undefined) expect(next.first).toBeGreaterThan(last + 1);
        }
      }),
    );
  });

  it('keep waiting seqs ascending', () => {
    fc.assert(
      fc.property(fc.uniqueArray(seq), (seqs) => {
        const waiting: number[] = [];
        for (const one of seqs) {
          expect(includesSeq(waiting, one)).toBe(false);
          insertSeq(waiting, one);
          expect(includesSeq(waiting, one)).toBe(true);
        }
        expect(waiting).toEqual([...seqs].sort((a, b) => a - b));
      }),
    );
  });
});
