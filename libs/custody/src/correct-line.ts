import type { DataOf, LossAccount } from '#contracts';
import { loss, weighedOutlet, weighedRun } from './accounts.js';
import { strikeBalance } from './balance.js';
import { differences, effect, type Effect, movedMg } from './correction-effects.js';
import type { Change, Erring, Plan } from './correction-plan.js';
import { correctLot, postSigned } from './correct-lot.js';
import { accrue } from './credits.js';
import { compareEstimates } from './estimates.js';
import { placeReadings } from './placements.js';
import type { Folding } from './folding.js';
import { addDevices } from './device-rows.js';
import { dismantledParts } from './dismantled.js';
import { gradeGraded } from './grading.js';
import { moveEstimates, withdrawParts } from './frame-corrections.js';
import { type Part, classifiedColumns, partsOf, scannedColumns } from './frame-parts.js';
import { addParent, lotNamed, openLot } from './lots.js';
import { absolute, smaller, square } from './mass.js';
import type { LotState, RunState } from './model.js';
import type { BookedData } from './named-ids.js';
import { withdrawReadings } from './reading-moves.js';
import { retarget } from './regrading.js';
import { runNamed, touchRun } from './run-states.js';
import { describeProcess, feedSeries, lotBehind, outletOpening } from './runs.js';
import { windowParts } from './windows.js';
import { lookedUp } from './working-set.js';

/** Corrections of what lines, feeders, scanners and floor scales said. */

/** A balance that was struck is struck anew; one that is not yet will see the difference. */
function settleRun(folding: Folding, run: RunState): void {
  touchRun(folding, run);
  if (run.status === 'balanced') strikeBalance(folding, run);
}

type Container = DataOf<'containerWeighed'>;

export function containerPlan(folding: Folding, { before, after }: Change<Container>): Plan {
  const placed = (one: Container | null): Map<string, Effect> =>
    new Map(
      one === null ? [] : [[`${one.runId} ${one.outlet}`, effect(one.massMg, one.uncertaintyMg)]],
    );
  const found = differences(placed(before), placed(after));
  const lots = new Set<LotState>();
  const apply = (): void => {
    const runs = new Set<RunState>();
    for (const [place, difference] of found) {
      const [runId, outlet] = place.split(' ');
      const run = runNamed(folding, runId!);
      const lot = correctOutlet(folding, run, Number(outlet), difference);
      if (lot !== null) lots.add(lot);
      runs.add(run);
    }
    for (const run of runs) settleRun(folding, run);
  };
  return { movedMg: movedMg(found), lots, apply };
}

function correctOutlet(
  folding: Folding,
  run: RunState,
  outlet: number,
  { massMg, varianceMg2, count }: Effect,
): LotState | null {
  let row = run.weighedOut.find((known) => known.outlet === outlet);
  if (row === undefined) {
    row = { outlet, massMg: 0n, uncertaintyMg2: 0n, containers: 0 };
    run.weighedOut.push(row);
  }
  row.massMg += massMg;
  row.uncertaintyMg2 += varianceMg2;
  row.containers += count;
  const credit = weighedRun(run.runId);
  const lot = lotBehind(folding, run, outlet);
  if (lot === null) {
    postSigned(folding, weighedOutlet(run.runId, outlet), credit, massMg);
    return null;
  }
  lot.receivedMg += massMg;
  lot.uncertaintyMg2 += varianceMg2;
  correctLot(folding, lot, credit, massMg);
  return lot;
}

type Feed = DataOf<'feedMetered'>;
type Series = RunState['feeds'][number];

/**
 * Readings are cumulative and the largest counts: one that does not count moves nothing until it is
 * corrected to the largest. Where one that counts falls away, what its belt said before is not
 * known, so the office MUST state what counts instead.
 */
