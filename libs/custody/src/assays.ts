import type { DataOf } from '#contracts';
import type { Folding } from './folding.js';
import { grade } from './grading.js';
import { lotNamed } from './lots.js';
import type { LotState } from './model.js';
import { watchLot } from './sensor-watches.js';

/** `lot.assayed`: what a laboratory found belongs to the lot, and grades it anew; it moves no mass. */
export function lotAssayed(folding: Folding, assay: DataOf<'lotAssayed'>): void {
  const lot = lotNamed(folding, assay.lotId);
  lot.assays.push(keptAssay(assay, folding.cause));
  if (lot.assays.length > folding.limits.assaysKept) lot.assays.shift();
  watchLot(folding, lot);
  grade(folding, lot);
}

/** What a lot's state keeps of an assay. */
export const keptAssay = (
  { assayId, method, fractions, properties }: DataOf<'lotAssayed'>,
  logIndex: number,
): LotState['assays'][number] => ({
  assayId,
  logIndex,
  method,
  fractions: fractions.map((fraction) => ({ ...fraction })),
  ...(properties === undefined ? {} : { properties }),
});
