import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { REJECT_LIMITS, RejectWindow } from './reject-window.js';

const limitsOf = fc.record({
  records: fc.integer({ min: 1, max: 30 }),
  rejectsMin: fc.integer({ min: 1, max: 10 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe('RejectWindow', () => {
  it('never lets a window have more rejects than its limits, and refuses only beyond them', () => {
    fc.assert(
      fc.property(limitsOf, fc.array(fc.boolean(), { maxLength: 200 }), (limits, isGood) => {
        const window = new RejectWindow(limits);
        const taken: number[] = [];
        for (const good of isGood) {
          const last = taken.slice(limits.records === 1 ? taken.length : 1 - limits.records);
          const rejects = last.reduce((sum, one) => sum + one, 1);
          const wanted = rejects < limits.rejectsMin || rejects <= limits.share * (last.length + 1);
          if (good) {
            window.accept(1);
            taken.push(0);
          } else {
            expect(window.mayReject()).toBe(wanted);
            if (!wanted) continue;
            window.reject();
            taken.push(1);
          }
        }
      }),
    );
  });

  it('counts a batch as its records one by one', () => {
    fc.assert(
      fc.property(limitsOf, fc.array(fc.nat(40)), (limits, batches) => {
        const [whole, single] = [new RejectWindow(limits), new RejectWindow(limits)];
        for (const records of batches) {
          whole.accept(records);
          for (let one = 0; one < records; one++) single.accept(1);
          expect(whole.mayReject()).toBe(single.mayReject());
          if (!whole.mayReject()) continue;
          whole.reject();
          single.reject();
        }
      }),
    );
  });

  it('of nothing but garbage lets 19 go, and one bad record in three for ever', () => {
    const garbage = new RejectWindow(REJECT_LIMITS);
    let rejects = 0;
    for (; garbage.mayReject(); rejects += 1) garbage.reject();
    expect(rejects).toBe(19);
    const mixed = new RejectWindow(REJECT_LIMITS);
    for (let at = 0; at < 5_000; at++) {
      mixed.accept(2);
      expect(mixed.mayReject()).toBe(true);
      mixed.reject();
    }
  });

  it('lets rejects go again once enough good records have come', () => {
    const window = new RejectWindow({ records: 10, rejectsMin: 2, share: 0.5 });
    while (window.mayReject()) window.reject();
    window.accept(10);
    expect(window.mayReject()).toBe(true);
  });
});