export function feedPlan(
  folding: Folding,
  { original }: Erring,
  { before, after }: Change<Feed>,
): Plan | string {
  const { source, boot } = original.attributes;
  const seriesOf = ({ runId, lotId }: Feed): Series | undefined =>
    lookedUp(folding.set.runs, runId)?.feeds.find(
      (known) => known.source === source && known.boot === boot && known.lotId === lotId,
    );
  const counted = before === null ? undefined : seriesOf(before);
  const counts = counted !== undefined && counted.cumulativeMg === BigInt(before!.cumulativeMg);
  if (counts && after === null) return 'it is the reading that counts; state the one that does';
  const same = before !== null && after !== null && seriesKey(before) === seriesKey(after);
  const fromMg = counts ? counted.cumulativeMg : 0n;
  const knownMg = after === null ? 0n : (seriesOf(after)?.cumulativeMg ?? 0n);
  const toMg = after === null ? 0n : BigInt(after.cumulativeMg);
  const riseMg = same && counts ? toMg - fromMg : toMg > knownMg ? toMg - knownMg : 0n;
  const fallMg = same ? 0n : fromMg;
  const lots = new Set<LotState>();
  const apply = (): void => {
    if (counts && !same) lots.add(moveFeed(folding, before!, counted, -fallMg, 0n));
    if (after === null || riseMg === 0n) return;
    const run = runNamed(folding, after.runId);
    const lot = lotNamed(folding, after.lotId);
    const { series } = feedSeries(folding, run, lot, { source, boot });
    lots.add(moveFeed(folding, after, series, riseMg, BigInt(after.uncertaintyMg)));
  };
  return { movedMg: absolute(riseMg) + fallMg, lots, apply };
}

const seriesKey = ({ runId, lotId }: Feed): string => `${runId} ${lotId}`;

function moveFeed(
  folding: Folding,
  { runId, lotId }: Feed,
  series: Series,
  riseMg: bigint,
  uncertaintyMg: bigint,
): LotState {
  const run = runNamed(folding, runId);
  const lot = lotNamed(folding, lotId);
  lot.uncertaintyMg2 += square(uncertaintyMg) - square(series.uncertaintyMg);
  series.cumulativeMg += riseMg;
  series.uncertaintyMg = uncertaintyMg;
  const missingMg = correctLot(folding, lot, weighedRun(runId), -riseMg);
  if (riseMg > 0n) accrue(folding, lot, riseMg + missingMg);
  else accrue(folding, lot, -smaller(-riseMg, lot.creditedInputMg ?? 0n));
  settleRun(folding, run);
  return lot;
}

/** Losses that a closed run declared. */
export function closingPlan(
  folding: Folding,
  { errs, original }: Erring,
  { before, after }: Change<DataOf<'runClosed'>>,
): Plan | string {
  const runId = original.attributes.subject;
  const run = lookedUp(folding.set.runs, runId);
  if (run?.closedIndex !== errs) {
    return `${runId} was closed by another event`;
  }
  if (after === null) return 'a run that is closed stays closed; correct what it declared';
  if (after.runId !== runId) return 'the run cannot change';
  const declared = (closed: DataOf<'runClosed'> | null): Map<string, Effect> => {
    const sums = new Map<string, Effect>();
    for (const { account, massMg } of closed?.losses ?? []) {
      sums.set(account, effect(BigInt(massMg) + (sums.get(account)?.massMg ?? 0n)));
    }
    return sums;
  };
  const found = differences(declared(before), declared(after));
  const apply = (): void => {
    run.losses = after.losses.map((row) => ({
      account: row.account,
      massMg: BigInt(row.massMg),
      uncertaintyMg: BigInt(row.uncertaintyMg),
    }));
    if (run.status === 'balanced') {
      for (const [account, { massMg }] of found) {
        postSigned(folding, loss(account as LossAccount, runId), weighedRun(runId), massMg);
      }
    }
    settleRun(folding, run);
  };
  return { movedMg: movedMg(found), lots: new Set(), apply };
}

