import { invariant } from '#contracts';
import { arrive } from './completeness.js';
import { Folding } from './folding.js';
import { settleAllFrames } from './frames.js';
import type { FoldResult, StreamRecord, WorkingSet } from './model.js';
import { fireTimeouts } from './timeouts.js';

/**
 * Folds records of ONE site, in stream order, into its log, books and states. Mutates `set`, which
 * MUST hold all that `missing` named and MUST be thrown away when the result could not be saved.
 * Splitting the records over several calls anywhere gives the same entries, facts and states, and
 * the same postings once summed by (debit, credit, code). Throws InvariantErrors only.
 */
export function fold(set: WorkingSet, records: readonly StreamRecord[]): FoldResult {
  const folding = new Folding(set);
  const { site } = folding;
  for (const record of records) {
    assertOfSite(folding, record);
    site.streamTimeMs = Math.max(site.streamTimeMs, record.ingestTimeMs);
    fireTimeouts(folding);
    arrive(folding, record);
  }
  settleAllFrames(folding);
  return folding.result();
}

/** A log begins with the registry of its site, but the one for records of no site. */
function assertOfSite({ site }: Folding, { attributes, typed }: StreamRecord): void {
  invariant(
    attributes.siteid === site.siteId,
    `a record of site ${attributes.siteid} in the fold of ${site.siteId}`,
  );
  if (site.registry !== null || site.siteId.startsWith('unattributed-')) return;
  invariant(
    typed.key === 'referenceAdopted' && typed.data.reference === 'sites',
    `${attributes.source} ${attributes.boot} ${attributes.seq}: site ${site.siteId} has no registry`,
  );
}
