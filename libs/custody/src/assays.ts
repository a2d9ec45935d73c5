import type { DataOf } from '#contracts';
import type { Folding } from './folding.js';
import { grade } from './grading.js';
import { lotNamed } from './lots.js';

/** `lot.assayed`: what a laboratory found belongs to the lot, and grades it anew; it moves no mass. */
export function lotAssayed(folding: Folding, assay: DataOf<'lotAssayed'>): void {
  const lot = lotNamed(folding, assay.lotId);
  lot.assays.push({
    assayId: assay.assayId,
    logIndex: folding.cause,
    method: assay.method,
    fractions: assay.fractions.map((fraction) => ({ ...fraction })),
  });
  if (lot.assays.length > folding.limits.assaysKept) lot.assays.shift();
  grade(folding, lot);
}
