import { siteOf } from '#contracts';
import type { RunState } from '#custody';
import type { RunAnswer } from '../runs/runs.schema.js';
import type { BookedRun } from '../runs/runs.store.js';
import { inOrder } from './in-order.js';
import type { PastSite } from './past-site.js';

/** Newest first, from after (opening time, id) on. */
export function pastRuns(
  { runs }: PastSite,
  state: string | undefined,
  part: { readonly after: readonly [string, string] | null; readonly limit: number },
): RunAnswer[] {
  const found = [...runs.values()]
    .map(runAsKnown)
    .filter((run) => state === undefined || run.state === state);
  return inOrder(found, (run) => [run.openedTime, run.runId], { descending: true, ...part });
}

/** Null when nobody knew of it. */
export function pastRun({ runs }: PastSite, runId: string): BookedRun | null {
  const state = runs.get(runId);
  return state === undefined ? null : { answer: runAsKnown(state), state };
}

/** What the row of a run would have told. */
const runAsKnown = (run: RunState): RunAnswer => ({
  siteId: siteOf(run.runId),
  runId: run.runId,
  state: run.status,
  lineId: run.lineId,
  stream: run.stream,
  recipe: run.recipe,
  unaccountedMg: String(run.unaccountedMg),
  pieces: String(run.pieces),
  openedTime: new Date(run.openedTime).toISOString(),
  closedTime: run.closedTime === null ? null : new Date(run.closedTime).toISOString(),
  openedIndex: run.openedIndex,
  changedIndex: run.changedIndex,
});
