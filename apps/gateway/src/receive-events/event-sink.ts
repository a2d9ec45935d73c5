import type { EventEnvelope } from '#contracts';
import type { Caller } from '../registry/directory.js';

/** Where accepted events go. */
export interface EventSink {
  /**
   * MUST resolve only when every event is durable in the caller's partition, in the given order,
   * and after all that earlier calls of the same caller wrote. MUST reject with a RetriableError
   * when some of them may not be: the caller then sends all of them again.
   */
  append(caller: Caller, events: readonly EventEnvelope[]): Promise<void>;
}
