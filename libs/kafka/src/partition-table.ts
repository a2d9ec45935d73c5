import { REJECT_LIMITS, type RejectLimits, RejectWindow } from './reject-window.js';

/** What the server knows of one assigned partition. A new assignment makes a new object. */
export interface PartitionState {
  readonly topic: string;
  readonly partition: number;
  /**
   * `claiming`: waits for its start offset. `active`: batches are handled. `waiting`: a batch
   * failed and is tried again later. `stopped`: too much of it was rejected; nothing is handled until
   * another process takes it.
   */
  phase: 'claiming' | 'active' | 'waiting' | 'stopped';
  /** Offset that the next batch has to begin with; undefined: whatever the group says. */
  next: bigint | undefined;
  /** First offset that came in place of `next`, once it was sought again. */
  unexpected: bigint | undefined;
  /** Failures in a row of the batch at `next`. */
  failures: number;
  /** Those of them whose kind nobody knows. */
  unknownFailures: number;
  timer: NodeJS.Timeout | undefined;
  readonly rejects: RejectWindow;
}

export type StartVerdict = 'handle' | 'seek-again' | 'out-of-range';

/**
 * Decides about a batch by where it begins. kafkajs may hand over what it fetched before a seek
 * took effect, and it moves silently to the log's start when an offset is out of range. Both look
 * alike, so the first surprise is dropped and sought again; only what comes twice is real.
 */
export function judgeStart(state: PartitionState, first: bigint): StartVerdict {
  if (state.next === undefined || first === state.next) {
    state.unexpected = undefined;
    return 'handle';
  }
  if (state.unexpected === first) return 'out-of-range';
  state.unexpected = first;
  return 'seek-again';
}

/** The partitions of the current assignment. */
export class PartitionTable {
  private states = new Map<string, PartitionState>();

  constructor(private readonly rejectLimits: RejectLimits = REJECT_LIMITS) {}

  get(topic: string, partition: number): PartitionState | undefined {
    return this.states.get(`${partition}|${topic}`);
  }

  /** Whether `state` belongs to the current assignment still. */
  isCurrent(state: PartitionState): boolean {
    return this.get(state.topic, state.partition) === state;
  }

  all(): PartitionState[] {
    return [...this.states.values()];
  }

  /**
   * Replaces the assignment. Counts of failures and rejects go along with a partition that stays, or
   * a fatal error could hide behind rebalances; so does a stop. Returns the states that are no longer assigned.
   */
  assign(
    assignment: Readonly<Record<string, readonly number[]>>,
    phase: PartitionState['phase'],
  ): PartitionState[] {
    const before = this.states;
    this.states = new Map();
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const old = before.get(`${partition}|${topic}`);
        this.states.set(`${partition}|${topic}`, {
          topic,
          partition,
          phase: old?.phase === 'stopped' ? 'stopped' : phase,
          next: undefined,
          unexpected: undefined,
          failures: old?.failures ?? 0,
          unknownFailures: old?.unknownFailures ?? 0,
          timer: undefined,
          rejects: old?.rejects ?? new RejectWindow(this.rejectLimits),
        });
      }
    }
    for (const { timer } of before.values()) clearTimeout(timer);
    return [...before.entries()].filter(([key]) => !this.states.has(key)).map(([, state]) => state);
  }
}
