import { type EventAttributes, type LotStatus, invariant } from '#contracts';
import { raise } from './exceptions.js';
import { type Folding, byText } from './folding.js';
import type { Ending } from './lot-model.js';
import { passOn, takeBack, touch } from './lots.js';
import { beyondThreeSigma, uncertaintyMg } from './mass.js';
import type { LotState } from './model.js';
import { lookedUp } from './working-set.js';

/**
 * A lot ends once, but several events may say how, in any order: the shipment or count of the whole
 * of it wins over the yard, and of what the yard says the event with the lowest key. So the books
 * come out the same whichever came first.
 */

/** Total order of events that no delay changes. */
export const closingKey = ({ source, boot, seq }: EventAttributes): string =>
  `${source} ${String(boot).padStart(16, '0')} ${String(seq).padStart(16, '0')}`;

/**
 * The lot is gone and nothing follows it: what the books still hold is a difference. Returns it.
 */
export function closeForGood(folding: Folding, lot: LotState, ending: Ending): bigint {
  (lot.endings ??= []).push(ending);
  if (lot.successor !== null) {
    takeBack(folding, lot, lot.successor.followedMg);
    lot.successor = null;
  }
  return passOn(folding, lot);
}

/** The lot became part of another: what the books still hold, and what they learn later, goes there. */
export function closeInto(
  folding: Folding,
  lot: LotState,
  closing: { readonly before: LotStatus; readonly into: LotState; readonly key: string },
): void {
  const { before, into, key } = closing;
  (lot.endings ??= []).push({ status: 'consumed', key, into: into.lotId });
  if (before === 'dispatched' || before === 'counted') return;
  // A lot without a successor was closed in a circle, and stays so.
  if (before === 'consumed' && (lot.successor === null || lot.successor.key <= key)) return;
  follow(folding, lot, into, key);
}

function follow(folding: Folding, lot: LotState, into: LotState, key: string): void {
  if (leadsTo(folding, into, lot)) {
    raise(folding, 'lot-circular', lot.lotId, { into: into.lotId });
  } else {
    if (lot.successor !== null) takeBack(folding, lot, lot.successor.followedMg);
    lot.successor = { lotId: into.lotId, key, followedMg: 0n };
  }
  passOn(folding, lot);
}

/**
 * The lot was not dispatched whole after all. It is in the yard as it was before, unless another
 * event says that nothing of it is left: then it is what that one made of it.
 */
export function reopen(folding: Folding, lot: LotState, shipmentId: string): LotState {
  const rest = (lot.endings ?? []).filter(({ key }) => key !== shipmentId);
  lot.endings = rest;
  const statuses = new Set(rest.map(({ status }) => status));
  if (rest.length === 0) lot.status = inYard(lot);
  else if (statuses.has('dispatched')) lot.status = 'dispatched';
  else if (statuses.has('counted')) lot.status = 'counted';
  else {
    lot.status = 'consumed';
    const [first] = [...rest].sort((a, b) => byText(a.key, b.key));
    const into = lookedUp(folding.set.lots, first!.into!);
    invariant(into !== null, `${lot.lotId} became part of ${first!.into!}, which does not exist`);
    follow(folding, lot, into, first!.key);
  }
  return touch(folding, lot);
}

const inYard = ({ quarantine, origin }: LotState): LotStatus =>
  quarantine !== null ? 'quarantined' : origin === 'provisional' ? 'provisional' : 'open';

function leadsTo(folding: Folding, from: LotState, to: LotState): boolean {
  let at: LotState | null = from;
  while (at !== null && at !== to) {
    at = at.successor === null ? null : lookedUp(folding.set.lots, at.successor.lotId);
  }
  return at === to;
}

/** What the scale says of the whole of a lot, beside what the books held of it. */
export function noteDifference(
  folding: Folding,
  lot: LotState,
  remainderMg: bigint,
  toleranceMg2: bigint,
): void {
  if (!beyondThreeSigma(remainderMg, toleranceMg2)) return;
  raise(folding, 'closing-difference', lot.lotId, {
    remainderMg: remainderMg.toString(),
    uncertaintyMg: uncertaintyMg(toleranceMg2).toString(),
  });
}
