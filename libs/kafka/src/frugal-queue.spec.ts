import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { makeQueueFrugal } from './frugal-queue.js';

interface Queue {
  push(request: object): void;
  fulfillRequest(response: object): void;
  maybeThrottle(ms: number): void;
}

const require = createRequire(import.meta.url);
const RequestQueue = require('kafkajs/src/network/requestQueue/index.js') as new (
  options: object,
) => Queue;

const debug = (): void => undefined;

function queueOf(maxInFlightRequests: number): { queue: Queue; sent: number[]; send: () => void } {
  const queue = new RequestQueue({
    ...{ maxInFlightRequests, requestTimeout: 30_000, enforceRequestTimeout: false },
    ...{ clientId: 'spec', broker: 'b', logger: { debug, namespace: () => ({ debug }) } },
  });
  const sent: number[] = [];
  let next = 0;
  const send = (): void => {
    const correlationId = ++next;
    const entry = { correlationId, resolve: debug, reject: debug };
    queue.push({ entry, expectResponse: true, sendRequest: () => sent.push(correlationId) });
  };
  return { queue, sent, send };
}

const answer = (queue: Queue, correlationId: number): void => {
  queue.fulfillRequest({ correlationId, size: 1, payload: Buffer.alloc(1) });
};

describe('the queue of a connection', () => {
  beforeEach(() => {
    makeQueueFrugal();
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('sets no timer while nothing waits to be sent', () => {
    const { queue, sent, send } = queueOf(1);
    send();
    answer(queue, 1);
    expect([sent, jest.getTimerCount()]).toEqual([[1], 0]);
  });

  it('sends what waited for an answer with that answer, and sleeps again', () => {
    const { queue, sent, send } = queueOf(1);
    send();
    send();
    expect(sent).toEqual([1]);
    answer(queue, 1);
    answer(queue, 2);
    jest.advanceTimersByTime(1_000);
    expect([sent, jest.getTimerCount()]).toEqual([[1, 2], 0]);
  });

  it('sends what the broker made it hold back when the time is over', () => {
    const { queue, sent, send } = queueOf(10);
    send();
    queue.maybeThrottle(500);
    answer(queue, 1);
    send();
    jest.advanceTimersByTime(499);
    expect(sent).toEqual([1]);
    jest.advanceTimersByTime(2);
    expect([sent, jest.getTimerCount()]).toEqual([[1, 2], 0]);
  });
});
