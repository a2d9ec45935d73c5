import { describe, expect, it } from '@jest/globals';
import { InFlight } from './in-flight.js';

const limits = { requests: 2, bytes: 100, requestsOfSource: 2 };

describe('InFlight', () => {
  it('bounds requests and bytes, and gives room back', () => {
    const inFlight = new InFlight(limits);
    expect([inFlight.tryEnter(), inFlight.tryEnter(), inFlight.tryEnter()]).toEqual([
      true,
      true,
      false,
    ]);
    inFlight.leave();
    expect(inFlight.tryEnter()).toBe(true);
    expect([inFlight.tryTake(60), inFlight.tryTake(41), inFlight.tryTake(40)]).toEqual([
      true,
      false,
      true,
    ]);
    inFlight.give(60);
    expect(inFlight.bytes).toBe(40);
  });

  it('works off one source in order, even after a failure, and others beside it', async () => {
    const inFlight = new InFlight(limits);
    const log: string[] = [];
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const first = inFlight.inOrder('a', async () => {
      await gate;
      log.push('a1');
      throw new Error('away');
    });
    const second = inFlight.inOrder('a', () => Promise.resolve(log.push('a2')));
    await inFlight.inOrder('b', () => Promise.resolve(log.push('b1')));
    await expect(inFlight.inOrder('a', () => Promise.resolve(1))).resolves.toBeUndefined();
    open();
    await expect(first).rejects.toThrow('away');
    await second;
    expect(log).toEqual(['b1', 'a1', 'a2']);
    await expect(inFlight.inOrder('a', () => Promise.resolve('again'))).resolves.toBe('again');
  });
});
