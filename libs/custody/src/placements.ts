import {
  type ContentSums,
  type Placement,
  PLACED,
  addPlacement,
  emptySums,
  mergeSums,
  placementFromText,
  placementOf,
  placementToText,
  subtractSums,
  takePlacement,
} from '#materials';
import type { Folding } from './folding.js';
import type { LotState, RunState } from './model.js';
import type { OutletPlacement, Placements } from './reading-model.js';
import { sumsOf } from './reading-rows.js';
import { settleReadingsOf } from './readings.js';
import { lookedUp } from './working-set.js';

/**
 * Says to the lots behind a balanced run's outlets how well it is known which pieces they have. MUST be
 * called when the run is balanced and after anything that changes what was read of it since, or
 * which lots stand behind it: what a lot keeps is then the same in whatever order they came.
 */
export function placeReadings(folding: Folding, run: RunState): void {
  if (run.status !== 'balanced' || (run.readings === undefined && run.placed === undefined)) return;
  settleReadingsOf(folding, run);
  const placed = placedNow(folding, run);
  const before = run.placed ?? [];
  if (isSame(before, placed)) return;
  for (const one of before) change(folding, one, takePlacement);
  for (const one of placed) change(folding, one, addPlacement);
  if (placed.length > 0) run.placed = placed;
  else delete run.placed;
  folding.runs.add(run);
}

function placedNow(folding: Folding, run: RunState): OutletPlacement[] {
  const { estimates } = folding.limits;
  const whole = sumsByAnalyte(run);
  return [...run.outlets]
    .sort((a, b) => a.outlet - b.outlet)
    .flatMap(({ outlet, lotId }) => {
      const found: Placements = {};
      for (const [analyte, own] of sumsByAnalyte(run, outlet)) {
        const others = { ...whole.get(analyte)! };
        subtractSums(others, own);
        const placement = placementOf(own, others, estimates);
        if (!isNone(placement)) found[analyte] = placementToText(placement);
      }
      return Object.keys(found).length === 0 ? [] : [{ outlet, lotId, placement: found }];
    });
}

/** Over all sensors, of one outlet or of all. */
function sumsByAnalyte(run: RunState, outlet?: number): Map<string, ContentSums> {
  const found = new Map<string, ContentSums>();
  for (const row of run.readings ?? []) {
    if (outlet !== undefined && row.outlet !== outlet) continue;
    for (const analyte of Object.keys(row.sums).sort()) {
      const sums = found.get(analyte) ?? emptySums();
      mergeSums(sums, sumsOf(row, analyte));
      found.set(analyte, sums);
    }
  }
  return found;
}

function change(
  folding: Folding,
  { lotId, placement }: OutletPlacement,
  act: (known: Placement, by: Placement) => Placement,
): void {
  const lot = lookedUp(folding.set.lots, lotId);
  if (lot === null) return;
  const known: Placements = { ...lot.placement };
  for (const [analyte, text] of Object.entries(placement)) {
    const changed = act(placementIn(lot, analyte), placementFromText(text));
    if (isNone(changed)) Reflect.deleteProperty(known, analyte);
    else known[analyte] = placementToText(changed);
    lot.placement = known;
  }
  if (Object.keys(known).length === 0) delete lot.placement;
  folding.lots.add(lot);
}

/** What is known of an analyte's place in a lot. */
export const placementIn = (
  { placement }: Pick<LotState, 'placement'>,
  analyte: string,
): Placement =>
  placement !== undefined && Object.hasOwn(placement, analyte)
    ? placementFromText(placement[analyte]!)
    : PLACED;

const isNone = ({ shift, variance }: Placement): boolean => shift === 0n && variance === 0n;

const isSame = (a: readonly OutletPlacement[], b: readonly OutletPlacement[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
