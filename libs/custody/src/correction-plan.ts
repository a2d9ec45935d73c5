import type { LotState, StreamRecord } from './model.js';

/** What a correction would do: judged first, then done as a whole or not at all. */
export interface Plan {
  /** Sum of the absolute differences, for the limit. */
  readonly movedMg: bigint;
  /** Lots whose own figures change; complete only after `apply`. */
  readonly lots: ReadonlySet<LotState>;
  readonly apply: () => void;
}

/** The event that erred: its log index and the record that stands there. */
export interface Erring {
  readonly errs: number;
  readonly original: StreamRecord;
}

/** Both say the same event; null: as if it had not occurred. */
export interface Change<Data> {
  readonly before: Data | null;
  readonly after: Data | null;
}
