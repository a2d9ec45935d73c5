import type { DataOf, EventAttributes } from '#contracts';
import { weighedOutlet, weighedRun } from './accounts.js';
import { strikeBalance } from './balance.js';
import { accrue } from './credits.js';
import { close, raise } from './exceptions.js';
import { fact } from './facts.js';
import type { Folding } from './folding.js';
import { assignEstimates } from './frames.js';
import { mixIn, mixInFeeds, passFrom, wantModel } from './lot-custody.js';
import { isClosed, step } from './lot-states.js';
import {
  type Opening,
  addParent,
  arriveInLot,
  leaveLot,
  lotNamed,
  openLot,
  owedMg,
  touch,
} from './lots.js';
import { balanceMg, beyondThreeSigma, square } from './mass.js';
import type { LotState, RunState } from './model.js';
import { post } from './postings.js';
import { inherit, noteUse } from './quarantine.js';
import { freshRun, noteLate, runNamed, touchRun } from './run-states.js';
import { lookedUp } from './working-set.js';

/** `run.started`: opens the run and the lots behind its outlets, and gives them what came early. */
export function runStarted(folding: Folding, started: DataOf<'runStarted'>): void {
  const { runId, lineId, recipe, stream, inputs, outlets } = started;
  const known = lookedUp(folding.set.runs, runId);
  if (known !== null && isStarted(known)) {
    raise(folding, 'run-started-twice', runId);
    return;
  }
  if (new Set(outlets.map(({ outlet }) => outlet)).size < outlets.length) {
    raise(folding, 'body-invalid', runId, { problem: 'outlets: a number stands twice' });
    return;
  }
  const run = touchRun(folding, known ?? freshRun(folding, runId, 'open'));
  if (run.status === 'provisional') run.status = 'open';
  run.startedIndex = folding.cause;
  run.lineId = lineId;
  run.recipe = recipe;
  run.stream = stream;
  run.inputs = [...inputs];
  describeProcess(run, started);
  fact(folding, 'runOpened', runId, { runId, provisional: false, lineId, recipe });
  if (run.openExceptionId !== null) close(folding, run.openExceptionId, 'run-opened');
  run.openExceptionId = null;
  for (const lotId of [...inputs, ...run.feeds.map((feed) => feed.lotId)]) {
    const input = lookedUp(folding.set.lots, lotId);
    if (input !== null) passFrom(run, input);
  }
  for (const planned of outlets) {
    const { model } = planned;
    const lot = openLot(folding, outletOpening(started, planned));
    if (lot.runs?.includes(runId) !== true) (lot.runs ??= []).push(runId);
    wantModel(folding, lot, model);
    for (const feed of run.feeds) descend(folding, run, lot, feed.lotId);
    lot.pass = Math.max(lot.pass, run.pass);
  }
  assignContainers(folding, run);
  assignEstimates(folding, run);
  if (run.status === 'balanced') strikeAnew(folding, run);
}

/** How the lot behind an outlet is opened. */
export const outletOpening = (
  { runId, stream }: Pick<DataOf<'runStarted'>, 'runId' | 'stream'>,
  { lotId, targetClass, targetGrade }: DataOf<'runStarted'>['outlets'][number],
): Opening => ({
  lotId,
  origin: 'run',
  stream,
  materialClass: targetClass,
  ...(targetGrade === undefined ? {} : { targetGrade }),
  runId,
});

/** What is done, and what stands behind each outlet. */
export function describeProcess(
  run: RunState,
  { process, outlets }: Pick<DataOf<'runStarted'>, 'process' | 'outlets'>,
): void {
  delete run.process;
  if (process !== undefined) run.process = process;
  run.outlets = outlets.map(({ outlet, lotId, targetClass, role }) => ({
    outlet,
    lotId,
    targetClass,
    ...(role === undefined ? {} : { role }),
  }));
}

/** Only `run.started` names the line. */
const isStarted = ({ lineId }: RunState): boolean => lineId !== null;

/** What was fed to a run is a parent of what it makes, though no mass of it is known to be there. */
function descend(folding: Folding, run: RunState, lot: LotState, parentId: string): void {
  addParent(lot, parentId);
  lot.pass = Math.max(lot.pass, run.pass);
  const parent = lookedUp(folding.set.lots, parentId);
  if (parent === null || parent === lot) return;
  mixIn(folding, lot, parent.custody, 0n);
  inherit(folding, lot, parent);
}

function assignContainers(folding: Folding, run: RunState): void {
  for (const { outlet, massMg, uncertaintyMg2 } of run.weighedOut) {
    const lot = lotBehind(folding, run, outlet);
    if (lot === null) continue;
    step(folding, lot, 'filled', run.runId);
    mixInFeeds(folding, lot, run, massMg);
    arriveInLot(folding, lot, {
      account: weighedOutlet(run.runId, outlet),
      massMg,
      varianceMg2: uncertaintyMg2,
      code: 'outlet-assigned',
    });
  }
}

export function lotBehind(folding: Folding, run: RunState, outlet: number): LotState | null {
  const lotId = run.outlets.find((listed) => listed.outlet === outlet)?.lotId;
  return lotId === undefined ? null : lookedUp(folding.set.lots, lotId);
}

