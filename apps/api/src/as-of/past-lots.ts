import { siteOf } from '#contracts';
import type { LotState, RunState } from '#custody';
import type { Kin, Registrar } from '../lots/genealogy.js';
import { type BookedLot, CHILDREN_MAX, type LotBook } from '../lots/lot-book.js';
import { type LotFilter, idColumn } from '../lots/lot-search.store.js';
import type { LotAnswer } from '../lots/lots.schema.js';
import { inOrder } from './in-order.js';
import type { PastSite } from './past-site.js';

/** The lots of a site as they were known, looked up as the stored ones are. */
export class PastLots implements LotBook {
  constructor(private readonly past: PastSite) {}

  lot(lotId: string): Promise<BookedLot | null> {
    const state = this.past.lots.get(lotId);
    return Promise.resolve(state === undefined ? null : { answer: lotAsKnown(state), state });
  }

  lots(lotIds: readonly string[]): Promise<LotAnswer[]> {
    return Promise.resolve(lotsOf(this.past, lotIds).map(lotAsKnown));
  }

  childrenOf(lotId: string): Promise<LotAnswer[]> {
    return Promise.resolve(childrenIn(this.past, [lotId], CHILDREN_MAX).map(lotAsKnown));
  }

  runs(runIds: readonly string[]): Promise<RunState[]> {
    const runs = [...runIds].sort().flatMap((id) => this.past.runs.get(id) ?? []);
    return Promise.resolve(runs);
  }
}

/** Who came from whom, as it was known. */
export class PastKin implements Registrar {
  constructor(private readonly past: PastSite) {}

  byId(lotIds: readonly string[], limit: number): Promise<Kin[]> {
    return Promise.resolve(lotsOf(this.past, lotIds).slice(0, limit).map(kinOf));
  }

  childrenOf(lotIds: readonly string[], limit: number): Promise<Kin[]> {
    return Promise.resolve(childrenIn(this.past, lotIds, limit).map(kinOf));
  }
}

interface Search {
  readonly filter: LotFilter;
  readonly limit: number;
}

/** Newest first, from after (opening time, id) on. */
export function pastNewestLots(
  { lots }: PastSite,
  search: Search,
  after: readonly [string, string] | null,
): LotAnswer[] {
  const key = (lot: LotAnswer): readonly string[] => [lot.openedTime, lot.lotId];
  const found = matching(lots.values(), search.filter);
  return inOrder(found, key, { descending: true, after, limit: search.limit });
}

/** By id, from after (that id, site) on; see `lotsByPrefix`. */
export function pastLotsByPrefix(
  { siteId, lots }: PastSite,
  search: Search,
  prefix: string,
  after: readonly [string, string] | null,
): LotAnswer[] {
  const skipped = idColumn(prefix) === 'lot_id' ? 0 : siteId.length + 1;
  const key = (lot: LotAnswer): readonly string[] => [lot.lotId.slice(skipped), lot.siteId];
  const found = matching(lots.values(), search.filter).filter((lot) =>
    key(lot)[0]!.startsWith(prefix),
  );
  return inOrder(found, key, { descending: false, after, limit: search.limit });
}

const matching = (
  lots: Iterable<LotState>,
  { stream, state, grade, site }: LotFilter,
): LotAnswer[] =>
  [...lots]
    .map(lotAsKnown)
    .filter((lot) => stream === undefined || lot.stream === stream)
    .filter((lot) => state === undefined || lot.state === state)
    .filter((lot) => grade === undefined || (lot.keepsGrade ?? lot.grade) === grade)
    .filter((lot) => site === undefined || lot.siteId === site);

const lotsOf = ({ lots }: PastSite, lotIds: readonly string[]): LotState[] =>
  [...new Set(lotIds)].sort().flatMap((id) => lots.get(id) ?? []);

function childrenIn({ lots }: PastSite, lotIds: readonly string[], limit: number): LotState[] {
  const parents = new Set(lotIds);
  const children = [...lots.values()].filter((lot) => lot.parents.some((id) => parents.has(id)));
  return inOrder(children, ({ lotId }) => [lotId], { descending: false, after: null, limit });
}

const kinOf = (lot: LotState): Kin => ({
  answer: lotAsKnown(lot),
  parents: lot.parents,
  contributions: lot.contributions,
});

/** What the row of a lot would have told. */
const lotAsKnown = (lot: LotState): LotAnswer => ({
  siteId: siteOf(lot.lotId),
  lotId: lot.lotId,
  state: lot.status,
  stream: lot.stream,
  grade: lot.materialClass,
  visitId: lot.visitId,
  runId: lot.runId,
  model: lot.custody?.model ?? null,
  pass: lot.pass,
  place: lot.place,
  keepsGrade: lot.graded?.keeps ?? null,
  weighedMg: String(lot.weighed.debitsMg - lot.weighed.creditsMg),
  pieces: String(lot.pieces),
  openedTime: new Date(lot.openedTime).toISOString(),
  openedIndex: lot.openedIndex,
  changedIndex: lot.changedIndex,
});
