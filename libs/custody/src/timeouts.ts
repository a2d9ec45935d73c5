import { strikeBalance } from './balance.js';
import { gapLowest } from './completeness.js';
import { type Folding, byText } from './folding.js';

/** What stream time alone brings about; `order` settles ties, gaps first. */
interface Timeout {
  readonly dueMs: number;
  readonly order: string;
  readonly fire: () => void;
}

/**
 * Fires what is due by stream time, earliest first, before the record that moved time is looked
 * at. What fires rests on the newest entry of the log: no record caused it.
 */
export function fireTimeouts(folding: Folding): void {
  while (folding.site.streamTimeMs >= folding.wakeMs) {
    const next = earliest(folding);
    folding.wakeMs = next?.dueMs ?? Number.POSITIVE_INFINITY;
    if (next === undefined || next.dueMs > folding.site.streamTimeMs) return;
    next.fire();
  }
}

function earliest(folding: Folding): Timeout | undefined {
  let first: Timeout | undefined;
  const consider = (timeout: Timeout): void => {
    if (first === undefined || compare(timeout, first) < 0) first = timeout;
  };
  for (const state of folding.set.boots.values()) {
    if (state.missingSinceMs === null) continue;
    consider({
      dueMs: state.missingSinceMs + folding.limits.gapTimeoutMs,
      order: `gap ${state.source} ${state.boot}`,
      fire: () => {
        gapLowest(folding, state, 'timeout');
      },
    });
  }
  for (const run of folding.closing.values()) {
    if (run.deadlineMs === null) continue;
    consider({
      dueMs: run.deadlineMs,
      order: `run ${run.runId}`,
      fire: () => {
        folding.restOnNewestEntry();
        strikeBalance(folding, run);
      },
    });
  }
  return first;
}

const compare = (a: Timeout, b: Timeout): number => a.dueMs - b.dueMs || byText(a.order, b.order);