/** The readings of a belt from a lot into a run; the first one makes the lot a parent. */
export function feedSeries(
  folding: Folding,
  run: RunState,
  lot: LotState,
  { source, boot }: Pick<EventAttributes, 'source' | 'boot'>,
): { readonly series: RunState['feeds'][number]; readonly isFirst: boolean } {
  const { lotId } = lot;
  const known = run.feeds.find(
    (feed) => feed.source === source && feed.boot === boot && feed.lotId === lotId,
  );
  if (known !== undefined) return { series: known, isFirst: false };
  const series = { source, boot, lotId, cumulativeMg: 0n, uncertaintyMg: 0n };
  run.feeds.push(series);
  passFrom(run, lot);
  for (const { outlet } of run.outlets) {
    const output = lotBehind(folding, run, outlet);
    if (output !== null) descend(folding, run, touch(folding, output), lotId);
  }
  return { series, isFirst: true };
}

/**
 * `feed.metered`: readings are cumulative per (source, boot, run, lot) and the largest counts, so
 * a reading that came late or twice moves nothing.
 */
export function feedMetered(
  folding: Folding,
  feed: DataOf<'feedMetered'>,
  { source, boot }: EventAttributes,
): void {
  const { runId, lotId } = feed;
  const run = runNamed(folding, runId);
  const lot = lotNamed(folding, lotId);
  const cumulativeMg = BigInt(feed.cumulativeMg);
  const uncertaintyMg = BigInt(feed.uncertaintyMg);
  const { series, isFirst } = feedSeries(folding, run, lot, { source, boot });
  if (noteUse(folding, lot, runId, isFirst)) setOutputsApart(folding, run, lot);
  const increaseMg = cumulativeMg - series.cumulativeMg;
  if (increaseMg <= 0n) return;
  touchRun(folding, run);
  const wasOverdrawn = isOverdrawn(lot);
  const heldMg = balanceMg(lot.weighed);
  const shortfall = leaveLot(folding, lot, {
    account: weighedRun(runId),
    massMg: increaseMg,
    varianceMg2: square(uncertaintyMg) - square(series.uncertaintyMg),
    code: 'feed',
  });
  accrue(folding, lot, increaseMg - shortfall);
  series.cumulativeMg = cumulativeMg;
  if (feed.scaleId === undefined) delete series.scaleId;
  else series.scaleId = feed.scaleId;
  series.uncertaintyMg = uncertaintyMg;
  // Once until the lot is out of debt: a belt scale would repeat it every second.
  if (!wasOverdrawn && isOverdrawn(lot) && !isClosed(lot)) {
    raise(folding, 'lot-overdrawn', lotId, {
      fedMg: increaseMg.toString(),
      heldMg: heldMg.toString(),
    });
  }
  if (run.status === 'balanced') strikeAnew(folding, run);
}

function setOutputsApart(folding: Folding, run: RunState, lot: LotState): void {
  for (const { outlet } of run.outlets) {
    const output = lotBehind(folding, run, outlet);
    if (output !== null) inherit(folding, output, lot);
  }
}

/** Its variance lent it more than the scales at both ends explain. */
const isOverdrawn = (lot: LotState): boolean => beyondThreeSigma(owedMg(lot), lot.uncertaintyMg2);

/** `container.weighed`: to the lot behind the outlet, or to the outlet until it has one. */
export function containerWeighed(folding: Folding, container: DataOf<'containerWeighed'>): void {
  const { runId, outlet } = container;
  const run = touchRun(folding, runNamed(folding, runId));
  const massMg = BigInt(container.massMg);
  const varianceMg2 = square(container.uncertaintyMg);
  let row = run.weighedOut.find((known) => known.outlet === outlet);
  if (row === undefined) {
    row = { outlet, massMg: 0n, uncertaintyMg2: 0n, containers: 0 };
    run.weighedOut.push(row);
  }
  row.massMg += massMg;
  row.uncertaintyMg2 += varianceMg2;
  row.containers++;
  row.scaleIds ??= [];
  if (!row.scaleIds.includes(container.scaleId)) row.scaleIds.push(container.scaleId);
  const credit = weighedRun(runId);
  const lot = lotBehind(folding, run, outlet);
  if (lot === null) {
    post(folding, { debit: weighedOutlet(runId, outlet), credit, massMg, code: 'outlet' });
  } else {
    step(folding, lot, 'filled', runId);
    mixInFeeds(folding, lot, run, massMg);
    arriveInLot(folding, lot, { account: credit, massMg, varianceMg2, code: 'outlet' });
  }
  if (run.status === 'balanced') strikeAnew(folding, run);
}

/** `run.closed`: the balance waits for the marks, at most one timeout. */
export function runClosed(
  folding: Folding,
  closed: DataOf<'runClosed'>,
  { source, boot, seq, time }: EventAttributes,
): void {
  const run = runNamed(folding, closed.runId);
  if (run.upTo !== null) {
    raise(folding, 'run-closed-twice', run.runId);
    return;
  }
  touchRun(folding, run);
  run.status = 'closing';
  run.closedTime = time;
  run.closedIndex = folding.cause;
  run.losses = closed.losses.map((row) => ({
    account: row.account,
    massMg: BigInt(row.massMg),
    uncertaintyMg: BigInt(row.uncertaintyMg),
  }));
  run.upTo = closed.upTo.map((mark) => ({ ...mark }));
  // Who closes the run has spoken by that very event, named or not.
  if (!run.upTo.some((mark) => mark.source === source)) run.upTo.push({ source, boot, seq });
  run.deadlineMs = folding.site.streamTimeMs + folding.limits.gapTimeoutMs;
  folding.wakeBy(run.deadlineMs);
  folding.closing.set(run.runId, run);
}

/** A late observation changed a balanced run: the difference is posted, the balance superseded. */
function strikeAnew(folding: Folding, run: RunState): void {
  noteLate(folding, run);
  strikeBalance(folding, run);
}
