import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LagClock } from './lag-clock.js';

describe('the lag in seconds', () => {
  it('is 0 while nothing waits, and grows while a consumer is stuck', () => {
    const clock = new LagClock(0);
    clock.handled(9_000);
    expect(clock.secondsAt(10_000, 0)).toBe(0);
    expect(clock.secondsAt(15_000, 3)).toBe(5);
    expect(clock.secondsAt(40_000, 90)).toBe(30);
  });

  it('does not take the silence before a record for its waiting', () => {
    const clock = new LagClock(0);
    clock.handled(1_000);
    expect(clock.secondsAt(3_600_000, 0)).toBe(0);
    expect(clock.secondsAt(3_601_000, 1)).toBe(1);
  });

  it('follows what is handled of a backlog', () => {
    const clock = new LagClock(0);
    clock.handled(5_000);
    expect(clock.secondsAt(100_000, 1_000)).toBe(95);
    clock.handled(99_000);
    expect(clock.secondsAt(100_000, 10)).toBe(1);
  });

  it('is never less than the oldest record has waited', () => {
    // Records appended at rising times, some handled, a look after each step.
    const step = fc.record({ gap: fc.nat(5_000), append: fc.boolean(), handle: fc.nat(3) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const clock = new LagClock(0);
        const waiting: number[] = [];
        let now = 0;
        for (const { gap, append, handle } of steps) {
          now += gap;
          if (append) waiting.push(now);
          for (const appended of waiting.splice(0, handle)) clock.handled(appended);
          const seconds = clock.secondsAt(now, waiting.length);
          if (waiting.length > 0) expect(seconds * 1_000).toBeGreaterThanOrEqual(now - waiting[0]!);
          else expect(seconds).toBe(0);
        }
      }),
    );
  });
});
