import type { LotState, RunState } from '#custody';
import type { ContributionAnswer } from './lots.schema.js';

/**
 * What came into a lot from each of its parents. The yard states it; of a run it is known what each
 * parent fed and what it put into the lot, so that is shared out by the feeds, rounded down.
 */
export function contributionsOf(
  lot: Pick<LotState, 'lotId' | 'contributions'>,
  runs: readonly RunState[],
): Map<string, ContributionAnswer[]> {
  const byParent = new Map<string, ContributionAnswer[]>();
  const add = (parentId: string, contribution: ContributionAnswer): void => {
    byParent.set(parentId, [...(byParent.get(parentId) ?? []), contribution]);
  };
  for (const { lotId, via, massMg } of lot.contributions) {
    add(lotId, { via, runId: null, massMg: String(massMg), fedMg: null });
  }
  for (const run of runs) {
    const fed = fedByLot(run);
    const fedMg = [...fed.values()].reduce((sum, mg) => sum + mg, 0n);
    const madeMg = massInto(run, lot.lotId);
    for (const [parentId, mg] of fed) {
      if (parentId === lot.lotId) continue;
      const massMg = fedMg === 0n ? 0n : (madeMg * mg) / fedMg;
      const { runId } = run;
      add(parentId, { via: 'run', runId, massMg: String(massMg), fedMg: String(mg) });
    }
  }
  return byParent;
}

function fedByLot({ feeds }: RunState): Map<string, bigint> {
  const fed = new Map<string, bigint>();
  for (const { lotId, cumulativeMg } of feeds) {
    fed.set(lotId, (fed.get(lotId) ?? 0n) + cumulativeMg);
  }
  return fed;
}

function massInto({ outlets, weighedOut }: RunState, lotId: string): bigint {
  const own = new Set(outlets.filter((row) => row.lotId === lotId).map(({ outlet }) => outlet));
  return weighedOut
    .filter(({ outlet }) => own.has(outlet))
    .reduce((sum, { massMg }) => sum + massMg, 0n);
}
