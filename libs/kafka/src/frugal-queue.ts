import { createRequire } from 'node:module';

/** What is changed of `kafkajs/src/network/requestQueue/index.js`, 2.2.4. */
interface RequestQueue {
  readonly pending: readonly unknown[];
  scheduleCheckPendingRequests: (this: RequestQueue) => void;
}

let done = false;

/**
 * Lets a connection sleep that has nothing to send (tulios/kafkajs#1751): kafkajs looks again after
 * every answer, by a timer whose delay is negative and so a millisecond, and after that look again,
 * for as long as the connection lasts. Whoever adds a request that must wait looks for itself.
 */
export function makeQueueFrugal(): void {
  if (done) return;
  done = true;
  const require = createRequire(import.meta.url);
  const queue = require('kafkajs/src/network/requestQueue/index.js') as {
    readonly prototype: RequestQueue;
  };
  const { scheduleCheckPendingRequests } = queue.prototype;
  queue.prototype.scheduleCheckPendingRequests = function schedule() {
    if (this.pending.length > 0) scheduleCheckPendingRequests.call(this);
  };
}
