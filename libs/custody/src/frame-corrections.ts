import { invariant } from '#contracts';
import { estimatedLot, estimatedOutlet, estimatedRun } from './accounts.js';
import type { Folding } from './folding.js';
import type { Part } from './frame-parts.js';
import {
  type ClassRow,
  estimateLot,
  estimatedOf,
  settleFramesOf,
  weighClass,
  weighRow,
} from './frame-sums.js';
import { retireFramesOf } from './frames.js';
import { setHazardApart } from './hazards.js';
import type { LotState, RunState } from './model.js';
import { post } from './postings.js';
import { moveReadings } from './reading-moves.js';
import { runNamed } from './run-states.js';
import { totalOf } from './totals.js';
import { lookedUp } from './working-set.js';

/** What came to an outlet goes over to the lot that stands behind it after all. */
export function moveEstimates(
  folding: Folding,
  run: RunState,
  outlet: number,
  { from, to }: { readonly from: LotState | null; readonly to: LotState },
): void {
  settleFramesOf(folding, run);
  retireFramesOf(folding, run);
  moveReadings(folding, run, outlet, { from, to });
  for (const row of run.estimatedOut.filter((known) => known.outlet === outlet)) {
    const { massMg } = row;
    const credit =
      from === null
        ? estimatedOutlet(run.runId, outlet, row.class)
        : estimatedLot(from.lotId, row.class);
    post(folding, { debit: estimatedLot(to.lotId, row.class), credit, massMg, code: 'correction' });
    if (from !== null) unestimateLot(folding, from, row);
    estimateLot(folding, to, row, folding.cause);
    // The lot that it was thought to be in stays apart until somebody says that it is clean.
    if (row.hazardNoted === true && row.pieces > 0n) setHazardApart(folding, to, run.runId);
  }
}

/** Takes pieces back from a lot; its total keeps both sides, as every account does. */
function unestimateLot(folding: Folding, lot: LotState, row: ClassRow): void {
  estimatedOf(lot, row.class).creditsMg += row.massMg;
  weighClass(lot, row.class, -(row.uncertaintyMgPpm ?? 0n));
  lot.pieces -= row.pieces;
  lot.changedIndex = folding.cause;
  folding.lots.add(lot);
  const total = totalOf(folding, { stream: lot.stream, class: row.class });
  total.estimated.creditsMg += row.massMg;
}

/** A frame is declared erroneous: its sums are taken back. Returns the lots that lose by it. */
export function withdrawParts(
  folding: Folding,
  runId: string,
  parts: readonly Part[],
): Set<LotState> {
  const run = runNamed(folding, runId);
  settleFramesOf(folding, run);
  retireFramesOf(folding, run);
  const lots = new Set<LotState>();
  for (const sum of sumsOf(parts)) {
    const row = run.estimatedOut.find(
      (known) => known.outlet === sum.outlet && known.class === sum.class,
    );
    invariant(row !== undefined, `${runId} has no pieces of ${sum.class} at outlet ${sum.outlet}`);
    row.massMg -= sum.massMg;
    row.pieces -= sum.pieces;
    weighRow(row, { uncertaintyMgPpm: -sum.uncertaintyMgPpm, unweighed: -sum.unweighed });
    run.pieces -= sum.pieces;
    const lotId = run.outlets.find((listed) => listed.outlet === sum.outlet)?.lotId;
    const lot = lotId === undefined ? null : lookedUp(folding.set.lots, lotId);
    const credit =
      lot === null
        ? estimatedOutlet(runId, sum.outlet, sum.class)
        : estimatedLot(lot.lotId, sum.class);
    const { massMg } = sum;
    post(folding, { debit: estimatedRun(runId), credit, massMg, code: 'correction' });
    if (lot === null) continue;
    unestimateLot(folding, lot, sum);
    lots.add(lot);
  }
  run.changedIndex = folding.cause;
  folding.runs.add(run);
  return lots;
}

interface Sum {
  readonly outlet: number;
  readonly class: string;
  massMg: bigint;
  pieces: bigint;
  uncertaintyMgPpm: bigint;
  unweighed: bigint;
}

function sumsOf(parts: readonly Part[]): Iterable<Sum> {
  const sums = new Map<string, Sum>();
  const nothing = { massMg: 0n, pieces: 0n, uncertaintyMgPpm: 0n, unweighed: 0n };
  for (const { outlet, class: ofClass, massMg, massUncertaintyPpm, isRough, pieces } of parts) {
    const count = BigInt(pieces ?? 1);
    const key = `${outlet} ${ofClass}`;
    const sum = sums.get(key) ?? { outlet, class: ofClass, ...nothing };
    const mg = BigInt(massMg ?? 0);
    sum.massMg += mg;
    sum.pieces += count;
    sum.uncertaintyMgPpm += mg * BigInt(massUncertaintyPpm);
    if (massMg === null || isRough === true) sum.unweighed += count;
    sums.set(key, sum);
  }
  return sums.values();
}