/** Which lots stand behind the outlets: what came to an outlet goes over to its right lot. */
export function startPlan(
  folding: Folding,
  { errs }: Erring,
  { before, after }: Change<DataOf<'runStarted'>>,
): Plan | string {
  if (before === null || after === null)
    return 'a run that was started stays; correct what it says';
  const { runId } = before;
  if (after.runId !== runId) return 'the run cannot change';
  const run = lookedUp(folding.set.runs, runId);
  if (run?.startedIndex !== errs) {
    return `${runId} was started by another event`;
  }
  const numbers = after.outlets.map(({ outlet }) => outlet);
  if (new Set(numbers).size < numbers.length) return 'outlets: a number stands twice';
  const gone = before.outlets.find(({ outlet }) => !numbers.includes(outlet));
  if (gone !== undefined) return `outlet ${gone.outlet} has gone; name the lot behind it`;
  const lots = new Set<LotState>();
  const wrong = after.outlets.filter(
    ({ outlet, lotId }) => before.outlets.find((was) => was.outlet === outlet)?.lotId !== lotId,
  );
  const weighed = wrong.map(({ outlet }) => run.weighedOut.find((row) => row.outlet === outlet));
  const apply = (): void => {
    run.lineId = after.lineId;
    run.recipe = after.recipe;
    run.inputs = [...after.inputs];
    for (const planned of wrong) {
      for (const lot of changeOutlet(folding, run, after, planned)) lots.add(lot);
    }
    const retargeted = retarget(folding, before, after);
    for (const lot of retargeted) lots.add(lot);
    run.stream = after.stream;
    describeProcess(run, after);
    settleRun(folding, run);
    // The others were graded with the balance, or will be.
    const left = [...lots].filter(({ lotId }) => !run.outlets.some((one) => one.lotId === lotId));
    gradeGraded(folding, run.status === 'balanced' ? left : new Set([...left, ...retargeted]));
  };
  let moved = 0n;
  for (const row of weighed) moved += row?.massMg ?? 0n;
  return { movedMg: moved, lots, apply };
}

function changeOutlet(
  folding: Folding,
  run: RunState,
  started: DataOf<'runStarted'>,
  planned: DataOf<'runStarted'>['outlets'][number],
): LotState[] {
  const { runId } = run;
  const { outlet } = planned;
  const from = lotBehind(folding, run, outlet);
  const to = openLot(folding, outletOpening(started, planned));
  for (const feed of run.feeds) addParent(to, feed.lotId);
  const { massMg = 0n, uncertaintyMg2 = 0n } =
    run.weighedOut.find((row) => row.outlet === outlet) ?? {};
  const account = weighedOutlet(runId, outlet);
  if (from !== null) {
    from.receivedMg -= massMg;
    from.uncertaintyMg2 -= uncertaintyMg2;
    correctLot(folding, from, account, -massMg);
  }
  to.receivedMg += massMg;
  to.uncertaintyMg2 += uncertaintyMg2;
  correctLot(folding, to, account, massMg);
  moveEstimates(folding, run, outlet, { from, to });
  return from === null ? [to] : [from, to];
}

/** A frame is withdrawn or stands: nobody knows better what a sensor saw. */
export function framePlan(
  folding: Folding,
  { original }: Erring,
  before: BookedData | null,
  after: BookedData | null,
): Plan | string {
  if (after !== null) return 'a frame can only be withdrawn';
  const found = before === null ? null : framePartsOf(before);
  if (found === null) return 'it was withdrawn before';
  const lots = new Set<LotState>();
  let moved = 0n;
  for (const { massMg } of found.parts) moved += BigInt(massMg ?? 0);
  const apply = (): void => {
    for (const lot of withdrawParts(folding, found.runId, found.parts)) lots.add(lot);
    const run = runNamed(folding, found.runId);
    if (before?.key === 'devicesDismantled') addDevices(run, before.data, -1n);
    if (found.scan !== null) withdrawReadings(folding, run, found.scan, original.attributes);
    compareEstimates(folding, run);
    placeReadings(folding, run);
    gradeGraded(folding, lots);
  };
  return { movedMg: moved, lots, apply };
}

/** What a frame booked; null: it is none. */
function framePartsOf(typed: BookedData): {
  readonly runId: string;
  readonly parts: readonly Part[];
  /** With readings; null: of a bench. */
  readonly scan: DataOf<'piecesScanned'> | null;
} | null {
  if (typed.key === 'piecesClassified') {
    const { scan } = typed.data;
    return { runId: scan.runId, parts: partsOf(classifiedColumns(typed.data)), scan };
  }
  if (typed.key === 'piecesScanned') {
    const scan = typed.data;
    return { runId: scan.runId, parts: partsOf(scannedColumns(scan)), scan };
  }
  if (typed.key === 'fractionsObserved') {
    return { runId: typed.data.runId, parts: windowParts(typed.data), scan: null };
  }
  if (typed.key !== 'devicesDismantled') return null;
  return { runId: typed.data.runId, parts: dismantledParts(typed.data), scan: null };
}
