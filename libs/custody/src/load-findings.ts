import type { DataOf } from '#contracts';
import type { Folding } from './folding.js';
import { grade } from './grading.js';
import type { LoadFindings, MeasuredShare } from './lot-model.js';
import type { VisitState } from './model.js';
import { lookedUp } from './working-set.js';

/**
 * What an inspection measured of a load, null: nothing any more. The newest inspection counts, and
 * nothing counts that does not say how well it is known.
 */
export function inspectLoad(
  folding: Folding,
  visit: VisitState,
  found: DataOf<'inspectionRecorded'> | null,
  by: number,
): void {
  const { inspected } = visit;
  if (inspected !== undefined && inspected.logIndex > by) return;
  const findings = found === null ? null : findingsOf(found, by);
  if (findings !== null) visit.inspected = findings;
  else if (inspected !== undefined) delete visit.inspected;
  tellLots(folding, visit);
}

/** Null: nothing was measured with its uncertainty. */
function findingsOf(found: DataOf<'inspectionRecorded'>, logIndex: number): LoadFindings | null {
  const moisture = measured(found.moisturePpm, found.moistureUncertaintyPpm);
  const contamination = measured(found.contaminationPpm, found.contaminationUncertaintyPpm);
  if (moisture === null && contamination === null) return null;
  return {
    logIndex,
    ...(moisture === null ? {} : { moisture }),
    ...(contamination === null ? {} : { contamination }),
  };
}

const measured = (ppm: number | null, uncertaintyPpm: number | undefined): MeasuredShare | null =>
  ppm === null || uncertaintyPpm === undefined ? null : { ppm, uncertaintyPpm };

/** By what they say: states that were stored in between are other objects. */
const isSame = (a: LoadFindings | undefined, b: LoadFindings | undefined): boolean =>
  a?.logIndex === b?.logIndex &&
  isSameShare(a?.moisture, b?.moisture) &&
  isSameShare(a?.contamination, b?.contamination);

const isSameShare = (a: MeasuredShare | undefined, b: MeasuredShare | undefined): boolean =>
  a?.ppm === b?.ppm && a?.uncertaintyPpm === b?.uncertaintyPpm;

/** A load of several lots was measured as a whole: nobody knows of which of them it is true. */
export function tellLots(folding: Folding, { lots = [], inspected }: VisitState): void {
  const said = lots.length === 1 ? inspected : undefined;
  for (const lotId of lots) {
    const lot = lookedUp(folding.set.lots, lotId);
    if (lot === null || isSame(lot.inspected, said)) continue;
    if (said === undefined) delete lot.inspected;
    else lot.inspected = said;
    lot.changedIndex = Math.max(lot.changedIndex, folding.cause);
    folding.lots.add(lot);
    grade(folding, lot);
  }
}
