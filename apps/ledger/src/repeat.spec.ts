import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Repeat } from './repeat.js';

const silent = (): void => undefined;
const LOGGER = { warn: silent } as unknown as ConstructorParameters<typeof Repeat>[3];

describe('Repeat', () => {
  let began: number[];
  let roundMs: number;
  let repeat: Repeat;

  beforeEach(() => {
    jest.useFakeTimers({ now: 0 });
    [began, roundMs] = [[], 0];
    const round = async (): Promise<boolean> => {
      began.push(Date.now());
      if (roundMs > 0) await new Promise((resolve) => setTimeout(resolve, roundMs));
      return false;
    };
    repeat = new Repeat('spec', 1_000, round, LOGGER, silent);
    repeat.start();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('runs at least every so often', async () => {
    await jest.advanceTimersByTimeAsync(2_500);
    expect(began).toEqual([0, 1_000, 2_000]);
  });

  it('runs at once when asked, unless the last round began within the gap', async () => {
    await jest.advanceTimersByTimeAsync(400);
    repeat.soon(250);
    await jest.advanceTimersByTimeAsync(100);
    repeat.soon(250);
    await jest.advanceTimersByTimeAsync(300);
    expect(began).toEqual([0, 400, 650]);
  });

  it('runs again after the round under way when asked meanwhile', async () => {
    roundMs = 400;
    await jest.advanceTimersByTimeAsync(1_300);
    repeat.soon(250);
    await jest.advanceTimersByTimeAsync(500);
    // The shortest timer takes a millisecond.
    expect(began).toEqual([0, 1_000, 1_401]);
  });
});
