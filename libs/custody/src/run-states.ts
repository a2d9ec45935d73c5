import { raise } from './exceptions.js';
import { fact } from './facts.js';
import type { Folding } from './folding.js';
import type { RunState } from './model.js';
import { lookedUp } from './working-set.js';

/** The run, opened provisionally when nobody has heard of it yet. */
export function runNamed(folding: Folding, runId: string): RunState {
  const known = lookedUp(folding.set.runs, runId);
  if (known !== null) return known;
  const run = freshRun(folding, runId, 'provisional');
  fact(folding, 'runOpened', runId, { runId, provisional: true });
  run.openExceptionId = raise(folding, 'unknown-run', runId);
  return run;
}

export function freshRun(folding: Folding, runId: string, status: RunState['status']): RunState {
  const run: RunState = {
    runId,
    status,
    lineId: null,
    recipe: null,
    stream: 'unknown',
    inputs: [],
    outlets: [],
    feeds: [],
    weighedOut: [],
    estimatedOut: [],
    losses: [],
    upTo: null,
    deadlineMs: null,
    unaccountedMg: 0n,
    balancedSeq: null,
    openExceptionId: null,
    pieces: 0n,
    pass: 1,
    openedIndex: folding.cause,
    changedIndex: folding.cause,
    openedTime: new Date(folding.site.streamTimeMs).toISOString(),
    closedTime: null,
  };
  folding.set.runs.set(runId, run);
  return touchRun(folding, run);
}

export function touchRun(folding: Folding, run: RunState): RunState {
  run.changedIndex = Math.max(run.changedIndex, folding.cause);
  folding.runs.add(run);
  return run;
}

/** Notes, once a run, that it was spoken of after its balance. */
export function noteLate(folding: Folding, run: RunState): void {
  if (run.lateNoted === true) return;
  run.lateNoted = true;
  touchRun(folding, run);
  raise(folding, 'late-after-balance', run.runId);
}
